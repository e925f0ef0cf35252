/* What one thing on the map says of itself, as pairs of a term and a text. */
(() => {
  "use strict";

  const { codeAt, codesAt } = window.WelfareColumns;

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* Marks that turn the writing direction stay within the text they came with. */
  const isolate = (text) => `\u2068${text}\u2069`;

  class Facts {
    constructor(map) { this.map = map; }

    describe(kind, row) {
      return this[kind](this.map.sets[kind], row).filter(([, text]) => text);
    }

    label(table, code) { return code ? this.map.table.labels[table][code] || code : this.map.words.unknown; }

    list(table, codes) {
      return codes ? codes.map((code) => this.label(table, code)).join(this.map.words.comma) : "";
    }

    households(set, row) {
      const needs = codesAt(set.needs, row);
      return [
        [this.map.words.lives, this.label("composition", codeAt(set.composition_code, row))],
        [this.map.words.needs, needs && needs.length ? this.list("activity", needs) : this.map.words.no_need],
        [this.map.words.address, set.address && set.address[row]],
        ["", this.isUncovered(set.id && set.id[row]) ? this.map.words.uncovered : ""],
      ];
    }

    isUncovered(id) { return this.map.sets.uncovered && this.map.sets.uncovered.id ? this.map.sets.uncovered.id.includes(id) : false; }

    supporters(set, row) {
      const status = codeAt(set.status_code, row);
      return [
        [this.map.words.activities, this.list("activity", codesAt(set.activities, row))],
        [this.map.words.weekdays, this.list("weekday", codesAt(set.weekdays, row))],
        [this.map.words.status, status && this.label("status", status)],
      ];
    }

    places(set, row) {
      return [
        [this.map.words.kind, this.label("place", codeAt(set.kind_code, row))],
        [this.map.words.address, set.address && set.address[row]],
      ];
    }

    links(set, row) {
      const direction = codeAt(set.direction_code, row);
      return [
        [this.map.words.kind, this.label("link", codeAt(set.kind_code, row))],
        ["", direction && this.label("direction", direction)],
        ["", set.how_often && set.how_often[row]],
      ];
    }

    mesh(set, row) {
      const count = set.count[row];
      return [[this.map.words.count, count === "*" ? `* ${this.map.words.few}` : String(count)]];
    }

    heading(kind, row) {
      const set = this.map.sets[kind];
      if (kind === "mesh") return `${this.map.words.cell} ${set.mesh[row]}`;
      if (kind === "links") return `${this.nameOf(set.watcher_id[row])} → ${this.nameOf(set.watched_id[row])}`;
      return (set.name && set.name[row]) || set.id[row];
    }

    nameOf(id) {
      for (const kind of ["households", "supporters"]) {
        const set = this.map.sets[kind];
        const row = set && set.id ? set.id.indexOf(id) : -1;
        if (row >= 0) return this.heading(kind, row);
      }
      return id;
    }

    popup(kind, row) {
      const box = element("div", "wm-popup");
      box.append(element("p", "wm-name", isolate(this.heading(kind, row))));
      const list = element("dl", "");
      for (const [term, text] of this.describe(kind, row)) {
        list.append(element("dt", term ? "" : "wm-hidden", term || this.map.words.remark));
        list.append(element("dd", "", isolate(text)));
      }
      box.append(list);
      return box;
    }
  }

  window.WelfareFacts = Object.freeze({ Facts, isolate });
})();
