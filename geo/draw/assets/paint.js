/* How things are put on a canvas. A view tells where the canvas lies on the plane:
   {scale, left, top, width, height, zoom}; `table` is the symbol table of geo.draw.symbols. */
(() => {
  "use strict";

  const { codeAt, codesAt } = window.WelfareColumns;
  const FONT = '"BIZ UDPGothic", "Hiragino Sans", "Yu Gothic UI", Meiryo, "Noto Sans JP", sans-serif';
  const CLEAR_SIZE = 8.5;
  const NUDGES = [0, 5, 10, 15, 20, 25, 30, 35, 40, 45].flatMap((step) => [-step, step]);
  const sprites = new Map();

  const pixelX = (view, X) => X * view.scale - view.left;
  const pixelY = (view, Y) => Y * view.scale - view.top;

  function sees(view, box) {
    return (
      pixelX(view, box[2]) >= 0 && pixelX(view, box[0]) <= view.width &&
      pixelY(view, box[3]) >= 0 && pixelY(view, box[1]) <= view.height
    );
  }

  const holds = (view, x, y, edge) =>
    x > -edge && y > -edge && x < view.width + edge && y < view.height + edge;

  function symbolSize(zoom) {
    const sizes = [[17, 12], [16, 10], [15.5, 8.5], [15, 7], [14, 5.5], [13, 4.5]];
    const step = sizes.find(([from]) => zoom >= from);
    return step ? step[1] : 3.5;
  }

  /* ---- lines and areas ---- */

  function trace(context, view, line) {
    const { X, Y } = line;
    context.moveTo(pixelX(view, X[0]), pixelY(view, Y[0]));
    for (let k = 1; k < X.length; k += 1) context.lineTo(pixelX(view, X[k]), pixelY(view, Y[k]));
  }

  function strokeLines(context, view, lines, style) {
    context.beginPath();
    for (const line of lines) if (sees(view, line.box)) trace(context, view, line);
    Object.assign(context, { lineJoin: "round", lineCap: "butt" }, style);
    context.setLineDash(style.dash || []);
    context.stroke();
    context.setLineDash([]);
  }

  function streets(context, view, set) {
    const width = Math.max(0.6, (view.zoom - 12) * 0.5);
    const near = view.zoom >= 15;
    const plain = near ? set.lines.filter((_, k) => !set.isStep(k)) : set.lines;
    strokeLines(context, view, plain, { strokeStyle: "#bdbdbd", lineWidth: width });
    if (!near) return;
    const steps = set.lines.filter((_, k) => set.isStep(k));
    strokeLines(context, view, steps, { strokeStyle: "#555555", lineWidth: width + 1, dash: [2, 3] });
  }

  function districts(context, view, set) {
    strokeLines(context, view, set.lines, { strokeStyle: "#ffffff", lineWidth: 5 });
    strokeLines(context, view, set.lines, { strokeStyle: "#333333", lineWidth: 2.5, dash: [9, 4, 2, 4] });
  }

  /* Names give way to the circles of grouped houses. */
  function districtNames(context, view, set, groups) {
    if (!set.name) return;
    context.font = `bold 18px ${FONT}`;
    for (let k = 0; k < set.n; k += 1) {
      const box = set.rings[k][0] ? set.rings[k][0].box : [0, 0, 0, 0];
      const room = (box[2] - box[0]) * view.scale;
      const width = context.measureText(set.name[k] || "").width;
      if (!set.name[k] || width >= room) continue;
      const x = pixelX(view, set.X[k]);
      const y = pixelY(view, set.Y[k]);
      const free = (shift) => !groups.some((group) => covers(group, x, y + shift, width));
      haloText(context, set.name[k], x, y + (NUDGES.find(free) || 0));
    }
  }

  function covers(group, x, y, width) {
    const radius = clusterRadius(group.count);
    return Math.abs(group.x - x) < width / 2 + radius && Math.abs(group.y - y) < 7 + radius;
  }

  function haloText(context, text, x, y) {
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    context.lineWidth = 5;
    context.strokeStyle = "rgba(255, 255, 255, 0.9)";
    context.strokeText(text, x, y);
    context.fillStyle = "#222222";
    context.fillText(text, x, y);
  }

  function hatch(context, colour, gap) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = gap;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    for (const shift of [-gap, 0, gap]) {
      pen.moveTo(shift, gap);
      pen.lineTo(shift + gap, 0);
    }
    pen.stroke();
    return context.createPattern(tile, "repeat");
  }

  function areas(context, view, set, table) {
    const [colour, dash] = table.uncovered;
    for (const rings of set.rings) {
      context.beginPath();
      for (const ring of rings) trace(context, view, ring);
      context.fillStyle = hatch(context, colour, 9);
      context.fill("evenodd");
    }
    strokeLines(context, view, set.rings.flat(), { strokeStyle: colour, lineWidth: 2, dash });
  }

  /* ---- mesh ---- */

  function meshClass(count, steps) {
    if (count === "*") return null;
    return steps.filter(([least]) => count >= least).pop() || steps[0];
  }

  function mesh(context, view, set, table) {
    const pattern = hatch(context, "#cfcfcf", 9);
    for (let k = 0; k < set.n; k += 1) {
      const box = [set.W[k], set.N[k], set.E[k], set.S[k]];
      if (sees(view, box)) meshCell(context, view, box, set.count[k], table.mesh, pattern);
    }
  }

  function meshCell(context, view, box, count, steps, pattern) {
    const x = pixelX(view, box[0]);
    const y = pixelY(view, box[1]);
    const width = pixelX(view, box[2]) - x;
    const height = pixelY(view, box[3]) - y;
    const step = meshClass(count, steps);
    context.globalAlpha = step ? 0.82 : 1;
    context.fillStyle = step ? step[1] : pattern;
    context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
    context.strokeStyle = "rgba(90, 90, 90, 0.55)";
    context.lineWidth = 1;
    context.strokeRect(x, y, width, height);
  }

  function meshNumbers(context, view, set, table) {
    for (let k = 0; k < set.n; k += 1) {
      const width = (set.E[k] - set.W[k]) * view.scale;
      const x = pixelX(view, set.X[k]);
      const y = pixelY(view, set.Y[k]);
      const step = meshClass(set.count[k], table.mesh);
      if (width >= 24 && holds(view, x, y, 0)) meshNumber(context, String(set.count[k]), x, y, width, step);
    }
  }

  function meshNumber(context, text, x, y, width, step) {
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    context.font = `bold ${Math.min(22, Math.round(width * 0.42))}px ${FONT}`;
    Object.assign(context, { lineWidth: 4, lineJoin: "round", strokeStyle: step ? step[1] : "#ffffff" });
    context.strokeText(text, x, y);
    context.fillStyle = step ? step[2] : "#444444";
    context.fillText(text, x, y);
  }

  /* Where numbers stand, for names to give way to. */
  function meshSpots(view, set) {
    const spots = [];
    for (let k = 0; k < set.n; k += 1) {
      if (set.count[k] === "*" || (set.E[k] - set.W[k]) * view.scale < 24) continue;
      spots.push({ x: pixelX(view, set.X[k]), y: pixelY(view, set.Y[k]), count: 1 });
    }
    return spots;
  }

  /* ---- links ---- */

  function links(context, view, set, table) {
    const size = symbolSize(view.zoom);
    const gap = size + 4;
    const share = Math.min(1, Math.max(0.3, (view.zoom - 12) / 4));
    for (let k = 0; k < set.n; k += 1) {
      const line = linkLine(view, set, k);
      if (!line || !sees(view, [Math.min(set.X1[k], set.X2[k]), Math.min(set.Y1[k], set.Y2[k]),
        Math.max(set.X1[k], set.X2[k]), Math.max(set.Y1[k], set.Y2[k])])) continue;
      const [colour, dash] = table.links[codeAt(set.kind_code, k)] || table.links.other;
      const width = table.widths[((set.strength && set.strength[k]) || 1) - 1] || table.widths[0];
      const mutual = codeAt(set.direction_code, k) === "mutual";
      if (size < CLEAR_SIZE) thread(context, line, colour);
      else link(context, line, gap, { colour, dash, width: width * share, mutual });
    }
  }

  /* A link seen from afar. */
  function thread(context, line, colour) {
    context.beginPath();
    context.moveTo(line.x1, line.y1);
    context.lineTo(line.x2, line.y2);
    Object.assign(context, { strokeStyle: colour, lineWidth: 1, globalAlpha: 0.55 });
    context.stroke();
    context.globalAlpha = 1;
  }

  function linkLine(view, set, k) {
    const x1 = pixelX(view, set.X1[k]);
    const y1 = pixelY(view, set.Y1[k]);
    const x2 = pixelX(view, set.X2[k]);
    const y2 = pixelY(view, set.Y2[k]);
    const length = Math.hypot(x2 - x1, y2 - y1);
    return length < 1 ? null : { x1, y1, x2, y2, length, ux: (x2 - x1) / length, uy: (y2 - y1) / length };
  }

  function link(context, line, gap, { colour, dash, width, mutual }) {
    const { x1, y1, x2, y2, ux, uy } = line;
    const room = line.length > 3 * gap ? gap : 0;
    const head = line.length < 24 ? 0 : Math.max(7, width * 2.8);
    const backed = room && mutual ? room + head * 0.8 : room;
    context.beginPath();
    context.moveTo(x1 + ux * backed, y1 + uy * backed);
    context.lineTo(x2 - ux * (room + head * 0.8), y2 - uy * (room + head * 0.8));
    Object.assign(context, { strokeStyle: "rgba(255, 255, 255, 0.85)", lineWidth: width + 2.5 });
    context.stroke();
    Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: width });
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
    if (line.length < 24) return;
    arrowhead(context, x2 - ux * room, y2 - uy * room, ux, uy, head);
    if (mutual) arrowhead(context, x1 + ux * room, y1 + uy * room, -ux, -uy, head);
  }

  function arrowhead(context, x, y, ux, uy, size) {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - ux * size - uy * size * 0.45, y - uy * size + ux * size * 0.45);
    context.lineTo(x - ux * size + uy * size * 0.45, y - uy * size - ux * size * 0.45);
    context.closePath();
    context.fill();
  }

  /* ---- point symbols: each kind drawn once, then stamped ---- */

  function outline(pen, points, x, y, size) {
    pen.beginPath();
    points.forEach(([px, py], k) => pen[k ? "lineTo" : "moveTo"](x + px * size, y + py * size));
    pen.closePath();
  }

  function makeSprite(points, { fill, ink, letter, size, stroke }) {
    const ratio = window.devicePixelRatio || 1;
    const half = Math.ceil(size * 1.3 + stroke + 2);
    const sprite = document.createElement("canvas");
    sprite.width = sprite.height = 2 * half * ratio;
    const pen = sprite.getContext("2d");
    pen.scale(ratio, ratio);
    pen.lineJoin = "round";
    outline(pen, points, half, half, size);
    pen.lineWidth = stroke + 2.5;
    pen.strokeStyle = "#ffffff";
    pen.stroke();
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = stroke;
    pen.strokeStyle = "#000000";
    pen.stroke();
    if (letter && size >= 7.5) drawLetter(pen, letter, half, size, ink);
    return { sprite, half };
  }

  function drawLetter(pen, letter, middle, size, ink) {
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", fillStyle: ink });
    pen.font = `bold ${Math.round(size * 1.25)}px ${FONT}`;
    pen.fillText(letter, middle, middle + size * 0.08);
  }

  function stamp(context, points, look, x, y) {
    const key = `${points.length}|${points[0]}|${Object.values(look).join("|")}`;
    if (!sprites.has(key)) sprites.set(key, makeSprite(points, look));
    const { sprite, half } = sprites.get(key);
    context.drawImage(sprite, x - half, y - half, 2 * half, 2 * half);
  }

  function householdLook(set, k, table, size) {
    const needs = codesAt(set.needs, k) || [];
    const first = Object.keys(table.needs).find((code) => needs.includes(code));
    const [fill, ink, letter] = first ? table.needs[first] : ["#ffffff", "#000000", ""];
    return { fill, ink, letter, size, stroke: needs.length > 1 ? size * 0.28 : Math.max(1, size * 0.13) };
  }

  function householdPoints(set, k, table) {
    const composition = codeAt(set.composition_code, k) || "unknown";
    return table.shapes[table.compositions[composition]];
  }

  const household = (context, set, k, table, size, x, y) =>
    stamp(context, householdPoints(set, k, table), householdLook(set, k, table, size), x, y);

  function supporter(context, set, k, table, size, x, y) {
    const status = codeAt(set.status_code, k);
    const fill = table.supporters[status && status !== "active" ? "not_active" : "active"];
    stamp(context, table.shapes.star, { fill, ink: "", letter: "", size: size * 1.15, stroke: 1.5 }, x, y);
  }

  function place(context, set, k, table, size, x, y) {
    const [fill, ink] = table.place;
    const letter = table.places[codeAt(set.kind_code, k)] || table.places.other;
    stamp(context, table.shapes.plate, { fill, ink, letter, size: Math.max(size, 8), stroke: 1 }, x, y);
  }

  function ring(context, x, y, radius, [colour, dash], width) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    Object.assign(context, { strokeStyle: "#ffffff", lineWidth: width + 2 });
    context.stroke();
    Object.assign(context, { strokeStyle: colour, lineWidth: width });
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  /* Rings from where houses can be told apart; seen from afar the pale ground says it. */
  function uncovered(context, set, k, table, size, x, y) {
    if (size >= CLEAR_SIZE) ring(context, x, y, size * 1.25 + 2, table.uncovered, Math.max(1.5, size * 0.28));
  }

  function uncoveredGround(context, view, set, table) {
    const radius = symbolSize(view.zoom) * 1.3 + 5;
    context.beginPath();
    for (let k = 0; k < set.n; k += 1) {
      const x = pixelX(view, set.X[k]);
      const y = pixelY(view, set.Y[k]);
      if (!holds(view, x, y, radius)) continue;
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.globalAlpha = 0.18;
    context.fillStyle = table.uncovered[0];
    context.fill();
    context.globalAlpha = 1;
  }

  function veil(context, view) {
    context.fillStyle = "rgba(255, 255, 255, 0.62)";
    context.fillRect(0, 0, view.width, view.height);
  }

  /* A line from symbol to symbol, its label on a plate in the middle. */
  function markedLine(context, view, from, to, label) {
    const line = linkLine(view, { X1: [from.X], Y1: [from.Y], X2: [to.X], Y2: [to.Y] }, 0);
    const gap = symbolSize(view.zoom) + 8;
    if (!line || line.length < 2 * gap) return;
    for (const [strokeStyle, lineWidth] of [["#ffffff", 8], ["#000000", 4]]) {
      context.beginPath();
      context.moveTo(line.x1 + line.ux * gap, line.y1 + line.uy * gap);
      context.lineTo(line.x2 - line.ux * gap, line.y2 - line.uy * gap);
      Object.assign(context, { strokeStyle, lineWidth });
      context.stroke();
    }
    if (label) plate(context, String(label), (line.x1 + line.x2) / 2, (line.y1 + line.y2) / 2);
  }

  function plate(context, text, x, y) {
    context.font = `bold 18px ${FONT}`;
    const width = context.measureText(text).width + 16;
    Object.assign(context, { fillStyle: "#ffffff", strokeStyle: "#000000", lineWidth: 2 });
    context.beginPath();
    context.roundRect(x - width / 2, y - 15, width, 30, 6);
    context.fill();
    context.stroke();
    Object.assign(context, { textAlign: "center", textBaseline: "middle", fillStyle: "#000000" });
    context.fillText(text, x, y + 1);
  }

  function cluster(context, group) {
    const radius = clusterRadius(group.count);
    context.beginPath();
    context.arc(group.x, group.y, radius, 0, 2 * Math.PI);
    Object.assign(context, { fillStyle: "rgba(255, 255, 255, 0.92)", strokeStyle: "#333333", lineWidth: 2 });
    context.fill();
    context.stroke();
    Object.assign(context, { textAlign: "center", textBaseline: "middle", fillStyle: "#000000" });
    context.font = `bold 16px ${FONT}`;
    context.fillText(String(group.count), group.x, group.y + 1);
  }

  const clusterRadius = (count) => 13 + 4 * Math.log10(count);

  window.WelfarePaint = Object.freeze({
    pixelX, pixelY, holds, symbolSize, streets, districts, districtNames, areas, mesh, meshNumbers, meshSpots, links,
    linkLine, link, stamp, household, supporter, place, uncovered, uncoveredGround, ring, cluster, clusterRadius, haloText, veil, markedLine,
  });
})();
