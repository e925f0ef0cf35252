// Taking a call: people are searched as one types, the form is kept on the server as a draft.
import { Combobox, fill, post } from "./combobox.js";

const words = JSON.parse(document.getElementById("words").textContent);
const byId = (id) => document.getElementById(id);
const form = byId("call");

const choose = (person) => {
  byId("person_id").value = person.id;
  byId("chosen-name").textContent = person.name;
  byId("chosen-about").textContent = [person.kana, person.phone, person.address].filter(Boolean).join("　");
  byId("chosen").hidden = false;
  byId("seek").hidden = true;
  byId("source").focus();
  later();
};

const ask = async (text) => {
  if (!text) return [];
  try {
    const response = await post("/desk/calls/people", { text });
    if (response.ok) return (await response.json()).people;
  } catch {
    // said below
  }
  byId("counted").textContent = words.failed;
  return [];
};

byId("search-do").hidden = true;
new Combobox({
  input: byId("search"),
  list: byId("matches"),
  status: byId("counted"),
  words,
  ask,
  choose,
  title: (person) => [person.name, person.kana].filter(Boolean).join("　"),
  about: (person) => [person.phone, person.address, person.district, person.status].filter(Boolean).join("　"),
});

byId("other").addEventListener("click", (event) => {
  event.preventDefault();
  byId("person_id").value = "";
  byId("chosen").hidden = true;
  byId("seek").hidden = false;
  byId("search").focus();
  later();
});

// What is searched for is often the name of somebody new: it need not be typed twice.
byId("new").addEventListener("toggle", () => {
  const text = byId("search").value.trim();
  if (!byId("new").open || !text || byId("name").value || byId("phone").value) return;
  const field = /^[\d\s+()（）０-９‐-]+$/.test(text) ? "phone" : /^[ぁ-ゖァ-ヺー\s　]+$/.test(text) ? "kana" : "name";
  byId(field).value = text;
  byId("search").value = "";
});

const more = byId("more");
more?.addEventListener("click", (event) => {
  event.preventDefault();
  const row = Number(byId("rows").value);
  const markup = byId("request-row").innerHTML.replaceAll("rROW_", `r${row}_`).replace("NUMBER", row + 1);
  byId("requests").insertAdjacentHTML("beforeend", markup);
  byId("rows").value = row + 1;
  more.hidden = row + 1 >= 8;
  byId("requests").lastElementChild.querySelector("input").focus();
  later();
});

// The draft: a moment after the last key, and when the page is left.
let timer = null;
let kept = "";
let sent = false;

const content = () => {
  const said = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "csrf" || name === "search" || !value) continue;
    said[name] = [...(said[name] ?? []), value];
  }
  return said;
};

const SAYS_NOTHING = new Set(["rows", "channel", "district_id"]);

const keep = async (leaving = false) => {
  clearTimeout(timer);
  const said = content();
  const text = JSON.stringify(said);
  if (sent || text === kept || !Object.keys(said).some((name) => !SAYS_NOTHING.has(name))) return;
  try {
    const response = await post("/desk/calls/draft", said, { keepalive: leaving });
    if (!response.ok) throw new Error(String(response.status));
    kept = text;
    byId("kept").textContent = fill(words.kept, await response.json());
    byId("drop").hidden = false;
  } catch {
    byId("kept").textContent = words.not_kept;
  }
};

const later = () => {
  clearTimeout(timer);
  timer = setTimeout(() => keep(), 900);
};

form.addEventListener("input", later);
form.addEventListener("submit", () => {
  sent = true;
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep(true));
kept = JSON.stringify(content());
