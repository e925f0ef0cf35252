// The map of access scores: cells by class, or where high and low ones gather.
import { whenMapOpens } from "./opened-map.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const words = read("words");
const start = read("start");
const SPOTS = { hot: "#08407a", cold: "#e07a5f", none: "#ffffff" };
const say = (word, facts) => words[word].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

const tip = (cells, row) =>
  cells.score[row] === null ? say("unknown", { least: cells.least[row] }) : say("score", { score: cells.score[row] });

whenMapOpens(async (map) => {
  const [west, south, east, north] = start.bounds;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  const answer = await fetch(start.cells);
  if (!answer.ok) { document.getElementById("said").textContent = words.failed; return; }
  const cells = await answer.json();
  const paint = window.L.canvas({ padding: 0.3 });
  const boxes = cells.box.map(([w, s, e, n], row) =>
    window.L.rectangle([[s, w], [n, e]], { renderer: paint, weight: 0.6, color: "#6b777c", fillOpacity: 0.7 })
      .bindTooltip(tip(cells, row)).addTo(map));
  const show = (what) => {
    boxes.forEach((box, row) => {
      const fill = what === "score" ? cells.colours[cells.place[row]] : SPOTS[cells.kind[row]];
      box.setStyle({ fillColor: fill ?? "#ffffff", fillOpacity: fill ? 0.75 : 0, dashArray: fill ? null : "3 4" });
    });
    for (const part of document.querySelectorAll(".of-spots")) part.hidden = what !== "spots";
    for (const part of document.querySelectorAll(".of-score")) part.hidden = what !== "score";
  };
  for (const choice of document.querySelectorAll("input[name=shown]")) choice.addEventListener("change", () => show(choice.value));
  show("score");
  document.body.dataset.planning = "ready";
});
