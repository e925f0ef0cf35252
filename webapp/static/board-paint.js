// How the board is put on the map's canvas. Shapes, colours and dashes are those of the
// symbol table (geo.draw.symbols); the ground below is the welfare map's own.
import { besideOf, label, shortly, tell } from "./board-words.js";

const paint = window.WelfarePaint;
const FONT = '"BIZ UDPGothic", "BIZ UDPゴシック", "Hiragino Sans", "Yu Gothic UI", Meiryo, "Noto Sans JP", sans-serif';
const WORRY = "#fff100";
const INK = "#1d2529";
const FLEE = "#03af7a";
const SIGNS = { unconfirmed: "?", refused: "×", disaster_only: tell("sign_disaster") };
const AGES = { elderly: tell("sign_elderly"), adult: tell("sign_adult"), child: tell("sign_child") };

export class Painter {
  constructor(board) { Object.assign(this, { board, store: board.store }); }

  get table() { return this.board.ground.table; }

  draw(context, view) {
    Object.assign(this, { context, view, taken: [], size: this.sizeAt(view) });
    for (const area of this.of("area")) this.area(area);
    for (const item of this.worried()) this.halo(item);
    this.lines();
    const alone = new Set(this.board.looks("link") ? this.board.alone() : []);
    for (const house of this.of("house")) if (this.at(house.id)) this.house(house, alone.has(house.id));
    for (const person of this.of("person")) this.person(person);
    for (const place of this.of("place")) this.placeMark(place);
    for (const note of this.of("note")) this.note(note);
    for (const worry of this.of("worry")) if (!worry.values.about) this.freeWorry(worry);
    this.names();
    for (const area of this.of("area")) this.areaName(area);
    for (const item of this.store.items.values()) if (item.conflicts) this.badge(item.id, "2", "#f6aa00", -1, -1);
    this.marks();
  }

  // Symbols grow with the room between houses, within what can be read and pressed.
  sizeAt(view) {
    const room = this.store.spacing ? this.store.spacing * view.scale * 0.34 : 20;
    return Math.round(Math.max(9, Math.min(this.board.wall ? 28 : 22, room)) * 2) / 2;
  }

  at(id) {
    const spot = this.store.spots.get(id);
    if (!spot) return null;
    const [x, y] = [paint.pixelX(this.view, spot.X), paint.pixelY(this.view, spot.Y)];
    const shift = this.shift(this.store.get(id));
    return paint.holds(this.view, x, y, 60) ? { x: x + shift.x, y: y + shift.y } : null;
  }

  // People of a house stand at its upper right, side by side.
  shift(item) {
    if (item?.kind !== "person" || !item.values.house || item.values.lon !== undefined) return { x: 0, y: 0 };
    const row = this.store.peopleOf(item.values.house).findIndex((one) => one.id === item.id);
    return { x: this.size * 0.95 + row * this.size * 1.05, y: -this.size * 0.95 };
  }

  // Those of a kind, in a step of the guide that looks at it.
  of(kind) { return this.board.looks(kind) ? this.store.of(kind) : []; }

  worried() { return !this.board.looks("worry") ? [] : [...this.store.worries.keys()].map((id) => this.store.get(id)).filter(Boolean); }

  /* ---- areas and lines ---- */

  area({ id, values }) {
    const ring = values.ring.map(([lon, lat]) => this.pixel(lon, lat));
    const flee = values.area === "flee";
    this.outline(ring, true);
    const { context } = this;
    context.globalAlpha = flee ? 0.14 : 0.05;
    context.fillStyle = flee ? FLEE : "#005aff";
    context.fill();
    context.globalAlpha = 1;
    Object.assign(context, { strokeStyle: flee ? "#026b4b" : "#2b4a8b", lineWidth: (flee ? 4 : 3) + (this.board.marked.includes(id) ? 4 : 0), lineJoin: "round" });
    context.setLineDash(flee ? [] : [14, 8]);
    context.stroke();
    context.setLineDash([]);
  }

  // Over the houses, or it could not be read in a crowd; at the first corner where it hides none.
  areaName({ values }) {
    const flee = values.area === "flee";
    const ring = values.ring.map(([lon, lat]) => this.pixel(lon, lat)).sort((a, b) => a.x + 2 * a.y - b.x - 2 * b.y);
    const size = this.board.wall ? 22 : 18;
    const text = values.name ?? label("area", values.area);
    const spots = ring.flatMap(({ x, y }) => (flee ? [-14, 16] : [16, -14]).map((dy) => ({ x: x + 6, y: y + dy })));
    const { x, y } = spots.find((spot) => !this.hidesHouse(spot, text.length * size)) ?? spots[0];
    this.text(text, x, y, { bold: true, size, align: "left", ink: flee ? "#014f37" : "#1f3a75" });
  }

