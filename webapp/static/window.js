// The part of the district inside the frame becomes the workshop's map.
import { whenMapOpens } from "./opened-map.js";

const form = document.querySelector("#window");
const frame = document.querySelector(".framed .frame");
const SIDES = ["west", "south", "east", "north"];

const inside = (map) => {
  const box = map.getContainer().getBoundingClientRect();
  const seen = frame.getBoundingClientRect();
  const at = (x, y) => map.containerPointToLatLng([x - box.left, y - box.top]);
  const low = at(seen.left, seen.bottom);
  const high = at(seen.right, seen.top);
  return [low.lng, low.lat, high.lng, high.lat];
};

const show = (map) => {
  const [west, south, east, north] = SIDES.map((side) => Number(form.elements[side].value));
  if (!(east > west)) return;
  const narrow = frame.offsetWidth / map.getContainer().offsetWidth;
  const across = (east - west) * (1 / narrow - 1) / 2;
  const down = (north - south) * (1 / narrow - 1) / 2;
  map.fitBounds([[south - down, west - across], [north + down, east + across]], { animate: false });
};

const start = (map) => {
  show(map);
  for (const [id, turn] of [["wider", "zoomOut"], ["narrower", "zoomIn"]]) {
    const button = document.getElementById(id);
    button.hidden = false;
    button.addEventListener("click", () => map[turn]());
  }
  const take = document.getElementById("take");
  take.disabled = false;
  form.addEventListener("submit", () => {
    inside(map).forEach((degrees, place) => { form.elements[SIDES[place]].value = degrees.toFixed(6); });
  });
};

whenMapOpens(start);
