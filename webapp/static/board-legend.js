// What the signs on the map mean.
import { codes, tell } from "./board-words.js";
import { el, linePicture, shapePicture } from "./board-panel.js";
import { table } from "./board-words.js";

export function fillLegend(root) {
  const { shapes, compositions, supporters } = table();
  const row = (picture, text) => el("li", {}, picture, el("span", {}, text));
  const part = (...rows) => el("ul", {}, ...rows);
  root.replaceChildren(
    el("h2", {}, tell("legend")),
    part(...codes("composition").map(({ code, text }) => row(shapePicture(shapes[compositions[code]]), text))),
    part(
      row(shapePicture(shapes.star, { fill: supporters.active }), codes("part").find((one) => one.code === "helper").text),
      row(shapePicture(shapes.circle, { ring: true }), tell("no_line_ring")),
      row(shapePicture(shapes.circle, { fill: "#fff100" }), tell("worry_mark")),
      row(shapePicture(shapes.circle, { fill: "#f6aa00" }), tell("two_mark")),
    ),
    part(...codes("link").map(({ code, text }) => row(linePicture(code), text))),
  );
}
