// What is on the map, as the server last said it. Only what the server acknowledged gets in here.
const { planeX, planeY } = window.WelfareColumns;

const group = (items, key) => {
  const found = new Map();
  for (const item of items) {
    const name = key(item);
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), item]);
  }
  return found;
};

export class Store {
  constructor() {
    this.items = new Map();
    this.gone = new Map();
    Object.assign(this, { number: 0, savedAt: null, step: null, says: null });
    this.index();
  }

  // Take news in; the ids that look otherwise now. Older news than is known changes nothing.
  take(news) {
    const changed = [];
    for (const told of news.items) {
      const known = this.items.get(told.id) ?? this.gone.get(told.id);
      if (known && known.number > told.number) continue;
      if (told.shown) {
        this.items.set(told.id, told);
        this.gone.delete(told.id);
      } else {
        this.gone.set(told.id, { ...known, ...told });
        this.items.delete(told.id);
      }
      changed.push(told.id);
    }
    if (news.number >= this.number) Object.assign(this, { number: news.number, savedAt: news.saved_at, step: news.step, says: news.says ?? null });
    if (changed.length) this.index();
    return changed;
  }

  index() {
    const all = [...this.items.values()];
    this.kinds = group(all, (item) => item.kind);
    this.people = group(this.of("person"), (item) => item.values.house);
    this.worries = group(this.of("worry"), (item) => item.values.about);
    this.lines = new Map();
    for (const line of this.of("link")) {
      for (const end of new Set([line.values.watcher, line.values.watched])) this.lines.set(end, [...(this.lines.get(end) ?? []), line]);
    }
    this.numbers = new Map(this.of("house").map((item) => [item.values.number, item]));
    this.spots = new Map();
    for (const item of all) this.spotOf(item.id);
    this.spacing = spacing(this.of("house").map((item) => this.spots.get(item.id)));
  }

  get(id) { return this.items.get(id); }

  of(kind) { return this.kinds.get(kind) ?? []; }

  peopleOf(house) { return this.people.get(house) ?? []; }

  worriesOf(id) { return this.worries.get(id) ?? []; }

  // Lines of a house are also those of the people in it.
  linesOf(id) {
    const ends = [id, ...this.peopleOf(id).map((one) => one.id)];
    return [...new Set(ends.flatMap((one) => this.lines.get(one) ?? []))];
  }

  // Houses that no line touches, as far as they still stand lived in.
  alone() { return this.of("house").filter((item) => !item.values.gone && !this.linesOf(item.id).length); }

  // Where an item is on the plane (Web Mercator pixels at zoom 0); people in a house are there.
  spotOf(id) {
    if (this.spots.has(id)) return this.spots.get(id);
    const item = this.items.get(id);
    this.spots.set(id, null);
    const spot = item ? this.place(item.values) : null;
    this.spots.set(id, spot);
    return spot;
  }

  place({ lon, lat, ring, house, about, watcher, watched }) {
    if (lon !== undefined && lat !== undefined) return { X: planeX(lon), Y: planeY(lat) };
    if (ring) return middle(ring.map(([x, y]) => ({ X: planeX(x), Y: planeY(y) })));
    if (watcher) return middle([this.spotOf(watcher), this.spotOf(watched)]);
    return this.spotOf(house ?? about);
  }
}

function middle(spots) {
  const there = spots.filter(Boolean);
  if (!there.length) return null;
  const sum = (axis) => there.reduce((total, spot) => total + spot[axis], 0) / there.length;
  return { X: sum("X"), Y: sum("Y") };
}

// How far apart houses usually stand on the plane: the median way to the nearest other one.
function spacing(spots) {
  const some = spots.length > 400 ? spots.filter((_, k) => k % Math.ceil(spots.length / 400) === 0) : spots;
  const ways = some.map((one) => {
    let least = Infinity;
    for (const other of spots) if (other !== one) least = Math.min(least, (other.X - one.X) ** 2 + (other.Y - one.Y) ** 2);
    return Math.sqrt(least);
  });
  const known = ways.filter((way) => way > 0 && Number.isFinite(way)).sort((a, b) => a - b);
  return known.length ? known[Math.floor(known.length / 2)] : null;
}
