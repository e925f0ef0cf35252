// The panel at the side (on a phone: from below): cards and choices as large buttons.
import { table, tell } from "./board-words.js";

export function el(name, told = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(told)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "press") made.addEventListener("click", value);
    else if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...inside.filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
function svg(name, told) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(told)) made.setAttribute(key, value);
  return made;
}

// A symbol of the table as a picture of its own.
export function shapePicture(points, { fill = "#ffffff", ring = false } = {}) {
  const box = svg("svg", { viewBox: "-16 -16 32 32", width: 34, height: 34, "aria-hidden": "true" });
  if (ring) box.append(svg("circle", { r: 14, fill: "none", stroke: table().uncovered[0], "stroke-width": 3, "stroke-dasharray": table().uncovered[1].join(" ") }));
  const size = ring ? 6.5 : 10;
  box.append(svg("polygon", { points: points.map(([x, y]) => `${x * size},${y * size}`).join(" "), fill, stroke: "#000000", "stroke-width": 1.5 }));
  return box;
}

export function linePicture(code) {
  const [colour, dash] = table().links[code];
  const box = svg("svg", { viewBox: "0 0 64 16", width: 64, height: 16, "aria-hidden": "true" });
  box.append(svg("path", { d: "M2 8H52", stroke: colour, "stroke-width": 4, "stroke-dasharray": dash.join(" "), fill: "none" }));
  box.append(svg("path", { d: "M62 8 50 2v12z", fill: colour }));
  return box;
}

export const compositionPicture = (code) => shapePicture(table().shapes[table().compositions[code]]);

// One of several, as buttons; the one that holds is pressed.
export function choices(list, pick, { now = null, key = "", picture = null, wide = false, tall = false } = {}) {
  const buttons = list.map(({ code, text }) =>
    el("button", { type: "button", className: "choice", "data-key": `${key}-${code}`, "aria-pressed": now === undefined ? null : String(now === code), press: () => pick(code) }, picture?.(code), el("span", {}, text)));
  return el("div", { className: `choices-grid ${wide ? "wide" : ""} ${tall ? "tall" : ""}` }, ...buttons);
}

export function section(title, ...inside) {
  return el("section", { className: "part" }, el("h3", {}, title), ...inside);
}

export const act = (text, press, more = {}) => el("button", { type: "button", className: "act", "data-key": text, press, ...more }, text);

// A line to write in, with its button.
export function writing(title, value, keep, { long = false, most = 60 } = {}) {
  const id = `write-${title.replace(/\s/g, "-")}`;
  const field = el(long ? "textarea" : "input", { id, value: value ?? "", maxLength: most });
  if (!long) field.type = "text";
  const form = el("form", { className: "writing", autocomplete: "off" }, el("label", { htmlFor: id }, title), field, el("button", {}, tell("keep")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.blur();
    if (text !== (value ?? "")) keep(text || null);
  });
  return form;
}

export class Panel {
  constructor(closed) {
    const byId = (id) => document.getElementById(id);
    Object.assign(this, { root: byId("panel"), title: byId("panel-title"), body: byId("panel-body"), closed });
    byId("panel-close").addEventListener("click", () => this.close());
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  get busy() { return this.body.contains(document.activeElement) && document.activeElement.matches("input, textarea"); }

  // first: focus goes to the first choice, so that Enter takes it.
  open(title, nodes, { first = false } = {}) {
    const key = this.body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const scrolled = this.title.textContent === title ? this.body.scrollTop : 0;
    const fresh = this.root.hidden || this.title.textContent !== title;
    this.title.textContent = title;
    this.body.replaceChildren(...nodes.filter(Boolean));
    this.root.hidden = false;
    document.body.classList.add("with-panel");
    this.body.scrollTop = scrolled;
    const again = key && [...this.body.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (first) this.body.querySelector("button")?.focus();
    else if (again) again.focus();
    else if (fresh) this.title.focus({ preventScroll: true });
  }

  close(quiet = false) {
    if (this.root.hidden) return;
    this.root.hidden = true;
    document.body.classList.remove("with-panel");
    if (!quiet) this.closed();
  }
}
