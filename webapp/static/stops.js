// Stops of a mobile shop: a search watched, then the day on the map and as a timetable.
import { whenMapOpens } from "./opened-map.js";
import { numberIcon } from "./planning-map.js";
import { element, find, headline, proofOf, row, say, start, watch, whole } from "./planning-page.js";

const EDGES = [1, 5, 10, 20];
const FILLS = ["#e7eef0", "#c3d6db", "#98b9c2", "#6b98a5"];

const drawCells = (map, cells) => {
  const paint = window.L.canvas({ padding: 0.3 });
  cells.box.forEach(([west, south, east, north], at) => {
    const fill = FILLS[EDGES.filter((edge) => cells.households[at] >= edge).length - 1];
    window.L.rectangle([[south, west], [north, east]], { renderer: paint, color: "#8a8f91", weight: 0.6, fillColor: fill ?? "#ffffff", fillOpacity: 0.65 })
      .bindTooltip(say("cell", { households: whole(cells.households[at]) })).addTo(map);
  });
};

class Depot {
  constructor(map) {
    this.map = map;
    this.draw(find("depot").value);
    find("depot").addEventListener("change", () => this.draw(find("depot").value));
    find("place").addEventListener("click", () => this.arm(find("place").getAttribute("aria-pressed") !== "true"));
    map.on("click", ({ latlng }) => this.put(latlng));
  }

  arm(on) {
    find("place").setAttribute("aria-pressed", String(on));
    this.map.getContainer().classList.toggle("placing", on);
    if (!on) return;
    find("state").textContent = say("press_map");
    this.map.getContainer().scrollIntoView({ block: "center" });
  }

  put({ lat, lng }) {
    if (find("place").getAttribute("aria-pressed") !== "true") return;
    this.arm(false);
    find("state").textContent = "";
    const spot = `${lng.toFixed(6)},${lat.toFixed(6)}`;
    Object.assign(find("on-map"), { value: spot, hidden: false, selected: true });
    this.draw(spot);
    find("depot").scrollIntoView({ block: "center" });
  }

  draw(spot) {
    this.pin?.remove();
    if (!spot) return;
    const [lon, lat] = spot.split(",").map(Number);
    const icon = window.L.divIcon({ className: "plan-icon pin-depot", html: "<span>●</span>", iconSize: [32, 32], iconAnchor: [16, 16] });
    this.pin = window.L.marker([lat, lon], { icon, title: say("depot"), alt: say("depot") }).addTo(this.map);
  }
}

const nameOf = (one) => one.name ?? one.area;

class Day {
  constructor(map) { this.map = map; this.drawn = []; this.shown = ""; }

  draw({ stops, plan }) {
    const key = JSON.stringify(stops);
    if (key === this.shown) return;
    this.shown = key;
    for (const one of this.drawn) one.remove();
    this.drawn = [];
    if (plan) this.line(stops);
    this.pins = stops.map((one, at) => {
      const title = plan ? say("stop", { number: at + 1, name: nameOf(one), opens: one.opens, closes: one.closes }) : say("found", { name: nameOf(one) });
      return window.L.marker([one.lat, one.lon], { icon: numberIcon(plan ? at + 1 : "・"), title, alt: title, zIndexOffset: 1000 - at }).bindPopup(title).addTo(this.map);
    });
    this.drawn.push(...this.pins);
    find("timetable").hidden = !plan;
    if (plan) find("stops-found").replaceChildren(...stops.map((one, at) => this.entry(one, at)));
  }

  line(stops) {
    const spots = stops.map((one) => [one.lat, one.lon]);
    if (start.depot) { const home = [start.depot[1], start.depot[0]]; spots.unshift(home); spots.push(home); }
    this.drawn.push(window.L.polyline(spots, { color: "#8a3f00", weight: 4, dashArray: "2 9", lineCap: "round", interactive: false }).addTo(this.map));
  }

  entry(one, at) {
    const button = element("button", at + 1, "rank");
    button.setAttribute("aria-label", say("show", { number: at + 1 }));
    button.addEventListener("click", () => {
      this.map.setView([one.lat, one.lon], Math.max(15, this.map.getZoom()), { animate: false });
      this.pins[at].openPopup();
      this.map.getContainer().scrollIntoView({ block: "nearest" });
    });
    const head = document.createElement("th");
    head.scope = "row";
    head.append(button);
    const when = element("td", "", "time");
    when.append(element("b", `${one.opens}–${one.closes}`), element("span", nameOf(one)));
    const line = row(when, whole(one.nearest), whole(one.reached));
    line.prepend(head);
    return line;
  }
}

const headlinesOf = ({ reached, plan, stops }) => {
  if (!stops.length) return [element("p", say("none"))];
  const already = plan?.already ?? 0;
  if (!plan) return [];
  const facts = { total: whole(plan.total), already: whole(already), all: whole(reached) };
  return headline(say("reached", { count: whole(reached - already) }), say(already ? "of" : "of_all", facts));
};

const show = (day, found) => {
  day.draw(found);
  find("headlines").replaceChildren(...headlinesOf(found));
  find("proof").textContent = found.plan?.shortened && !found.proven ? say("short_gap", { gap: found.gap.toFixed(1) }) : proofOf(found);
  find("proof").classList.toggle("sure", found.proven);
  find("sure").setAttribute("width", String(found.proven ? 100 : Math.max(0, 100 - (found.gap ?? 100))));
  const { plan } = found;
  find("day").textContent = plan ? `${say("day", { travel: Math.round(plan.travel), back: plan.back })}${plan.shortened ? ` ${say("shortened")}` : ""}` : "";
  find("found").hidden = false;
};

whenMapOpens(async (map) => {
  const [west, south, east, north] = start.bounds;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  const answer = await fetch(start.cells);
  if (answer.ok) drawCells(map, await answer.json());
  new Depot(map);
  document.body.dataset.planning = "ready";
  if (!start.found) return;
  const day = new Day(map);
  await watch((job) => {
    if (job.found) show(day, job.found);
    if (job.state === "failed" && start.depot) find("state").append(` ${say("depot_hint")}`);
  });
});
