// The map in the hall. Nothing is shown before the server wrote it down; nothing is kept here.
import { Cards } from "./board-cards.js";
import { Guide } from "./guide.js";
import { fillLegend } from "./board-legend.js";
import { BoardMap } from "./board-map.js";
import { act, el, Panel } from "./board-panel.js";
import { Store } from "./board-store.js";
import { Says } from "./board-says.js";
import { Sync } from "./board-sync.js";
import { Tools } from "./board-tools.js";
import { nameOf, start, tell } from "./board-words.js";

const byId = (id) => document.getElementById(id);
const FLASH = 4000;

class Board {
  constructor(ground) {
    Object.assign(this, { ground, marked: [], lit: [], flashes: new Map(), corners: [], opened: null, shows: { names: true, layers: true }, kinds: null });
    this.wall = document.body.classList.contains("wall");
    this.store = new Store();
    this.sync = new Sync({ address: start.address, store: this.store, hear: (news) => this.hear(news), feel: () => this.feel(), hinder: (problem) => this.say(problem.detail) });
    if (!this.wall) this.equip();
    this.map = new BoardMap(this, (spot, item) => this.tools?.press(spot, item));
    this.says = new Says(this, byId("says"));
    this.guide = byId("guide") && new Guide({ root: byId("guide"), send: (stroke) => this.send(stroke, () => ""), turned: (step) => this.turned(step) });
    this.choices();
    for (const legend of document.querySelectorAll(".legend")) fillLegend(legend);
  }

