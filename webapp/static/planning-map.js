// What the planning map paints: cells by how many nobody reaches, helpers by cell.
const whole = (value) => (value > 0 && value < 1 ? "<1" : String(Math.round(value)));

export class CellLayer {
  constructor(map, told, tip) {
    const paint = window.L.canvas({ padding: 0.3 });
    this.told = told;
    this.tip = tip;
    this.boxes = new Map();
    this.differing = new Set();
    told.cell.forEach((cell, row) => {
      const [west, south, east, north] = told.box[row];
      const box = window.L.rectangle([[south, west], [north, east]], { renderer: paint });
      box.bindTooltip(() => tip({ households: whole(told.households[row]), beyond: whole(box.beyond) }));
      box.now = told.beyond[row];
      this.boxes.set(cell, box);
      this.style(box, box.now, false);
      box.addTo(map);
    });
  }

  style(box, beyond, differs) {
    box.beyond = beyond;
    const { edges, colours } = this.told;
    const fill = colours[edges.filter((edge) => beyond >= edge).length - 1];
    box.setStyle({ stroke: true, color: differs ? "#0b5c6b" : "#8a8f91", weight: differs ? 3 : 0.6, fill: true, fillColor: fill ?? "#ffffff", fillOpacity: fill ? 0.62 : 0.05 });
  }

  // Cells that a plan changes; those of the plan before go back.
  mark(cells, beyond) {
    const now = new Set(cells);
    for (const cell of this.differing) if (!now.has(cell)) { const box = this.boxes.get(cell); this.style(box, box.now, false); }
    cells.forEach((cell, row) => this.style(this.boxes.get(cell), beyond[row], true));
    this.differing = now;
  }
}

const icon = (kind, text, size) =>
  window.L.divIcon({ className: `plan-icon ${kind}`, html: `<span>${text}</span>`, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });

export const pinIcon = (kind) => icon(`pin-${kind}`, kind === "add" ? "＋" : "↔", 44);

export const numberIcon = (number) => icon("pin-site", number, 40);

const byCell = (helpers) => {
  const cells = new Map();
  for (const [row, id] of helpers.id.entries()) {
    const [lon, lat] = helpers.spot[row];
    const one = { id, lon, lat, activities: helpers.activities[row], counts: helpers.counts[row] };
    const key = `${one.lon},${one.lat}`;
    cells.set(key, [...(cells.get(key) ?? []), one]);
  }
  return cells;
};

// From this zoom on a cell is wide enough for the number of its helpers.
const NEAR = 14;

// Without a plan they are only shown.
export const drawHelpers = (map, helpers, { say, activities, plan = null }) => {
  const size = () => map.getContainer().classList.toggle("far", map.getZoom() < NEAR);
  map.on("zoomend", size);
  size();
  for (const group of byCell(helpers).values()) {
    const counted = group.some((one) => one.counts === 1);
    const title = say("here", { count: group.length });
    const mark = window.L.marker([group[0].lat, group[0].lon], { icon: icon(counted ? "helps" : "idle", group.length, 30), title, alt: title });
    if (plan) mark.bindPopup(() => listOf(group, { say, activities, plan, map, title }), { maxHeight: 260, autoPanPaddingTopLeft: [64, 12] });
    mark.addTo(map);
  }
};

const listOf = (group, { say, activities, plan, map, title }) => {
  const box = document.createElement("div");
  const head = document.createElement("b");
  head.textContent = title;
  const list = document.createElement("ul");
  list.className = "helpers-here";
  for (const one of group) {
    const item = document.createElement("li");
    item.append((one.activities ?? []).map((code) => activities[code] ?? code).join("・") || "–");
    for (const [word, act] of [
      ["leave_out", () => plan.remove(one.id)],
      ["move", () => plan.move(one.id, one.lon + 0.0008, one.lat)],
    ]) {
      const button = document.createElement("button");
      button.className = "plain";
      button.textContent = say(word);
      button.addEventListener("click", () => { map.closePopup(); act(); });
      item.append(button);
    }
    list.append(item);
  }
  box.append(head, list);
  return box;
};
