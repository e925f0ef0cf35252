// The map under the board: pressing it, finding what lies there, moving it without gestures.
import { Painter } from "./board-paint.js";
import { start } from "./board-words.js";

const { L } = window;
const paint = window.WelfarePaint;
const STILL = 350;
const CLOSEST = 21;
const SOME = 5;

export class BoardMap {
  // press(spot, item): somebody pressed; item: the nearest of what lies there, or null.
  constructor(board, press) {
    Object.assign(this, { board, press, ground: board.ground, map: board.ground.map, pressed: 0 });
    this.map.setMaxZoom(CLOSEST);
    this.map.doubleClickZoom.disable();
    this.map.boxZoom.disable();
    this.map.createPane("board").style.zIndex = 460;
    this.painter = new Painter(board);
    this.sheet = new window.WelfareCanvas("board", (context, view) => this.painter.draw(context, view)).addTo(this.map);
    this.map.on("click", (event) => this.click(event));
    const byId = (id) => document.getElementById(id);
    byId("zoom-in").addEventListener("click", () => this.map.zoomIn(0.75));
    byId("zoom-out").addEventListener("click", () => this.map.zoomOut(0.75));
    byId("whole").addEventListener("click", () => this.fit());
    new ResizeObserver(() => this.map.invalidateSize({ pan: false })).observe(this.map.getContainer());
  }

  // A finger that trembles presses twice: the second press at once is not meant.
  click(event) {
    const now = performance.now();
    if (now - this.pressed < STILL) return;
    this.pressed = now;
    this.press({ lon: event.latlng.lng, lat: event.latlng.lat }, this.hit(event.latlng));
  }

  redraw() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => {
      this.waits = false;
      this.sheet.refresh();
    });
  }

  /* ---- what lies there ---- */

  // The nearest symbol within a generous reach, else a line, else an area.
  hit(latlng) {
    const { view } = this.sheet;
    const at = this.map.project(latlng, 0);
    const point = { x: at.x * view.scale - view.left, y: at.y * view.scale - view.top };
    const { tools } = this.board;
    const wanted = (item) => this.board.looks(item.kind) && (!tools || tools.wants(item));
    return this.nearest(point, wanted) ?? this.nearestLine(point, wanted) ?? this.around(point, wanted);
  }

  nearest(point, wanted) {
    const { store } = this.board;
    const reach = this.board.tools?.tight ? this.painter.size : Math.max(32, this.painter.size + 14);
    let best = null;
    let least = reach;
    for (const item of store.items.values()) {
      if (["link", "area", "card"].includes(item.kind) || (item.kind === "worry" && item.values.about) || !wanted(item)) continue;
      const spot = this.painter.at(item.id);
      const far = spot ? Math.hypot(spot.x - point.x, spot.y - point.y) : Infinity;
      if (far < least) [best, least] = [item, far];
    }
    return best;
  }

  nearestLine({ x, y }, wanted) {
    let best = null;
    let least = 22;
    for (const line of this.painter.drawn ?? []) {
      const along = Math.max(0, Math.min(line.length, (x - line.x1) * line.ux + (y - line.y1) * line.uy));
      const far = Math.hypot(line.x1 + line.ux * along - x, line.y1 + line.uy * along - y);
      const item = this.board.store.get(line.id);
      if (far < least && item && wanted(item)) [best, least] = [item, far];
    }
    return best;
  }

  around({ x, y }, wanted) {
    const inside = (ring) => ring.reduce((odd, a, k) => {
      const b = ring[(k + ring.length - 1) % ring.length];
      return a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x ? !odd : odd;
    }, false);
    const areas = this.board.store.of("area").filter(wanted);
    return areas.find(({ values }) => inside(values.ring.map(([lon, lat]) => this.painter.pixel(lon, lat)))) ?? null;
  }

  /* ---- moving without gestures ---- */

  middle() {
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat };
  }

  latlng({ X, Y }) { return this.map.unproject([X, Y], 0); }

  // The houses once there are some, else the workshop's part, else the district.
  fit() {
    this.map.stopFitting();
    const corners = ([west, south, east, north]) => [[south, west], [north, east]];
    const { store } = this.board;
    const homes = [...store.spots].filter(([id, spot]) => spot && ["house", "person", "worry"].includes(store.get(id)?.kind));
    const bounds = homes.length >= SOME ? homes.map(([, spot]) => this.latlng(spot)) : start.window ? corners(start.window) : start.district ? corners(start.district) : this.ground.settings.bounds;
    this.map.fitBounds(L.latLngBounds(bounds), { ...this.margins(), maxZoom: 20, animate: false });
  }

  // Room for what lies on the map's edges.
  margins() {
    const narrow = this.map.getSize().x < 600;
    return narrow ? { paddingTopLeft: [14, 90], paddingBottomRight: [14, 60] } : { paddingTopLeft: [40, 84], paddingBottomRight: [this.board.wall ? 370 : 112, 76] };
  }

  // Bring an item into sight, and close enough to be told apart.
  show(id) {
    this.map.invalidateSize({ pan: false });
    const spot = this.board.store.spots.get(id);
    if (!spot) return;
    const latlng = this.latlng(spot);
    if (!this.map.getBounds().pad(-0.12).contains(latlng)) this.map.panTo(latlng, { animate: false });
  }
}