  // What the recorder has and the big screen has not.
  equip() {
    this.panel = new Panel(() => this.shut());
    this.cards = new Cards(this);
    this.tools = new Tools(this);
    byId("undo").addEventListener("click", () => this.turn("undo", "did_undo"));
    byId("redo").addEventListener("click", () => this.turn("redo", "did_redo"));
    byId("fold-tools").addEventListener("click", () => {
      const open = byId("fold-tools").getAttribute("aria-expanded") !== "true";
      byId("fold-tools").setAttribute("aria-expanded", String(open));
    });
    byId("numbers").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = byId("number").value;
      byId("number").value = "";
      if (text.trim()) this.tools.take(text, () => byId("number").focus());
    });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea")) return;
      if (event.key === "z") this.turn("undo", "did_undo");
      if (event.key === "y") this.turn("redo", "did_redo");
    });
  }

  choices() {
    const press = (id, change) => byId(id)?.addEventListener("click", (event) => {
      const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
      event.currentTarget.setAttribute("aria-pressed", String(on));
      change(on);
    });
    press("names", (on) => {
      this.shows.names = on;
      this.redraw();
    });
    press("layers", (on) => {
      this.shows.layers = on;
      this.redraw();
    });
    press("rest-do", (on) => {
      document.body.classList.toggle("with-rest", on);
      document.querySelector(".more").open = false;
    });
    byId("rest-close")?.addEventListener("click", () => byId("rest-do").click());
    if (byId("tiles")) byId("tiles").hidden = !this.ground.settings.tiles;
    press("tiles", (on) => {
      this.ground.chooseTiles(on);
      this.ground.tiles.options.maxZoom = this.map.map.getMaxZoom();
    });
  }

  async begin() {
    await this.sync.begin();
    this.map.fit();
    this.redraw();
    this.tools?.ask();
    document.body.dataset.ready = "true";
  }

  /* ---- what comes from the server ---- */

  hear(news) {
    const known = this.store.number;
    const changed = this.store.take(news);
    if (known) this.flash(news, changed);
    this.feel();
    if (news.number === this.store.number) this.guide?.take(news.step);
    if (changed.length || !known) this.says.render();
    if (changed.length) this.redraw();
    if (this.opened && changed.length && !this.panel.busy) this.refresh();
  }

  // What others drew is ringed for a moment, with their name.
  flash(news, changed) {
    const others = (news.strokes ?? []).filter((one) => !this.sync.mine.has(one.stroke));
    if (!others.length) return;
    for (const { items, name } of others) for (const id of items) if (changed.includes(id)) this.flashes.set(id, name);
    const names = [...new Set(others.map((one) => one.name))];
    byId("others").textContent = names.map((name) => tell("by_others", { name, count: others.filter((one) => one.name === name).length })).join(tell("between"));
    clearTimeout(this.fading);
    this.fading = setTimeout(() => {
      this.flashes.clear();
      byId("others").textContent = "";
      this.redraw();
    }, FLASH);
  }

  alone() { return (this.store.says?.no_line ?? this.store.alone().map((item) => item.id)).filter((id) => this.store.get(id)); }

  // The guide came to another step: what is looked at, what is drawn with, what is ringed.
  turned({ shows, tools, marks }) {
    this.kinds = new Set(shows);
    for (const button of document.querySelectorAll("[data-tool]")) {
      button.classList.toggle("now", tools.includes(button.dataset.tool === "line" ? "link" : button.dataset.tool));
    }
    if (marks.length && this.wall) this.says.show(marks[0]);
    this.redraw();
  }

  // Whether this kind is looked at in the step of the guide.
  looks(kind) { return !this.kinds || !this.shows.layers || this.kinds.has(kind); }

  // What is drawn now is looked at, whatever the step.
  look(kind) { this.kinds?.add(kind); }

  // What is saved, what is not yet, whether the server is there.
  feel() {
    const { queue, away, shutOut } = this.sync;
    const at = this.store.savedAt && new Date(this.store.savedAt).toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });
    const saved = byId("saved");
    const text = queue.length ? tell("unsaved", { count: queue.length }) : at ? tell("saved", { at }) : tell("saved_none");
    if (saved.textContent !== text) saved.textContent = text;
    saved.classList.toggle("waits", queue.length > 0);
    const box = byId("away");
    const wasAway = !box.hidden;
    if (away || shutOut) {
      const said = shutOut ? "shut_out" : "away";
      if (box.dataset.said !== said) {
        const again = el("a", { className: "button", href: window.location.href }, tell("reload"));
        box.replaceChildren(el("p", { className: "away-title" }, tell(said)), shutOut ? again : el("p", {}, tell("away_lead")));
      }
      box.dataset.said = said;
    } else if (wasAway && box.dataset.said && !queue.length) this.say(tell("again"));
    if (!away && !shutOut) delete box.dataset.said;
    box.hidden = !(away || shutOut);
  }

  /* ---- what is done here ---- */

  // Send deeds; once they are written down say what happened. Null where they were refused.
  async draw(deeds, sentence) { return this.send({ turn: "draw", deeds }, sentence); }

  async send(stroke, sentence) {
    try {
      const answer = await this.sync.send(stroke);
      this.say(sentence(answer));
      return answer;
    } catch (problem) {
      this.refuse(problem);
      return null;
    }
  }

  turn(turn, word) {
    return this.send({ turn }, (answer) => {
      const touched = answer.items.filter((one) => one.number === answer.entry);
      return tell(word, { name: nameOf(this.store, touched[0]?.id) });
    });
  }

  refuse(problem) {
    this.say(problem.detail || problem.message);
    const there = problem.code === "line_there" ? this.store.get(problem.facts?.id) : null;
    if (!there) return;
    if (problem.facts.reverse !== "True") return this.open(there.id);
    const mutual = () => this.draw([{ id: there.id, kind: "link", base: there.number, put: { direction: "mutual" } }], () => tell("did_change", { name: nameOf(this.store, there.id) })).then(() => this.open(there.id));
    this.question(tell("make_mutual"), [el("p", {}, tell("line_back")), el("div", { className: "choices-grid" }, act(tell("yes"), mutual), act(tell("no"), () => this.panel.close()))], { first: true });
  }

  say(text) {
    if (!this.wall && text) byId("said").textContent = text;
  }

  open(id) {
    const item = this.store.get(id);
    if (!item || this.wall) return;
    this.opened = id;
    this.mark(id);
    const { title, nodes } = this.cards.of(item);
    this.panel.open(title, nodes);
    this.map.show(id);
  }

  // Something is asked in the panel; it is no card that news would draw anew.
  question(title, nodes, more) {
    this.opened = null;
    this.panel.open(title, nodes, more);
  }

  refresh() {
    const item = this.store.get(this.opened);
    if (!item) this.panel.close();
    else if (this.panel.title.textContent && !this.panel.root.hidden) {
      const { title, nodes } = this.cards.of(item);
      this.panel.title.textContent = title;
      this.panel.open(title, nodes);
    }
  }

  shut() {
    this.opened = null;
    this.mark(...(this.tools.first ? [this.tools.first] : []));
    if (this.tools.name !== "area") this.corners = [];
    this.redraw();
  }

  // What the map says is ringed.
  light(ids) {
    this.lit = ids;
    this.redraw();
  }

  mark(...ids) {
    this.marked = ids.filter(Boolean);
    this.redraw();
  }

  redraw() { this.map?.redraw(); }
}

const ground = [...window.WelfareMap.opened.values()][0];
const board = new Board(ground);
window.WelfareBoard = board;
board.begin();
