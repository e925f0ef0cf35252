// Land nobody reaches, laid on the planning map when it is asked for.
import { whenMapOpens } from "./opened-map.js";

const box = document.getElementById("land");
const said = document.getElementById("land-said");
const number = (value, digits = 0) =>
  value === null ? box.dataset.unknown : value.toLocaleString(undefined, { maximumFractionDigits: digits });

const told = (facts) => {
  const words = { hectares: number(facts.area_m2 / 10000, 1) };
  for (const name of ["households", "people", "people_65", "people_75"]) words[name] = number(facts[name]);
  return box.dataset.tip.replace(/\{(\w+)\}/g, (_, name) => words[name] ?? "");
};

// Lines drawn across each area, so that it is told from the cells without its colour.
const pattern = (map) => {
  const paint = window.L.svg({ padding: 0.3 }).addTo(map);
  const name = "http://www.w3.org/2000/svg";
  const make = (kind, facts) => {
    const one = document.createElementNS(name, kind);
    for (const [key, value] of Object.entries(facts)) one.setAttribute(key, value);
    return one;
  };
  const hatch = make("pattern", { id: "land-hatch", width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  hatch.append(make("line", { x1: 0, y1: 0, x2: 0, y2: 9, stroke: "#4b2e83", "stroke-width": 2.5 }));
  const defs = make("defs", {});
  defs.append(hatch);
  paint._container.prepend(defs);
  return paint;
};

const draw = async (map) => {
  const answer = await fetch(box.dataset.address);
  if (!answer.ok) throw new Error();
  const areas = await answer.json();
  const renderer = pattern(map);
  const layer = window.L.geoJSON(areas, {
    style: { renderer, color: "#4b2e83", weight: 2, dashArray: "6 4", fillColor: "url(#land-hatch)", fillOpacity: 0.55 },
    onEachFeature: (feature, shape) => shape.bindTooltip(told(feature.properties), { sticky: true }),
  });
  return layer;
};

whenMapOpens((map) => {
  let layer = null;
  box.disabled = false;
  const change = async () => {
    if (!box.checked) { layer?.remove(); return; }
    said.textContent = box.dataset.waiting;
    try {
      layer ??= await draw(map);
      if (box.checked) layer.addTo(map);
      said.textContent = "";
      document.body.dataset.land = "ready";
    } catch {
      said.textContent = box.dataset.failed;
      box.checked = false;
    }
  };
  box.addEventListener("change", change);
  if (box.checked) change();
});
