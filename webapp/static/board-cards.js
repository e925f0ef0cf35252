// The card of one thing on the map: what is said of it, and what can be said by one press.
import { act, choices, compositionPicture, el, linePicture, section, writing } from "./board-panel.js";
import { codes, label, nameOf, tell } from "./board-words.js";

const LABELS = { composition: "composition", consent: "said", part: "part", age: "age", gone: "ending", link: "link", direction: "direction", how_often: "often", area: "area", place: "place" };
const STRENGTHS = ["strength_weak", "strength_middle", "strength_strong"];

export class Cards {
  constructor(board) { Object.assign(this, { board, store: board.store }); }

  // Title and content of the card of an item.
  of(item) {
    return { title: nameOf(this.store, item.id), nodes: [this.conflicts(item), ...this[item.kind](item)] };
  }

  put(item, values) {
    const name = nameOf(this.store, item.id);
    this.board.draw([{ id: item.id, kind: item.kind, base: item.number, put: values }], () => tell("did_change", { name: nameOf(this.store, item.id) || name }));
  }

  pick(item, field, kind, more = {}) {
    const list = codes(kind);
    const press = (code) => this.put(item, { [field]: item.values[field] === code ? null : code });
    return choices(list, press, { now: item.values[field] ?? null, key: field, ...more });
  }

  write(item, field, title, more) {
    return writing(title, item.values[field], (text) => this.put(item, { [field]: text }), more);
  }

  consent(item) { return section(tell("consent"), this.pick(item, "consent", "said", { wide: true })); }

  lines(id) {
    const lines = this.store.linesOf(id);
    const rows = lines.map((line) => {
      const { watcher, watched, link, direction } = line.values;
      const arrow = direction === "mutual" ? "↔" : "→";
      const text = `${nameOf(this.store, watcher)} ${arrow} ${nameOf(this.store, watched)}`;
      return el("button", { type: "button", className: "choice row", "data-key": line.id, press: () => this.board.open(line.id) }, linePicture(link), el("span", {}, text));
    });
    return section(tell("lines"), rows.length ? el("div", { className: "choices-grid wide" }, ...rows) : el("p", {}, tell("lines_none")));
  }

  worries(id) {
    return this.store.worriesOf(id).map((worry) =>
      el("button", { type: "button", className: "choice worry-row", "data-key": worry.id, press: () => this.board.open(worry.id) }, el("span", {}, worry.values.text)));
  }

  acts(item, ...more) {
    const { tools } = this.board;
    const joins = item.kind === "house" || item.kind === "person";
    return el("div", { className: "choices-grid" },
      ...(joins ? [act(tell("add_line"), () => { tools.choose("line"); tools.begin(item.id); })] : []),
      ...(joins ? [act(tell("what_if"), () => this.board.says.ask(item.id))] : []),
      ...(joins || item.kind === "place" ? [act(tell("add_worry"), () => tools.askWorry({ about: item.id }))] : []),
      ...more,
      ...(item.values.lon === undefined ? [] : [act(tell("move"), () => tools.beginMove(item.id))]),
      act(tell("erase_this"), () => tools.askErase(item.id)));
  }

  gone(item) {
    const list = [{ code: null, text: tell("gone_not") }, ...["moved", "deceased", "past"].map((code) => ({ code, text: tell(`gone_${code}`) }))];
    const fitting = item.kind === "person" ? list.filter(({ code }) => code !== "past") : list;
    return section(tell("gone"), choices(fitting, (code) => this.put(item, { gone: code }), { now: item.values.gone ?? null, key: "gone" }));
  }

  /* ---- kinds ---- */

  house(item) {
    const people = this.store.peopleOf(item.id).map((one) =>
      el("button", { type: "button", className: "choice row", "data-key": one.id, press: () => this.board.open(one.id) },
        el("span", {}, [one.values.name, label("part", one.values.part), label("age", one.values.age)].filter(Boolean).join("　"))));
    const add = act(tell("add_person"), () => { this.board.tools.choose("person"); this.board.tools.on_person(null, item); });
    return [
      ...this.worries(item.id),
      section(tell("composition"), this.pick(item, "composition", "composition", { picture: compositionPicture })),
      this.write(item, "name", tell("name")),
      section(tell("people"), el("div", { className: "choices-grid wide" }, ...people, add)),
      this.consent(item),
      this.lines(item.id),
      this.acts(item),
      this.gone(item),
    ];
  }

