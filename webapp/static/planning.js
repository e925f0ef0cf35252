// The planning map: cells nobody reaches, helpers of today, and a plan tried by hand.
import { whenMapOpens } from "./opened-map.js";
import { Plan } from "./planning-plan.js";
import { find, say, send, start } from "./planning-page.js";
import { CellLayer, drawHelpers, pinIcon } from "./planning-map.js";

const number = (value) => Math.round(value).toLocaleString();

// The bar of households by state, as the page first drew it.
const drawShare = (share) => {
  let x = 0;
  for (const name of ["reached", "maybe", "beyond", "unknown"]) {
    const part = document.querySelector(`#share rect.share-${name}`);
    const wide = share.total ? (100 * share[name]) / share.total : 0;
    part.setAttribute("x", x.toFixed(3));
    part.setAttribute("width", wide.toFixed(3));
    x += wide;
  }
};

class Page {
  constructor(map, cells) {
    this.map = map;
    this.plan = new Plan(start.changes, () => this.changed());
    this.cells = new CellLayer(map, cells, (facts) => say("cell", facts));
    this.pins = new Map();
    this.busy = false;
    this.wanted = false;
    drawHelpers(map, cells.helpers, { say, activities: Object.fromEntries(start.activities), plan: this.plan });
    find("add").addEventListener("click", () => this.arm(find("add").getAttribute("aria-pressed") !== "true"));
    find("undo").addEventListener("click", () => this.plan.undo());
    find("keep").addEventListener("submit", (event) => this.keep(event));
    map.on("click", (event) => this.place(event.latlng));
    if (this.plan.list.length) this.changed();
  }

  arm(on) {
    find("add").setAttribute("aria-pressed", String(on));
    this.map.getContainer().classList.toggle("placing", on);
    find("said").textContent = on ? say("press_map") : "";
    if (on) this.map.getContainer().scrollIntoView({ block: "center" });
  }

  place({ lat, lng }) {
    if (find("add").getAttribute("aria-pressed") !== "true") return;
    this.arm(false);
    const { activity, weekday, hour } = start.question;
    this.plan.add(lng, lat, { activities: activity ? [activity] : null, weekdays: weekday ? [weekday] : null, hours: hour ? [hour] : null });
  }

  changed() {
    this.drawPins();
    this.list();
    this.ask();
  }

  drawPins() {
    const wanted = new Map(this.plan.list.filter((one) => one.do !== "remove").map((one) => [one.id, one]));
    for (const [id, pin] of this.pins) if (!wanted.has(id)) { pin.remove(); this.pins.delete(id); }
    for (const [id, one] of wanted) {
      const spot = [one.lat, one.lon];
      const known = this.pins.get(id);
      if (known) { if (!known.dragging?._draggable?._moving) known.setLatLng(spot); continue; }
      const title = one.do === "add" ? say("new", { number: this.plan.numberOf(id) }) : say("moved");
      const pin = window.L.marker(spot, { draggable: true, icon: pinIcon(one.do), title, alt: title, keyboard: true }).addTo(this.map);
      pin.on("drag", () => { const at = pin.getLatLng(); this.plan.shift(id, at.lng, at.lat); this.ask(); });
      pin.on("dragstart", () => this.plan.remember());
      pin.on("dragend", () => this.changed());
      pin.on("keydown", ({ originalEvent }) => this.nudge(originalEvent, id));
      this.pins.set(id, pin);
    }
  }

  nudge(event, id) {
    const step = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, -20], ArrowDown: [0, 20] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const pin = this.pins.get(id);
    const at = this.map.containerPointToLatLng(this.map.latLngToContainerPoint(pin.getLatLng()).add(step));
    pin.setLatLng(at);
    this.plan.remember();
    this.plan.shift(id, at.lng, at.lat);
    this.ask();
  }

  list() {
    const list = find("changes");
    list.replaceChildren(...this.plan.list.map((one) => this.line(one)));
    find("undo").disabled = !this.plan.past.length;
    find("keep").hidden = !this.plan.list.length;
  }

  line(one) {
    const item = document.createElement("li");
    const name = document.createElement("b");
    name.textContent = one.do === "add" ? say("new", { number: this.plan.numberOf(one.id) }) : say(one.do === "move" ? "moved" : "removed");
    const does = document.createElement("span");
    does.dataset.pin = one.id;
    const back = document.createElement("button");
    back.className = "plain";
    back.textContent = say("take_away");
    back.addEventListener("click", () => this.plan.drop(one));
    item.append(name, " ", does, back);
    return item;
  }

  // One question under way at a time; the last one asked meanwhile follows it.
  async ask() {
    this.wanted = true;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.wanted) {
        this.wanted = false;
        this.show(await send(start.what_if, { question: start.question, changes: this.plan.list }));
      }
    } catch (fault) {
      find("said").textContent = fault.message;
    }
    this.busy = false;
  }

  show({ figures, cell, beyond, pins }) {
    const { before, after } = figures.households;
    const differs = this.plan.list.length > 0;
    this.cells.mark(cell, beyond);
    find("beyond-after").hidden = !differs;
    find("beyond-after").textContent = differs ? say("after", { after: number(after.beyond) }) : "";
    for (const name of ["reached", "maybe", "beyond", "unknown"]) {
      const spot = find(`state-${name}`);
      if (spot) spot.textContent = number(after[name]);
    }
    drawShare(after);
    const wanting = figures[start.activity]?.after;
    if (wanting) find("wanting").textContent = say("wanting", { total: number(wanting.total), beyond: number(wanting.beyond) });
    for (const spot of document.querySelectorAll("[data-pin]")) {
      const told = pins[spot.dataset.pin];
      spot.textContent = told ? say("pin", { reached: number(told.reached), alone: number(told.alone) }) : "";
    }
    find("said").textContent = differs ? say("gained", { before: number(before.beyond), after: number(after.beyond) }) : "";
    document.body.dataset.shown = String(this.plan.turn);
  }

  async keep(event) {
    event.preventDefault();
    try {
      const told = { title: find("title").value, question: start.question, changes: this.plan.list };
      const made = await send(start.keep, told);
      find("said").textContent = say("kept");
      window.history.replaceState(null, "", made.address);
    } catch (fault) {
      find("said").textContent = fault.message;
    }
  }
}

whenMapOpens(async (map) => {
  const [west, south, east, north] = start.bounds;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  try {
    const answer = await fetch(start.cells);
    if (!answer.ok) throw new Error();
    new Page(map, await answer.json());
    document.body.dataset.planning = "ready";
  } catch {
    find("said").textContent = say("failed");
  }
});