  hidesHouse({ x, y }, wide) {
    return this.of("house").map(({ id }) => this.at(id)).some((spot) => spot && Math.abs(spot.y - y) < this.size + 8 && spot.x > x - this.size && spot.x < x + wide + this.size);
  }

  outline(ring, close) {
    this.context.beginPath();
    ring.forEach(({ x, y }, k) => this.context[k ? "lineTo" : "moveTo"](x, y));
    if (close) this.context.closePath();
  }

  pixel(lon, lat) {
    const { planeX, planeY } = window.WelfareColumns;
    return { x: paint.pixelX(this.view, planeX(lon)), y: paint.pixelY(this.view, planeY(lat)) };
  }

  // Lines between the same two run side by side.
  lines() {
    const pairs = new Map();
    for (const line of this.of("link")) {
      const key = [line.values.watcher, line.values.watched].sort().join(" ");
      pairs.set(key, [...(pairs.get(key) ?? []), line]);
    }
    this.drawn = [];
    for (const pair of pairs.values()) pair.forEach((line, row) => this.line(line, (row - (pair.length - 1) / 2) * 11));
  }

  line(item, beside) {
    const { values } = item;
    const [from, to] = [this.end(values.watcher), this.end(values.watched)];
    if (!from || !to) return;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length < 1) return;
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const turn = values.watcher < values.watched ? beside : -beside;
    const [dx, dy] = [-uy * turn, ux * turn];
    const line = { x1: from.x + dx, y1: from.y + dy, x2: to.x + dx, y2: to.y + dy, length, ux, uy };
    const [colour, dash] = this.table.links[values.link] ?? this.table.links.other;
    const width = this.table.widths[(values.strength ?? 1) - 1] * (this.board.wall ? 1.5 : 1.2) * Math.max(0.5, Math.min(1, this.size / 15));
    this.context.globalAlpha = values.consent === "refused" ? 0.35 : 1;
    paint.link(this.context, line, this.size + 5, { colour, dash, width, mutual: values.direction === "mutual" });
    this.context.globalAlpha = 1;
    this.drawn.push({ id: item.id, ...line });
    if (SIGNS[values.consent]) this.sign((line.x1 + line.x2) / 2, (line.y1 + line.y2) / 2, SIGNS[values.consent]);
  }

  end(id) {
    const item = this.store.get(id);
    const spot = this.store.spots.get(item?.values.house && item.values.lon === undefined ? item.values.house : id);
    return spot ? { x: paint.pixelX(this.view, spot.X), y: paint.pixelY(this.view, spot.Y) } : null;
  }

  /* ---- houses and people ---- */

  halo(item) {
    const spot = this.at(item.id);
    if (!spot) return;
    this.context.beginPath();
    this.context.arc(spot.x, spot.y, this.size * 1.9 + 4, 0, 2 * Math.PI);
    Object.assign(this.context, { fillStyle: WORRY, strokeStyle: "#b98900", lineWidth: 2, globalAlpha: 0.55 });
    this.context.fill();
    this.context.globalAlpha = 1;
    this.context.stroke();
  }

  house({ id, values }, alone) {
    const { x, y } = this.at(id);
    const { size, table } = this;
    if (alone) paint.ring(this.context, x, y, size * 1.35 + 4, table.uncovered, Math.max(2.5, size * 0.2));
    const shape = table.compositions[values.composition ?? "unknown"] ?? "hexagon";
    const fill = values.gone ? "#d9dcdc" : "#ffffff";
    paint.stamp(this.context, table.shapes[shape], { fill, ink: INK, letter: "", size, stroke: Math.max(1.5, size * 0.12) }, x, y);
    if (values.gone) this.cross(x, y, size);
    if (values.number && size >= 10) this.text(String(values.number), x, y + this.drop(shape) * size, { bold: true, size: this.numeral(values.number) * (shape.startsWith("triangle") ? 0.78 : 1), halo: 0 });
    if (this.board.looks("worry") && this.store.worriesOf(id).length) this.badge(id, "!", WORRY, -1, 1);
    if (SIGNS[values.consent]) this.sign(x - size, y - size * 0.9, SIGNS[values.consent]);
    this.taken.push([x - size, y - size, x + size, y + size]);
  }

  numeral(number) { return Math.max(10, Math.min(this.size * 0.98, (this.size * 2.3) / String(number).length)); }

  // Where a number is in the middle of a shape.
  drop(shape) { return { triangle: 0.16, triangle_down: -0.14, house: 0.16 }[shape] ?? 0.05; }

  cross(x, y, size) {
    Object.assign(this.context, { strokeStyle: "#4c585e", lineWidth: 2.5 });
    this.context.beginPath();
    this.context.moveTo(x - size, y + size);
    this.context.lineTo(x + size, y - size);
    this.context.stroke();
  }

  person({ id, values }) {
    const spot = this.at(id);
    if (!spot || (values.house && this.store.get(values.house)?.values.gone)) return;
    const inside = values.house && values.lon === undefined;
    if (inside && this.size < 10) return;
    const size = inside ? Math.max(6, this.size * 0.52) : Math.max(10, this.size * 0.9);
    const { x, y } = spot;
    const age = size >= (inside ? 10 : 9) && !(inside && values.age === "adult") ? (AGES[values.age] ?? "") : "";
    if (values.part === "helper") {
      const fill = values.consent === "unconfirmed" ? "#ffffff" : this.table.supporters.active;
      paint.stamp(this.context, this.table.shapes.star, { fill, ink: INK, letter: "", size: size * 1.2, stroke: 1.5 }, x, y);
    } else {
      const fill = values.gone ? "#d9dcdc" : values.part === "cared" ? "#ffca80" : "#bfe4ff";
      this.figure(x, y, size, fill);
    }
    if (age) this.text(age, x, y + size * 0.45, { bold: true, size: Math.max(10, size * 0.8), halo: 2 });
    if (values.gone) this.cross(x, y, size);
    if (this.board.looks("worry") && this.store.worriesOf(id).length) this.badge(id, "!", WORRY, -1, 1);
    if (SIGNS[values.consent] && !inside) this.sign(x + size, y - size, SIGNS[values.consent]);
    this.taken.push([x - size, y - size, x + size, y + size]);
  }

  figure(x, y, size, fill) {
    const { context } = this;
    Object.assign(context, { fillStyle: fill, strokeStyle: INK, lineWidth: Math.max(1.2, size * 0.14) });
    context.beginPath();
    context.moveTo(x - size * 0.85, y + size);
    context.bezierCurveTo(x - size * 0.85, y - size * 0.15, x + size * 0.85, y - size * 0.15, x + size * 0.85, y + size);
    context.closePath();
    context.fill();
    context.stroke();
    context.beginPath();
    context.arc(x, y - size * 0.5, size * 0.5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }

  /* ---- places, notes, worries ---- */

  placeMark({ id, values }) {
    const spot = this.at(id);
    if (!spot) return;
    const [fill, ink] = this.table.place;
    const size = Math.max(10, this.size * 0.7);
    paint.stamp(this.context, this.table.shapes.plate, { fill, ink, letter: this.table.places[values.place] ?? "", size, stroke: 1 }, spot.x, spot.y);
    this.taken.push([spot.x - size, spot.y - size, spot.x + size, spot.y + size]);
  }

  // A small sheet; its words stand beside it where there is room.
  note({ id }) {
    const spot = this.at(id);
    if (!spot) return;
    const { context } = this;
    const [x, y] = [spot.x - 10, spot.y - 10];
    Object.assign(context, { fillStyle: "#fffbe0", strokeStyle: "#6b5a1e", lineWidth: 1.8 });
    context.beginPath();
    for (const [dx, dy] of [[0, 0], [20, 0], [20, 13], [13, 20], [0, 20]]) context.lineTo(x + dx, y + dy);
    context.closePath();
    context.fill();
    context.stroke();
    context.beginPath();
    for (const dy of [6, 11]) {
      context.moveTo(x + 4, y + dy);
      context.lineTo(x + 16, y + dy);
    }
    context.stroke();
    this.taken.push([x, y, x + 20, y + 20]);
  }

  freeWorry({ id }) {
    const spot = this.at(id);
    if (!spot) return;
    this.disc(spot.x, spot.y, 13, WORRY);
    this.text("!", spot.x, spot.y + 1, { bold: true, size: 20, halo: 0 });
    this.taken.push([spot.x - 13, spot.y - 13, spot.x + 13, spot.y + 13]);
  }

  plate(text, { x, y }, { fill, stroke, bold = false, size = 16 }) {
    const { context } = this;
    context.font = `${bold ? "bold " : ""}${size}px ${FONT}`;
    const width = context.measureText(text).width + 16;
    const high = size * 0.8;
    Object.assign(context, { fillStyle: fill, strokeStyle: stroke, lineWidth: 2 });
    context.beginPath();
    context.roundRect(x - width / 2, y - high, width, 2 * high, 5);
    context.fill();
    context.stroke();
    this.text(text, x, y + 1, { bold, size, halo: 0 });
  }

  badge(id, letter, fill, sideX, sideY) {
    const spot = this.at(id) ?? null;
    if (!spot) return;
    const [x, y, radius] = [spot.x + sideX * (this.size + 3), spot.y + sideY * (this.size + 1), Math.max(9, this.size * 0.55)];
    this.disc(x, y, radius, fill);
    this.text(letter, x, y + 1, { bold: true, size: radius * 1.5, halo: 0 });
  }

  sign(x, y, letter) {
    if (this.size < 10) return;
    this.disc(x, y, 8, "#ffffff");
    this.text(letter, x, y + 0.5, { bold: true, size: 11, halo: 0 });
  }

  disc(x, y, radius, fill) {
    Object.assign(this.context, { fillStyle: fill, strokeStyle: INK, lineWidth: 1.5 });
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.context.fill();
    this.context.stroke();
  }

  /* ---- words and marks ---- */

  names() {
    if (!this.board.shows.names) return;
    const size = this.board.wall ? 20 : 16;
    const near = this.size >= 12;
    for (const item of this.of("worry")) if (!item.values.about) this.beside(shortly(item.values.text, 12), item.id, size, { fill: WORRY, stroke: "#6b5300" });
    for (const kind of ["person", "house", "place"]) {
      for (const item of this.of(kind)) {
        const alone = kind !== "person" || !item.values.house || item.values.lon !== undefined;
        if (alone && (near || kind === "place")) this.beside(shortly(besideOf(this.store, item), 10), item.id, size);
      }
    }
    for (const item of this.of("note")) if (near) this.beside(shortly(item.values.text, 12), item.id, size, { fill: "#fffbe0", stroke: "#8a7a4a" });
  }

  // Words go where they cover nothing: below, above, right, left; else they are left out.
  beside(text, id, size, plate = null) {
    const spot = text && this.at(id);
    if (!spot) return;
    const { x, y } = spot;
    this.context.font = `${size}px ${FONT}`;
    const wide = this.context.measureText(text).width / 2 + (plate ? 8 : 2);
    const high = plate ? size * 0.8 : size * 0.5;
    const away = (this.store.get(id).kind === "note" ? 14 : this.size * 1.35) + high;
    for (const [dx, dy] of [[0, away], [0, -away - this.size * 0.5], [this.size * 1.5 + wide, 0], [-this.size * 1.5 - wide, 0]]) {
      const box = [x + dx - wide, y + dy - high, x + dx + wide, y + dy + high];
      if (this.taken.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3])) continue;
      this.taken.push(box);
      if (plate) this.plate(text, { x: x + dx, y: y + dy }, { ...plate, size });
      else this.text(text, x + dx, y + dy, { size });
      return;
    }
  }

  text(text, x, y, { bold = false, size = 16, halo = 4, ink = INK, align = "center" } = {}) {
    const { context } = this;
    context.font = `${bold ? "bold " : ""}${Math.round(size)}px ${FONT}`;
    Object.assign(context, { textAlign: align, textBaseline: "middle", lineJoin: "round" });
    if (halo) {
      Object.assign(context, { lineWidth: halo, strokeStyle: "rgba(255, 255, 255, 0.95)" });
      context.strokeText(text, x, y);
    }
    context.fillStyle = ink;
    context.fillText(text, x, y);
  }

  // What is chosen, what others just drew, the corners of an area under way.
  marks() {
    const { marked, flashes, corners } = this.board;
    for (const id of this.board.lit) this.circle(id, "#b25200", 9);
    for (const id of marked) this.circle(id, "#005aff", 10);
    for (const [id, name] of flashes) {
      const spot = this.circle(id, "#990099", 14);
      if (spot) this.plate(name, { x: spot.x, y: spot.y - this.size * 2 - 22 }, { fill: "#f6ecff", stroke: "#990099", bold: true });
    }
    if (!corners.length) return;
    const ring = corners.map(([lon, lat]) => this.pixel(lon, lat));
    this.outline(ring, ring.length > 2);
    Object.assign(this.context, { strokeStyle: "#b25200", lineWidth: 4 });
    this.context.setLineDash([10, 6]);
    this.context.stroke();
    this.context.setLineDash([]);
    for (const { x, y } of ring) this.disc(x, y, 9, "#ffffff");
  }

  circle(id, colour, more) {
    const spot = this.at(id);
    const item = this.store.get(id);
    if (!spot || item.kind === "area") return null;
    paint.ring(this.context, spot.x, spot.y, this.size * 1.2 + more, [colour, []], 5);
    return spot;
  }
}