  person(item) {
    const house = item.values.house && this.store.get(item.values.house);
    return [
      ...this.worries(item.id),
      this.write(item, "name", tell("name")),
      section(tell("part"), this.pick(item, "part", "part")),
      section(tell("age"), this.pick(item, "age", "age")),
      this.consent(item),
      this.lines(item.id),
      this.acts(item, ...(house ? [act(nameOf(this.store, house.id), () => this.board.open(house.id))] : [])),
      this.gone(item),
    ];
  }

  link(item) {
    const strengths = STRENGTHS.map((word, row) => ({ code: row + 1, text: tell(word) }));
    const { watcher, watched } = item.values;
    return [
      section(tell("strength"), choices(strengths, (strength) => this.put(item, { strength }), { now: item.values.strength ?? null, key: "strength" })),
      section(tell("how_often"), this.pick(item, "how_often", "often")),
      section(tell("direction"), this.pick(item, "direction", "direction"),
        item.values.direction === "mutual" ? null : act(tell("turn_round"), () => this.put(item, { watcher: watched, watched: watcher }))),
      section(tell("kind"), choices(codes("link"), (link) => this.put(item, { link }), { now: item.values.link, key: "link", picture: linePicture, tall: true })),
      this.consent(item),
      this.acts(item),
    ];
  }

  place(item) {
    return [...this.worries(item.id), this.write(item, "name", tell("name")), section(tell("kind"), choices(codes("place"), (place) => this.put(item, { place }), { now: item.values.place, key: "place" })), this.acts(item)];
  }

  note(item) { return [this.write(item, "text", tell("text"), { long: true, most: 400 }), this.acts(item)]; }

  area(item) {
    return [this.write(item, "name", tell("name")), section(tell("kind"), choices(codes("area"), (area) => this.put(item, { area }), { now: item.values.area, key: "area" })), this.acts(item)];
  }

  worry(item) { return [this.write(item, "text", tell("text"), { long: true, most: 400 }), this.consent(item), this.acts(item)]; }

  /* ---- what two said differently ---- */

  conflicts(item) {
    const known = { ...item.conflicts };
    if (known.lon) delete known.lat;
    const boxes = Object.entries(known).map(([field, told]) => (field === "drop" ? this.dropped(item, told) : this.differing(item, field, told)));
    return boxes.length ? el("div", { className: "two", role: "group", "aria-label": tell("two_said") }, el("h3", {}, tell("two_said")), ...boxes) : null;
  }

  differing(item, field, { value, name, by }) {
    const fields = field === "lon" ? ["lon", "lat"] : [field];
    const theirs = Object.fromEntries(fields.map((one) => [one, item.conflicts[one] ? (item.conflicts[one].value ?? null) : item.values[one]]));
    const mine = Object.fromEntries(fields.map((one) => [one, item.values[one] ?? null]));
    return el("div", { className: "choices-grid wide" },
      act(tell("says_this", { name: who(by), value: this.value(field, item.values[field]) }), () => this.settle(item, mine), { "data-key": "mine" }),
      act(tell("says_this", { name: who(name), value: this.value(field, value) }), () => this.settle(item, theirs), { "data-key": "theirs" }));
  }

  dropped(item, { name }) {
    const [field] = Object.keys(item.values);
    return el("div", {}, el("p", {}, tell("two_dropped", { name: who(name) })), el("div", { className: "choices-grid" },
      act(tell("keep_it"), () => this.settle(item, { [field]: item.values[field] })),
      act(tell("erase_yes"), () => this.settle(item, null), { className: "act danger" })));
  }

  settle(item, put) {
    const before = nameOf(this.store, item.id);
    const deed = { id: item.id, kind: item.kind, base: item.number, ...(put ? { put } : { drop: true }) };
    this.board.draw([deed], () => tell("did_settle", { name: nameOf(this.store, item.id) || before }));
  }

  value(field, value) {
    if (value === null || value === undefined) return tell("nothing_said");
    if (LABELS[field]) return label(LABELS[field], value);
    if (field === "lon" || field === "ring") return tell("point_here");
    if (["house", "watcher", "watched", "about"].includes(field)) return nameOf(this.store, value);
    return String(value);
  }
}

const who = (name) => (name === "register" ? tell("register") : name);
