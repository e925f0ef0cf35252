/* The welfare map in the browser: reads its settings and columns, paints them, answers
   mouse, touch and keys. Text from the data reaches the page through textContent only.
   Tells the page `welfaremap:select` {kind, id}; hears `welfaremap:highlight`
   {ids: [...], lines: [{from, to, label}], fit: true}. */
(() => {
  "use strict";

  const L = window.L;
  const { read } = window.WelfareColumns;
  const paint = window.WelfarePaint;
  const Sheet = window.WelfareCanvas;
  const { Facts } = window.WelfareFacts;
  const Walker = window.WelfareWalker;
  const CELL = 76;
  const CLEAR_ZOOM = 16;
  const PLACES_ZOOM = 15;
  const POINT_KINDS = ["places", "households", "uncovered", "supporters"];
  const opened = new Map();

  /* ---- one map ---- */

  class WelfareMap {
    constructor(root, settings) {
      this.root = root;
      this.settings = settings;
      this.words = settings.words;
      this.table = settings.table;
      this.sets = {};
      this.off = new Set(settings.layers.filter((layer) => !layer.on).map((layer) => layer.name));
      this.marked = { ids: new Set(), lines: [] };
      this.groups = null;
      if (window.matchMedia("(max-width: 800px)").matches) this.fold();
      this.map = makeMap(settings);
      this.base = new Sheet("wmBase", (context, view) => this.drawBase(context, view)).addTo(this.map);
      this.items = new Sheet("wmItems", (context, view) => this.drawItems(context, view)).addTo(this.map);
      this.facts = new Facts(this);
      this.walker = new Walker(this, CLEAR_ZOOM);
      this.listen();
    }

    find(selector) { return this.root.querySelector(selector); }

    shown(name) { return this.sets[name] && !this.off.has(name) ? this.sets[name] : null; }

    async load() {
      const notice = this.find(".wm-notice");
      const slow = setTimeout(() => { notice.textContent = this.words.loading; }, 400);
      try {
        await Promise.all(this.settings.layers.map((layer) => this.loadLayer(layer)));
        notice.textContent = "";
      } catch {
        notice.textContent = this.words.failed;
      }
      clearTimeout(slow);
      this.find(".wm-walker").hidden = !this.walkable();
      this.redraw();
      this.root.dataset.ready = "true";
    }

    async loadLayer(layer) {
      const columns = layer.url ? await fetchColumns(layer.url) : embeddedColumns(layer.data);
      this.sets[layer.name] = read(columns);
    }

    /* ---- painting ---- */

    redraw() {
      this.base.refresh();
      this.items.refresh();
    }

    drawBase(context, view) {
      const each = (name, draw) => {
        const set = this.shown(name);
        if (set) draw(context, view, set, this.table);
      };
      each("mesh", paint.mesh);
      each("streets", paint.streets);
      each("uncovered", paint.uncoveredGround);
      each("uncovered_areas", paint.areas);
      each("districts", paint.districts);
      each("mesh", paint.meshNumbers);
    }

    drawItems(context, view) {
      this.groups = this.crowded(view) ? this.groupHouses(view) : null;
      if (this.shown("links") && !this.groups) paint.links(context, view, this.shown("links"), this.table);
      for (const kind of POINT_KINDS) if (this.shown(kind)) this.drawPoints(context, view, kind);
      if (this.groups) for (const group of this.groups) paint.cluster(context, group);
      const numbers = this.groups || (this.shown("mesh") ? paint.meshSpots(view, this.shown("mesh")) : []);
      if (this.shown("districts")) paint.districtNames(context, view, this.shown("districts"), numbers);
      this.drawMarked(context, view);
    }

    drawPoints(context, view, kind, only = null) {
      if (!only && this.groups && kind !== "places" && kind !== "supporters") return;
      if (kind === "places" && view.zoom < PLACES_ZOOM) return;
      const set = this.shown(kind);
      const draw = { households: paint.household, supporters: paint.supporter, places: paint.place, uncovered: paint.uncovered }[kind];
      const size = !only && this.groups && kind === "supporters" ? 2.5 : paint.symbolSize(view.zoom);
      for (let k = 0; k < set.n; k += 1) {
        const x = paint.pixelX(view, set.X[k]);
        const y = paint.pixelY(view, set.Y[k]);
        if ((!only || only.has(set.id[k])) && paint.holds(view, x, y, 24)) draw(context, set, k, this.table, size, x, y);
      }
    }

    crowded(view) {
      const set = this.shown("households");
      if (!set || view.zoom >= CLEAR_ZOOM || set.n <= this.table.crowd) return false;
      let seen = 0;
      for (let k = 0; k < set.n && seen <= this.table.crowd; k += 1) {
        if (paint.holds(view, paint.pixelX(view, set.X[k]), paint.pixelY(view, set.Y[k]), 0)) seen += 1;
      }
      return seen > this.table.crowd;
    }

    /* Cells are cut on the plane, not on the screen, so that groups stay while panning. */
    groupHouses(view) {
      const set = this.shown("households");
      const cells = new Map();
      for (let k = 0; k < set.n; k += 1) {
        const column = Math.floor((set.X[k] * view.scale) / CELL);
        const row = Math.floor((set.Y[k] * view.scale) / CELL);
        const key = column * 4194304 + row;
        const cell = cells.get(key) || { count: 0, X: 0, Y: 0, first: k };
        cell.count += 1;
        cell.X += set.X[k];
        cell.Y += set.Y[k];
        cells.set(key, cell);
      }
      return [...cells.values()].map((cell) => ({
        count: cell.count,
        first: cell.first,
        x: paint.pixelX(view, cell.X / cell.count),
        y: paint.pixelY(view, cell.Y / cell.count),
      }));
    }

    /* What the page marked: while lines are shown, all else steps back behind a veil. */
    drawMarked(context, view) {
      const { ids, lines } = this.marked;
      const wanted = new Set([...ids, ...lines.flatMap((line) => [line.from, line.to])]);
      if (lines.length) {
        paint.veil(context, view);
        for (const kind of POINT_KINDS) if (this.shown(kind)) this.drawPoints(context, view, kind, wanted);
      }
      const ends = lines.map((line) => [this.locate(line.from), this.locate(line.to), line.label]);
      for (const [from, to, label] of ends) if (from && to) paint.markedLine(context, view, from, to, label);
      for (const id of ids) this.drawRing(context, view, this.locate(id), "#000000");
      this.drawRing(context, view, this.focus, "#005aff");
    }

    drawRing(context, view, spot, colour) {
      if (!spot) return;
      const radius = paint.symbolSize(view.zoom) + 8;
      paint.ring(context, paint.pixelX(view, spot.X), paint.pixelY(view, spot.Y), radius, [colour, []], 4);
    }

    locate(id) {
      for (const kind of ["households", "supporters", "places", "uncovered"]) {
        const set = this.sets[kind];
        const k = set && set.id ? set.id.indexOf(id) : -1;
        if (k >= 0) return { X: set.X[k], Y: set.Y[k] };
      }
      return null;
    }

    /* ---- finding what lies under a point ---- */

    hit(event) {
      const view = this.items.view;
      const pixel = this.map.project(event.latlng).subtract([view.left, view.top]);
      return this.hitGroup(pixel) || this.hitPoint(view, pixel) || this.hitLink(view, pixel) || this.hitCell(view, pixel);
    }

    hitGroup(pixel) {
      const near = (group) => Math.hypot(group.x - pixel.x, group.y - pixel.y) <= paint.clusterRadius(group.count);
      const group = this.groups && this.groups.find(near);
      return group ? { kind: "group", group } : null;
    }

    hitPoint(view, pixel) {
      const reach = Math.max(paint.symbolSize(view.zoom) + 3, L.Browser.mobile ? 18 : 8);
      for (const kind of ["supporters", "households", "places"]) {
        const set = this.shown(kind);
        const hidden = !set || (this.groups && kind === "households") || (kind === "places" && view.zoom < PLACES_ZOOM);
        const row = hidden ? -1 : nearestRow(set, view, pixel, reach);
        if (row >= 0) return { kind, row };
      }
      return null;
    }

    hitLink(view, pixel) {
      const set = this.groups ? null : this.shown("links");
      for (let k = 0; set && k < set.n; k += 1) {
        const line = paint.linkLine(view, set, k);
        if (line && distanceTo(line, pixel) < 7) return { kind: "links", row: k };
      }
      return null;
    }

    hitCell(view, pixel) {
      const set = this.shown("mesh");
      const X = (pixel.x + view.left) / view.scale;
      const Y = (pixel.y + view.top) / view.scale;
      for (let k = 0; set && k < set.n; k += 1) {
        if (set.W[k] <= X && X < set.E[k] && set.N[k] <= Y && Y < set.S[k]) return { kind: "mesh", row: k };
      }
      return null;
    }

    open(kind, row) {
      const spot = this.spot(kind, row);
      const popup = L.popup({ maxWidth: 320, autoPanPadding: [24, 24], closeButton: false });
      const box = this.facts.popup(kind, row);
      box.prepend(this.closer(popup));
      popup.setLatLng(spot).setContent(box).openOn(this.map);
      box.addEventListener("keydown", (event) => {
        if (event.key === "Escape") popup.close();
      });
      const set = this.sets[kind];
      const id = kind === "mesh" ? set.mesh[row] : set.id ? set.id[row] : null;
      document.dispatchEvent(new CustomEvent("welfaremap:select", { detail: { kind, id } }));
      return popup;
    }

    closer(popup) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "wm-close", textContent: "×" });
      button.setAttribute("aria-label", this.words.close);
      button.addEventListener("click", () => popup.close());
      return button;
    }

    spot(kind, row) {
      const set = this.sets[kind];
      const X = kind === "links" ? (set.X1[row] + set.X2[row]) / 2 : set.X[row];
      const Y = kind === "links" ? (set.Y1[row] + set.Y2[row]) / 2 : set.Y[row];
      return this.map.unproject([X, Y], 0);
    }

    /* ---- mouse, touch, panel, page ---- */

    listen() {
      this.map.on("click", (event) => this.click(event));
      this.map.on("mousemove", (event) => {
        this.map.getContainer().classList.toggle("wm-pointing", Boolean(this.hit(event)));
      });
      for (const box of this.root.querySelectorAll("[data-layer]")) {
        box.addEventListener("change", () => this.toggle(box));
      }
      for (const choice of this.root.querySelectorAll("[data-tiles]")) {
        choice.addEventListener("change", () => this.chooseTiles(choice.dataset.tiles === "on"));
      }
      this.find(".wm-fold").addEventListener("click", () => this.fold());
      document.addEventListener("welfaremap:highlight", (event) => this.highlight(event.detail || {}));
    }

    click(event) {
      const found = this.hit(event);
      if (!found) return;
      if (found.kind === "group") {
        this.map.setView(event.latlng, Math.min(this.map.getZoom() + 2, CLEAR_ZOOM));
      } else {
        this.open(found.kind, found.row);
      }
    }

    walkable() {
      return ["households", "mesh", "supporters", "places"].find((kind) => this.shown(kind) && this.shown(kind).n);
    }

    toggle(box) {
      this.off[box.checked ? "delete" : "add"](box.dataset.layer);
      for (const group of this.root.querySelectorAll(`[data-group="${box.dataset.layer}"]`)) {
        group.classList.toggle("wm-off", !box.checked);
      }
      this.find(".wm-walker").hidden = !this.walkable();
      this.redraw();
    }

    chooseTiles(on) {
      const { url, attribution } = this.settings.tiles;
      this.tiles = this.tiles || L.tileLayer(url, { maxZoom: this.settings.maxZoom, maxNativeZoom: 18, attribution: escapeText(attribution) });
      if (on) this.tiles.addTo(this.map);
      else this.tiles.remove();
    }

    fold() {
      const folded = this.find(".wm-panel").classList.toggle("wm-folded");
      this.find(".wm-fold").setAttribute("aria-expanded", String(!folded));
      if (this.map) this.map.invalidateSize();
    }

    highlight({ ids = [], lines = [], fit = false }) {
      this.marked = { ids: new Set(ids), lines };
      this.items.refresh();
      const wanted = [...ids, ...lines.flatMap((line) => [line.from, line.to])];
      const spots = wanted.map((id) => this.locate(id)).filter(Boolean);
      if (!fit || !spots.length) return;
      this.map.stopFitting();
      const corners = spots.map((spot) => this.map.unproject([spot.X, spot.Y], 0));
      this.map.fitBounds(L.latLngBounds(corners), { paddingTopLeft: [80, 60], paddingBottomRight: [60, 150], maxZoom: 17 });
    }
  }

  /* ---- small parts ---- */

  function makeMap(settings) {
    const map = L.map(settings.map, {
      zoomControl: false, attributionControl: false, fadeAnimation: false, maxZoom: settings.maxZoom, minZoom: 4, zoomSnap: 0.25,
    });
    map.createPane("wmBase").style.zIndex = 350;
    map.createPane("wmItems").style.zIndex = 450;
    const { words } = settings;
    L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
    L.control.attribution({ prefix: false }).addAttribution(escapeText(settings.attribution)).addTo(map);
    showAll(map, settings.bounds);
    return map;
  }

  /* The whole town, also while the page is still being laid out: until somebody moves the map. */
  function showAll(map, bounds) {
    const fit = () => map.fitBounds(bounds, { paddingTopLeft: [12, 12], paddingBottomRight: [12, 84], animate: false });
    fit();
    const watcher = new ResizeObserver(() => {
      map.invalidateSize({ pan: false });
      fit();
    });
    watcher.observe(map.getContainer());
    map.stopFitting = () => watcher.disconnect();
    for (const touch of ["pointerdown", "wheel", "keydown"]) {
      map.getContainer().addEventListener(touch, map.stopFitting, { once: true, passive: true });
    }
  }

  function escapeText(text) {
    const box = document.createElement("span");
    box.textContent = text;
    return box.innerHTML;
  }

  function nearestRow(set, view, pixel, reach) {
    let best = -1;
    let least = reach * reach;
    for (let k = 0; k < set.n; k += 1) {
      const far = (paint.pixelX(view, set.X[k]) - pixel.x) ** 2 + (paint.pixelY(view, set.Y[k]) - pixel.y) ** 2;
      if (far <= least) {
        best = k;
        least = far;
      }
    }
    return best;
  }

  function distanceTo(line, pixel) {
    const along = (pixel.x - line.x1) * line.ux + (pixel.y - line.y1) * line.uy;
    const t = Math.max(0, Math.min(line.length, along));
    return Math.hypot(line.x1 + line.ux * t - pixel.x, line.y1 + line.uy * t - pixel.y);
  }

  async function fetchColumns(url) {
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  const embeddedColumns = (id) => JSON.parse(document.getElementById(id).textContent);

  /* The Leaflet map of an element, opened once: what folium's children are added to. */
  function open(id) {
    if (!opened.has(id)) {
      const settings = JSON.parse(document.getElementById(`${id}-settings`).textContent);
      const made = new WelfareMap(document.getElementById(`${id}-frame`), settings);
      opened.set(id, made);
      made.load();
    }
    return opened.get(id).map;
  }

  window.WelfareMap = Object.freeze({ open, opened });
  for (const frame of document.querySelectorAll("[data-welfaremap]")) open(frame.dataset.welfaremap);
})();
