/* Columns as they come over the wire, turned into arrays on the map's plane.
   A plane coordinate is a Web Mercator pixel at zoom 0; times 2^zoom it is a pixel. */
(() => {
  "use strict";

  const planeX = (lon) => ((lon + 180) / 360) * 256;

  function planeY(lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return 128 - (Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
  }

  function project(columns, x, y) {
    const unit = columns.unit;
    return {
      X: Float64Array.from(x, (value) => planeX((columns.x0 + value) * unit)),
      Y: Float64Array.from(y, (value) => planeY((columns.y0 + value) * unit)),
    };
  }

  /* A flat list of one start and then steps: x0, y0, dx, dy, dx, dy … */
  function unroll(flat, from, count, unit) {
    const X = new Float64Array(count);
    const Y = new Float64Array(count);
    let x = 0;
    let y = 0;
    for (let k = 0; k < count; k += 1) {
      x += flat[from + 2 * k];
      y += flat[from + 2 * k + 1];
      X[k] = planeX(x * unit);
      Y[k] = planeY(y * unit);
    }
    return { X, Y, box: boxOf(X, Y) };
  }

  function boxOf(X, Y) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = 0; k < X.length; k += 1) {
      box[0] = Math.min(box[0], X[k]);
      box[1] = Math.min(box[1], Y[k]);
      box[2] = Math.max(box[2], X[k]);
      box[3] = Math.max(box[3], Y[k]);
    }
    return box;
  }

  function readPoints(columns) {
    return { ...columns, ...project(columns, columns.x, columns.y) };
  }

  function readLinks(columns) {
    const from = project(columns, columns.x1, columns.y1);
    const to = project(columns, columns.x2, columns.y2);
    return { ...columns, X1: from.X, Y1: from.Y, X2: to.X, Y2: to.Y };
  }

  function readAreas(columns) {
    const rings = columns.rings.map((list) =>
      list.map((flat) => unroll(flat, 0, flat.length / 2, columns.unit)),
    );
    const lines = (columns.lines || []).map((flat) => unroll(flat, 0, flat.length / 2, columns.unit));
    return { ...columns, ...project(columns, columns.x, columns.y), rings, lines };
  }

  function readStreets(columns) {
    const lines = [];
    let from = 0;
    for (const count of columns.count) {
      lines.push(unroll(columns.xy, from, count, columns.unit));
      from += 2 * count;
    }
    const steps = new Set(columns.steps);
    return { kind: "streets", n: lines.length, lines, isStep: (k) => steps.has(k) };
  }

  function readMesh(columns) {
    const low = project(columns, columns.west, columns.south);
    const high = project(columns, columns.east, columns.north);
    const X = low.X.map((x, k) => (x + high.X[k]) / 2);
    const Y = low.Y.map((y, k) => (y + high.Y[k]) / 2);
    return { ...columns, X, Y, W: low.X, S: low.Y, E: high.X, N: high.Y };
  }

  const readers = {
    households: readPoints,
    supporters: readPoints,
    places: readPoints,
    uncovered: readPoints,
    links: readLinks,
    districts: readAreas,
    uncovered_areas: readAreas,
    streets: readStreets,
    mesh: readMesh,
  };

  const read = (columns) => readers[columns.kind](columns);

  /* The code of one row of a coded column, "" where unknown. */
  function codeAt(column, row) {
    const code = column ? column.codes[column.values[row]] : undefined;
    return code === undefined ? "" : code;
  }

  /* The codes of one row of a list column kept as bits; null where nobody asked. */
  function codesAt(column, row) {
    const bits = column ? column.bits[row] : null;
    if (bits === null || bits === undefined) return null;
    return column.codes.filter((_, k) => bits & (1 << k));
  }

  window.WelfareColumns = Object.freeze({ read, codeAt, codesAt, planeX, planeY });
})();
