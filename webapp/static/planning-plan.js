// The changes of a plan: what lies on the map, and how to go back.
const copy = (list) => list.map((one) => ({ ...one }));

export class Plan {
  constructor(changes, changed) {
    this.list = copy(changes);
    this.past = [];
    this.turn = 0;
    this.changed = changed;
    this.count = Math.max(0, ...changes.map((one) => Number(/^new-(\d+)$/.exec(one.id)?.[1] ?? 0)));
  }

  numberOf(id) { return Number(/^new-(\d+)$/.exec(id)?.[1] ?? this.list.findIndex((one) => one.id === id) + 1); }

  remember() { this.past.push(copy(this.list)); this.turn += 1; }

  // ``does``: activities, weekdays, hours; null = every one, or not known.
  add(lon, lat, does) {
    this.remember();
    this.count += 1;
    this.list.push({ do: "add", id: `new-${this.count}`, lon, lat, ...does });
    this.changed();
  }

  move(id, lon, lat) {
    this.remember();
    this.list = this.list.filter((one) => one.id !== id);
    this.list.push({ do: "move", id, lon, lat });
    this.changed();
  }

  remove(id) {
    this.remember();
    this.list = this.list.filter((one) => one.id !== id);
    this.list.push({ do: "remove", id });
    this.changed();
  }

  // While a mark is dragged nothing is remembered: its start was.
  shift(id, lon, lat) {
    const one = this.list.find((other) => other.id === id);
    if (one) Object.assign(one, { lon, lat });
  }

  drop(change) {
    this.remember();
    this.list = this.list.filter((one) => one !== change && one.id !== change.id);
    this.changed();
  }

  undo() {
    if (!this.past.length) return;
    this.list = this.past.pop();
    this.turn += 1;
    this.changed();
  }
}
