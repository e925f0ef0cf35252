// What the map says: how many houses have no line, one only, who watches over too many.
// A press rings them on the map; the lists are the server's, anew with every stroke.
import { act, choices, el, section } from "./board-panel.js";
import { nameOf, tell } from "./board-words.js";

const LISTS = ["no_line", "one_line", "too_many", "worries"];

export class Says {
  constructor(board, root) {
    Object.assign(this, { board, root, shown: null });
  }

  // Anew with every news; what is ringed stays ringed, as far as it still holds.
  render() {
    const { says } = this.board.store;
    this.root.hidden = !says;
    if (!says) return;
    const again = this.root.contains(document.activeElement) ? document.activeElement.dataset.list : null;
    const buttons = LISTS.map((list) =>
      el("button", { type: "button", className: `says-one says-${list}`, "data-list": list, "aria-pressed": String(this.shown === list), press: () => this.show(this.shown === list ? null : list) },
        el("b", {}, String(says[list].length)), el("span", {}, tell(`says_${list}`))));
    this.root.replaceChildren(el("h2", {}, tell("says_title")), el("p", {}, tell("says_whole", says)), ...buttons);
    if (again) this.root.querySelector(`[data-list="${again}"]`).focus();
    if (this.shown) this.board.light(this.about(says[this.shown]));
  }

  // A worry is ringed where it belongs.
  about(ids) { return ids.map((id) => this.board.store.get(id)?.values.about ?? id); }

  show(list) {
    this.shown = list;
    this.board.light([]);
    this.render();
    if (list) this.tellList(list);
  }

  // The same by words, for whoever cannot see rings; a press leads there.
  tellList(list) {
    const { board } = this;
    const { says } = board.store;
    const ids = this.about(says[list]);
    if (board.wall || !ids.length) return;
    const load = new Map(says.load.map((one) => [one.id, one]));
    const text = (id) => (list === "too_many" ? tell("says_load", { name: nameOf(board.store, id), ...load.get(id) }) : nameOf(board.store, id));
    const rows = ids.map((id) => ({ code: id, text: text(id) }));
    board.question(tell(`says_${list}`), [choices(rows, (id) => board.open(id), { key: "says", now: undefined, wide: true })]);
  }

  // Who is missed if this one falls ill.
  async ask(id) {
    const { board } = this;
    try {
      const answer = await fetch(`${board.sync.address}/what-if/${encodeURIComponent(id)}`, { cache: "no-store", redirect: "manual" });
      const told = await answer.json();
      if (!answer.ok) return board.say(told.detail);
      this.shown = null;
      board.light([...told.none, ...told.one]);
      board.say(told.words[0]);
      const rows = (ids) => choices(ids.map((one) => ({ code: one, text: nameOf(board.store, one) })), (one) => board.open(one), { key: "missed", now: undefined });
      board.question(tell("what_if"), [
        ...told.words.map((words) => el("p", { className: "between" }, words)),
        told.none.length ? section(tell("missed_none"), rows(told.none)) : null,
        told.one.length ? section(tell("missed_one"), rows(told.one)) : null,
        act(nameOf(board.store, id), () => board.open(id)),
      ]);
    } catch {
      board.say(tell("away"));
    }
    return null;
  }
}
