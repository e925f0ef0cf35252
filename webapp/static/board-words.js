// What the page says, and how it calls each thing on the map.
import { fill } from "./combobox.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const start = read("start");
const words = read("words");

export const tell = (word, facts = {}) => fill(words[word], facts);

export const table = () => [...window.WelfareMap.opened.values()][0].table;

export const label = (kind, code) => (code ? (table().labels[kind][code] ?? code) : "");

export const codes = (kind) => Object.entries(table().labels[kind]).map(([code, text]) => ({ code, text }));

const short = (text, most = 14) => (text.length > most ? `${text.slice(0, most)}…` : text);

const HONOURED = /(さん|様|さま|氏|先生|夫妻|夫婦|家|宅)$/;
export const honour = (name) => (HONOURED.test(name) ? name : tell("honour", { name }));

// A house is called by its number and who lives there: "12番の田中さん".
function houseName(store, item) {
  const { number } = item.values;
  const lives = item.values.name ?? store.peopleOf(item.id).map((one) => one.values.name).find(Boolean);
  if (!number) return lives ? honour(lives) : tell("house_bare");
  return lives ? tell("house_named", { number, name: honour(lives) }) : tell("house_plain", { number });
}

function personName(store, item) {
  const { name, part, house } = item.values;
  const called = name ? honour(name) : label("part", part ?? "neighbour");
  const number = store.get(house)?.values.number;
  return number ? tell("person_in", { number, name: called }) : called;
}

const NAMES = {
  house: houseName,
  person: personName,
  link: (store, { values }) =>
    tell("line_named", { from: nameOf(store, values.watcher), to: nameOf(store, values.watched) }),
  place: (_, { values }) => values.name ?? label("place", values.place),
  note: (_, { values }) => tell("note_named", { text: short(values.text) }),
  area: (_, { values }) => values.name ?? label("area", values.area),
  worry: (store, { values }) => (values.about ? tell("worry_about", { name: nameOf(store, values.about) }) : tell("worry_here")),
  card: (_, { values }) => short(values.worry),
};

export function nameOf(store, id) {
  const item = store.get(id) ?? store.gone.get(id);
  return item?.values ? NAMES[item.kind](store, item) : "";
}

// What stands beside a symbol on the map.
export function besideOf(store, item) {
  if (item.kind === "house") {
    return item.values.name ?? store.peopleOf(item.id).map((one) => one.values.name).find(Boolean) ?? "";
  }
  return item.values.name ?? (item.kind === "person" ? "" : label(item.kind, item.values[item.kind]));
}

export const shortly = short;
