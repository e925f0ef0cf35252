/* A canvas that lies on the map, moves with it and is painted anew when it rests. */
(() => {
  "use strict";

  const L = window.L;

  const Sheet = L.Layer.extend({
    initialize(pane, draw) {
      this._pane = pane;
      this._draw = draw;
    },
    onAdd(map) {
      this._canvas = L.DomUtil.create("canvas", "wm-canvas leaflet-zoom-animated", map.getPane(this._pane));
      this._canvas.setAttribute("aria-hidden", "true");
      this.refresh();
    },
    onRemove() { this._canvas.remove(); },
    getEvents() {
      return { moveend: this.refresh, viewreset: this.refresh, resize: this.refresh, zoomanim: this._follow };
    },
    refresh() {
      if (!this._map) return;
      this._place();
      const context = this._canvas.getContext("2d");
      const ratio = window.devicePixelRatio || 1;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, this.view.width, this.view.height);
      this._draw(context, this.view);
    },
    _place() {
      const map = this._map;
      const size = map.getSize();
      const corner = map.containerPointToLayerPoint(size.multiplyBy(-0.2)).round();
      const whole = size.multiplyBy(1.4).ceil();
      const origin = map.getPixelOrigin().add(corner);
      const ratio = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(this._canvas, corner);
      Object.assign(this._canvas, { width: whole.x * ratio, height: whole.y * ratio });
      Object.assign(this._canvas.style, { width: `${whole.x}px`, height: `${whole.y}px` });
      this._corner = map.layerPointToLatLng(corner);
      const zoom = map.getZoom();
      this.view = { zoom, scale: 2 ** zoom, left: origin.x, top: origin.y, width: whole.x, height: whole.y };
    },
    _follow(event) {
      const scale = this._map.getZoomScale(event.zoom, this.view.zoom);
      const corner = this._map._latLngToNewLayerPoint(this._corner, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, corner, scale);
    },
  });

  window.WelfareCanvas = Sheet;
})();
