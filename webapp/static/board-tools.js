// The tools: what a press on the map means now. Lines are pressed, not dragged: here, there, which kind.
import { act, choices, el, linePicture, writing } from "./board-panel.js";
import { newId } from "./board-sync.js";
import { codes, label, nameOf, tell } from "./board-words.js";

const byId = (id) => document.getElementById(id);
const IS_END = (item) => item.kind === "house" || item.kind === "person";
const WORRIES = ["worry_seen", "worry_legs", "worry_shopping", "worry_garbage", "worry_forgets", "worry_alone"];

const WANTS = {
  look: () => true,
  erase: () => true,
  house: (item) => item.kind === "house",
  person: (item) => item.kind === "house",
  line: IS_END,
  worry: (item) => IS_END(item) || item.kind === "place",
};

export class Tools {
  constructor(board) {
    Object.assign(this, { board, name: "look", first: null, moving: null });
    for (const button of document.querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => this.choose(button.dataset.tool === this.name ? "look" : button.dataset.tool));
    }
    document.addEventListener("keydown", (event) => event.key === "Escape" && !this.board.panel.busy && this.choose("look"));
  }

  get wants() { return this.moving ? () => false : (WANTS[this.name] ?? (() => false)); }

  // Houses stand side by side: while they are drawn only a press right on one means that one.
  get tight() { return this.name === "house"; }

  choose(name) {
    Object.assign(this, { name, first: null, moving: null });
    this.board.corners = [];
    this.board.look(name === "line" ? "link" : name);
    this.board.panel.close(true);
    this.board.mark();
    for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    byId("fold-tools").setAttribute("aria-expanded", "false");
    byId("fold-tools").textContent = name === "look" ? tell("tools") : tell(`tool_${name}`);
    this.ask();
  }

  // What is to be done next, and by which button without a pointer.
  ask() {
    const { corners } = this.board;
    const prompt = this.moving ? tell("prompt_move", { name: nameOf(this.board.store, this.moving) })
      : this.name === "line" ? (this.first ? tell("prompt_line_second", { name: nameOf(this.board.store, this.first) }) : tell("prompt_line_first"))
        : this.name === "area" && corners.length ? tell(corners.length > 2 ? "prompt_area_done" : "prompt_area_on", { count: corners.length })
          : tell(`prompt_${this.name}`);
    byId("prompt").textContent = prompt;
    const needsSpot = this.moving || ["house", "person", "place", "note", "area", "worry"].includes(this.name);
    byId("prompt-do").replaceChildren(
      ...(this.name === "area" && corners.length ? [act(tell("back"), () => this.pull())] : []),
      ...(this.name === "area" && corners.length > 2 ? [act(tell("done"), () => this.askArea(), { className: "act strong" })] : []),
      ...(needsSpot ? [act(tell("middle"), () => this.press(this.board.map.middle(), null), { className: "act quiet-act" })] : []),
    );
  }

  press(spot, item) {
    if (this.moving) this.move(spot);
    else this[`on_${this.name}`](spot, item);
  }

  /* ---- each tool ---- */

  on_look(_, item) {
    if (item) this.board.open(item.id);
    else this.board.panel.close();
  }

  async on_house(spot, item) {
    if (item) return this.board.open(item.id);
    const id = newId("h");
    const drawn = await this.board.draw([{ id, kind: "house", put: spot }], () => tell("did_house", { name: nameOf(this.board.store, id) }));
    if (drawn) this.board.open(id);
  }

  on_person(spot, house) {
    this.board.mark(house?.id);
    const make = async (part) => {
      const id = newId("p");
      const put = { ...(house ? { house: house.id } : spot), part };
      const drawn = await this.board.draw([{ id, kind: "person", put }], () => tell("did_person", { name: nameOf(this.board.store, id) }));
      if (drawn) this.board.open(id);
    };
    this.board.question(tell("which_part"), [choices(codes("part"), make, { key: "part", now: undefined })], { first: true });
  }

  on_line(_, item) {
    if (!item) return;
    if (!this.first) this.begin(item.id);
    else if (this.first === item.id) this.board.say(tell("same_ends"));
    else this.askLine(this.first, item.id);
  }

  begin(id) {
    this.first = id;
    this.board.panel.close(true);
    this.board.mark(id);
    this.board.say(tell("picked", { name: nameOf(this.board.store, id) }));
    this.ask();
  }

  // Which kind: one press and the line is there; all else can be said afterwards.
  askLine(watcher, watched, after = null) {
    const { board } = this;
    board.mark(watcher, watched);
    const make = (link) => {
      const id = newId("l");
      const facts = { from: nameOf(board.store, watcher), to: nameOf(board.store, watched), kind: label("link", link) };
      this.first = null;
      board.mark();
      this.ask();
      board.draw([{ id, kind: "link", put: { watcher, watched, link, direction: "one_way" } }], () => tell("did_line", facts))
        .then((drawn) => {
          if (!drawn) return;
          board.open(id);
          after?.();
        });
    };
    byId("prompt").textContent = tell("which_kind");
    const names = `${nameOf(board.store, watcher)} → ${nameOf(board.store, watched)}`;
    board.question(tell("which_kind"), [el("p", { className: "between" }, names), choices(codes("link"), make, { key: "link", picture: linePicture, tall: true, now: undefined })], { first: true });
  }

  on_place(spot) {
    const make = async (place) => {
      const id = newId("b");
      const drawn = await this.board.draw([{ id, kind: "place", put: { ...spot, place } }], () => tell("did_place", { name: nameOf(this.board.store, id) }));
      if (drawn) this.board.open(id);
    };
    this.board.corners = [[spot.lon, spot.lat]];
    this.board.redraw();
    this.board.question(tell("which_place"), [choices(codes("place"), (code) => { this.board.corners = []; make(code); }, { key: "place", now: undefined })], { first: true });
  }

  on_note(spot) {
    this.board.corners = [[spot.lon, spot.lat]];
    this.board.redraw();
    const keep = (text) => {
      this.board.corners = [];
      if (text) this.board.draw([{ id: newId("n"), kind: "note", put: { ...spot, text } }], () => tell("did_note"));
      this.board.panel.close();
    };
    this.board.question(tell("what_note"), [writing(tell("text"), "", keep, { long: true, most: 400 })]);
  }

  on_worry(spot, item) {
    this.board.mark(item?.id);
    this.askWorry(item ? { about: item.id } : spot);
  }

  askWorry(where) {
    const { board } = this;
    const keep = (text) => {
      if (!text) return;
      const name = where.about ? nameOf(board.store, where.about) : tell("worry_here");
      board.mark();
      board.draw([{ id: newId("w"), kind: "worry", put: { ...where, text } }], () => tell("did_worry", { name, text }))
        .then((drawn) => drawn && where.about && board.open(where.about));
    };
    const usual = WORRIES.map((code) => ({ code, text: tell(code) }));
    board.question(tell("what_worry"), [
      where.about ? el("p", { className: "between" }, nameOf(board.store, where.about)) : null,
      choices(usual, (code) => keep(tell(code)), { key: "worry", now: undefined }),
      writing(tell("own_words"), "", keep, { long: true, most: 400 }),
    ], { first: true });
  }

  on_area({ lon, lat }) {
    this.board.corners = [...this.board.corners, [lon, lat]];
    this.board.redraw();
    this.ask();
  }

  pull() {
    this.board.corners = this.board.corners.slice(0, -1);
    this.board.redraw();
    this.ask();
  }

  askArea() {
    const ring = this.board.corners;
    const make = async (area) => {
      const id = newId("a");
      this.board.corners = [];
      this.ask();
      const drawn = await this.board.draw([{ id, kind: "area", put: { ring, area } }], () => tell("did_area", { name: label("area", area) }));
      if (drawn) this.board.open(id);
    };
    this.board.question(tell("which_area"), [choices(codes("area"), make, { key: "area", now: undefined })], { first: true });
  }

  on_erase(_, item) {
    if (item) this.askErase(item.id);
  }

  askErase(id) {
    const { board } = this;
    const item = board.store.get(id);
    const name = nameOf(board.store, id);
    board.mark(id);
    const too = IS_END(item) ? board.store.linesOf(id).length + board.store.peopleOf(id).length + board.store.worriesOf(id).length : 0;
    const erase = () => {
      board.mark();
      board.panel.close();
      board.draw([{ id, kind: item.kind, base: item.number, drop: true }], () => tell("did_erase", { name }));
    };
    const leave = () => {
      board.mark();
      board.panel.close();
    };
    board.question(tell("which_erase", { name }), [
      too ? el("p", {}, tell("erase_too", { count: too })) : null,
      el("div", { className: "choices-grid" }, act(tell("erase_yes"), erase, { className: "act danger" }), act(tell("erase_no"), leave)),
    ]);
  }

  beginMove(id) {
    this.moving = id;
    this.board.panel.close(true);
    this.board.mark(id);
    this.ask();
  }

  move(spot) {
    const item = this.board.store.get(this.moving);
    const name = nameOf(this.board.store, this.moving);
    this.moving = null;
    this.ask();
    if (item) this.board.draw([{ id: item.id, kind: item.kind, base: item.number, put: spot }], () => tell("did_move", { name }));
  }

  /* ---- by number or name: "12", "12 → 31", "田中" ---- */

  take(text, after) {
    const plain = text.normalize("NFKC").trim();
    const pair = /^(\d+)\s*(?:→|->|-|>|,|、|\s|から)\s*(\d+)$/.exec(plain);
    if (pair) {
      const [from, to] = pair.slice(1).map((one) => this.board.store.numbers.get(Number(one)));
      if (!from || !to) return this.board.say(tell("found_none", { text: plain }));
      if (from.id === to.id) return this.board.say(tell("same_ends"));
      if (this.name !== "line") this.choose("line");
      return this.askLine(from.id, to.id, after);
    }
    const found = this.find(plain);
    if (!found.length) return this.board.say(tell("found_none", { text: plain }));
    if (found.length === 1) return this.pick(found[0], after);
    const list = found.slice(0, 12).map((item) => ({ code: item.id, text: nameOf(this.board.store, item.id) }));
    this.board.say(tell("found_some", { count: found.length }));
    return this.board.question(tell("found_some", { count: found.length }), [choices(list, (id) => this.pick(this.board.store.get(id), after), { key: "found", now: undefined })], { first: true });
  }

  find(text) {
    const { store } = this.board;
    if (/^\d+$/.test(text)) return [store.numbers.get(Number(text))].filter(Boolean);
    const ofKind = ["house", "person", "place"].flatMap((kind) => store.of(kind));
    return text ? ofKind.filter(({ values }) => [values.name, values.kana].some((one) => one?.includes(text))) : [];
  }

  pick(item, after) {
    this.board.map.show(item.id);
    if (this.name === "line" && this.first && this.first !== item.id) this.askLine(this.first, item.id, after);
    else if (this.name === "line") this.begin(item.id);
    else if (this.moving || !this.wants(item)) this.board.open(item.id);
    else this.press(null, item);
  }
}

