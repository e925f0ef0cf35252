// Stops of a mobile shop: a search watched, then the day on the map and as a timetable.
import { whenMapOpens } from "./opened-map.js";
import { numberIcon } from "./planning-map.js";
import { element, find, headline, proofOf, row, say, send, start, watch, whole } from "./planning-page.js";

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
  constructor(map) { this.map = map; this.drawn = []; this.shown = ""; this.found = null; }

  // What the search found; moved by hand it can be taken back.
  take(found) {
    this.found = found;
    show(this, found);
  }

  async move(stops) {
    try {
      const told = await send(start.what_if, { asked: start.asked, spots: stops.map(({ lon, lat }) => ({ lon, lat })) });
      show(this, told, this.found.reached);
    } catch (fault) {
      this.shown = "";
      this.draw(this.last);
      find("proof").textContent = fault.message;
    }
    document.body.dataset.moved = String(Number(document.body.dataset.moved ?? 0) + 1);
  }

  draw(found) {
    const { stops, plan } = found;
    this.last = found;
    const key = JSON.stringify(stops);
    if (key === this.shown) return;
    this.shown = key;
    for (const one of this.drawn) one.remove();
    this.drawn = [];
    if (plan) this.line(stops);
    this.pins = stops.map((one, at) => {
      const title = plan ? say("stop", { number: at + 1, name: nameOf(one), opens: one.opens, closes: one.closes }) : say("found", { name: nameOf(one) });
      const pin = window.L.marker([one.lat, one.lon], { icon: numberIcon(plan ? at + 1 : "・"), title, alt: title, zIndexOffset: 1000 - at, draggable: Boolean(plan) }).addTo(this.map);
      pin.bindPopup(() => this.told(title, stops, at));
      pin.on("dragend", () => {
        const { lng: lon, lat } = pin.getLatLng();
        this.move(stops.map((other) => (other === one ? { ...one, lon, lat } : other)));
      });
      return pin;
    });
    this.drawn.push(...this.pins);
    find("timetable").hidden = !plan;
    if (plan) find("stops-found").replaceChildren(...stops.map((one, at) => this.entry(one, at)));
  }

  told(title, stops, at) {
    const box = element("div", "");
    box.append(element("p", title));
    if (!find("timetable").hidden && stops.length > 1) {
      const button = element("button", say("leave_out"), "plain");
      button.addEventListener("click", () => { this.map.closePopup(); this.move(stops.filter((_, other) => other !== at)); });
      box.append(button);
    }
    return box;
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

const show = (day, found, before = null) => {
  day.draw(found);
  find("by-hand").hidden = before === null;
  find("hand").hidden = !found.plan;
  find("headlines").replaceChildren(...headlinesOf(found));
  if (before !== null) {
    const already = found.plan.already;
    find("proof").textContent = say(found.plan.shortened ? "by_hand_long" : "by_hand", { count: whole(before - already) });
    find("proof").classList.remove("sure");
    find("day").textContent = say("day", { travel: Math.round(found.plan.travel), back: found.plan.back });
    return;
  }
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
  const add = find("add-stop");
  const arm = (on) => {
    add.setAttribute("aria-pressed", String(on));
    map.getContainer().classList.toggle("placing", on);
    if (on) map.getContainer().scrollIntoView({ block: "center" });
  };
  add.addEventListener("click", () => arm(add.getAttribute("aria-pressed") !== "true"));
  map.on("click", ({ latlng }) => {
    if (add.getAttribute("aria-pressed") !== "true") return;
    arm(false);
    day.move([...day.last.stops, { lon: latlng.lng, lat: latlng.lat }]);
  });
  find("by-hand").addEventListener("click", () => { day.shown = ""; show(day, day.found); });
  await watch((job) => {
    if (job.found) day.take(job.found);
    if (job.state === "failed" && start.depot) find("state").append(` ${say("depot_hint")}`);
  });
});
