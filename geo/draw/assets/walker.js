/* Going from house to house without a mouse: buttons, arrow keys, words for a screen reader. */
(() => {
  "use strict";

  const L = window.L;
  const { isolate } = window.WelfareFacts;

  class Walker {
    constructor(owner, clearZoom) {
      this.owner = owner;
      this.clearZoom = clearZoom;
      this.listen();
    }

    listen() {
      this.group = this.owner.find(".wm-walker");
      const group = this.group;
      L.DomEvent.disableClickPropagation(group);
      const act = { previous: () => this.walk(-1), next: () => this.walk(1), open: () => this.openFocus() };
      for (const button of group.querySelectorAll("[data-walk]")) {
        button.addEventListener("click", () => act[button.dataset.walk]());
      }
      group.addEventListener("keydown", (event) => this.walkKey(event));
      this.owner.map.on("dragend", () => { this.route = null; });
    }

    walkKey(event) {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        this.group.focus({ preventScroll: true });
        this.walk(step);
      } else if (event.key === "Enter" && event.target === this.group) {
        event.preventDefault();
        this.openFocus();
      }
    }

    planRoute(kind) {
      const set = this.owner.sets[kind];
      const middle = this.owner.map.project(this.owner.map.getCenter(), 0);
      const far = (k) => (set.X[k] - middle.x) ** 2 + (set.Y[k] - middle.y) ** 2;
      const rows = Array.from({ length: set.n }, (_, k) => k).sort((a, b) => far(a) - far(b) || a - b);
      this.route = { kind, rows, at: -1 };
    }

    walk(step) {
      const kind = this.owner.walkable();
      if (!kind) return this.announce(this.owner.words.no_items);
      if (!this.route || this.route.kind !== kind) this.planRoute(kind);
      const { rows } = this.route;
      this.route.at = (this.route.at + step + rows.length + (this.route.at < 0 && step < 0 ? 1 : 0)) % rows.length;
      const row = rows[this.route.at];
      this.owner.focus = { kind, row, X: this.owner.sets[kind].X[row], Y: this.owner.sets[kind].Y[row] };
      this.showFocus();
      const facts = this.owner.facts.describe(kind, row).map(([, text]) => text).join(this.owner.words.comma);
      this.announce(`${this.route.at + 1} / ${rows.length}　${isolate(this.owner.facts.heading(kind, row))}　${isolate(facts)}`);
    }

    showFocus() {
      const spot = this.owner.map.unproject([this.owner.focus.X, this.owner.focus.Y], 0);
      const zoom = this.owner.groups ? this.clearZoom : this.owner.map.getZoom();
      const inside = this.owner.map.getBounds().pad(-0.15).contains(spot);
      if (!inside || this.owner.groups) this.owner.map.setView(spot, zoom, { animate: false });
      this.owner.items.refresh();
    }

    openFocus() {
      if (!this.owner.focus) this.walk(1);
      if (!this.owner.focus) return;
      const back = document.activeElement;
      const popup = this.owner.open(this.owner.focus.kind, this.owner.focus.row);
      popup.getElement().querySelector(".wm-close").focus({ preventScroll: true });
      popup.once("remove", () => back.focus({ preventScroll: true }));
    }

    announce(text) { this.owner.find(".wm-said").textContent = text; }
  }

  window.WelfareWalker = Walker;
})();
