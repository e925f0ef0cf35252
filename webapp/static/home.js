// A home is placed by pressing on the map, or in its middle by a button.
import { whenMapOpens } from "./opened-map.js";

const byId = (id) => document.getElementById(id);
const field = document.querySelector(".home .map");
const STILL = 6;
let mark = null;

const put = (map, { lat, lng }) => {
  byId("lat").value = lat.toFixed(6);
  byId("lon").value = lng.toFixed(6);
  byId("pressed").textContent = field.dataset.pressed;
  mark?.remove();
  mark = window.L?.circleMarker([lat, lng], { radius: 14, weight: 5, color: "#b25200", fill: false, interactive: false }).addTo(map);
};

const start = (map) => {
  let from = null;
  const box = map.getContainer();
  box.addEventListener("pointerdown", (event) => {
    from = [event.clientX, event.clientY];
  });
  box.addEventListener("click", (event) => {
    const moved = from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > STILL;
    if (moved || event.target.closest(".leaflet-control, a, button")) return;
    put(map, map.mouseEventToLatLng(event));
  });
  byId("middle").hidden = false;
  byId("middle").addEventListener("click", () => put(map, map.getCenter()));
  const [lat, lng] = [Number(byId("lat").value), Number(byId("lon").value)];
  if (lat && lng) {
    map.setView([lat, lng], Math.max(map.getZoom(), 16));
    mark = window.L?.circleMarker([lat, lng], { radius: 14, weight: 5, color: "#b25200", fill: false, interactive: false }).addTo(map);
  }
};

whenMapOpens(start);
