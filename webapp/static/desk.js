// The desk: pick a household or come from a request, ask, read the answer, see it on the map,
// and look who would come without one of the conditions.
import { Cards, element, fill } from "./find-cards.js";
import { HouseholdSearch } from "./household-search.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const byId = (id) => document.getElementById(id);
const words = read("words");
const start = read("start");
const form = byId("ask");

// The map hears which ids to mark and which lines to draw between them.
const highlight = (ids, lines = []) =>
  document.dispatchEvent(new CustomEvent("welfaremap:highlight", { detail: { ids, lines, fit: true } }));

const cards = new Cards({ words, highlight, askThis: byId("ask-this") });
const dropped = new Set();
let chosen = null;

const showProblem = (sentence) => {
  byId("problem").textContent = sentence;
  byId("problem").hidden = !sentence;
};

const get = async (address) => {
  const response = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (response.status === 401) window.location.assign("/sign-in");
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(), { sentence: answer.detail });
  return answer;
};

const activity = () => new FormData(form).get("activity");

// The shops, stations or clinics near the household, where the activity leads past one.
const offerPlaces = async () => {
  const leads = words.led.includes(activity());
  byId("place-choice").hidden = !leads || chosen === null;
  byId("in-person").hidden = activity() !== "talk";
  if (!leads || chosen === null) return;
  const turn = `${chosen.id} ${activity()}`;
  offerPlaces.turn = turn;
  const query = new URLSearchParams({ activity: activity(), ...(start.place ? { chosen: start.place } : {}) });
  const { places } = await get(`/desk/find/places/${encodeURIComponent(chosen.id)}?${query}`);
  if (offerPlaces.turn !== turn) return;
  const none = element("option", words.place_none);
  none.value = "";
  byId("place").replaceChildren(none, ...places.map((place) => {
    const option = element("option", place.sentence);
    option.value = place.id;
    return option;
  }));
  byId("place").value = places.some((place) => place.id === start.place) ? start.place : "";
};

const choose = (household, { onMap = true } = {}) => {
  chosen = household;
  dropped.clear();
  if (byId("chosen-name")) {
    byId("chosen-name").textContent = household.name || household.id;
    const about = [household.address, words.compositions[household.composition]];
    if (household.placed === false) about.push(words.unplaced);
    byId("chosen-about").textContent = about.filter(Boolean).join("　");
    const wanted = (household.needs || []).map((code) => document.querySelector(`input[name=activity][value="${CSS.escape(code)}"]`));
    if (wanted[0]) wanted[0].checked = true;
  }
  if (onMap) highlight([household.id]);
  return offerPlaces().catch(() => showProblem(words.failed));
};

const placeName = (id) => [...byId("place").options].find((one) => one.value === id)?.textContent.split(/[（(]/)[0] ?? "";

// A span of time from one or both ends; null where it is backwards.
const hours = () => {
  const [from, to] = [byId("from").value, byId("to").value];
  if (!from && !to) return "";
  const span = [from || "00:00", to || "24:00"];
  return span[0] < span[1] ? span.join("-") : null;
};

const query = () => {
  const fields = new FormData(form);
  const asked = new URLSearchParams();
  for (const name of new Set(fields.keys())) {
    const value = fields.getAll(name).filter(Boolean).join(",");
    if (value) asked.set(name, value);
  }
  if (!words.led.includes(activity())) asked.delete("place");
  if (activity() !== "talk") asked.delete("in_person");
  if (hours()) asked.set("hours", hours());
  if (start.request) asked.set("request", start.request);
  if (start.excluded?.length) asked.set("excluded", start.excluded.join(","));
  if (dropped.size) asked.set("dropped", [...dropped].join(","));
  asked.set("what_if", "true");
  return asked;
};

const summaryOf = (answer) => {
  if (!answer.placed && answer.basis !== "phone") return words.not_placed;
  return answer.suggestions.length ? fill(words.result_count, { count: answer.suggestions.length }) : words.nobody;
};

const showAnswer = (answer) => {
  const found = answer.suggestions;
  byId("summary").textContent = summaryOf(answer);
  byId("basis").hidden = answer.basis !== "straight_line";
  byId("notes").hidden = answer.notes.length === 0;
  byId("notes").replaceChildren(...answer.notes.map((note) => element("li", note.sentence)));
  byId("what-if").hidden = answer.conditions.length === 0;
  byId("conditions").replaceChildren(...answer.conditions.map((one) => cards.condition(one, press)));
  byId("suggestions").replaceChildren(...found.map((one) => cards.card(one, answer)));
  byId("more-fit").hidden = answer.suitable_in_all <= found.length;
  byId("more-fit").textContent = fill(words.more_fit, { total: answer.suitable_in_all, count: found.length });
  byId("refusals").replaceChildren(...answer.refused.map((one) => cards.refusal(one)));
  byId("refused").hidden = answer.refused_in_all === 0;
  byId("refused").open = found.length === 0;
  byId("refused-title").textContent = fill(words.refused, { count: answer.refused_in_all });
  byId("refused-more").hidden = answer.refused_in_all <= answer.refused.length;
  byId("refused-more").textContent = fill(words.refused_more, { count: answer.refused.length });
  byId("results").hidden = false;
  const household = answer.household_id;
  const spots = [household, ...(answer.place ? [answer.place] : []), ...found.map((one) => one.supporter_id)];
  const lines = found.map((one) => cards.lineTo(household, one, answer.basis));
  highlight(spots, answer.place ? [{ from: household, to: answer.place, label: placeName(answer.place) }, ...lines] : lines);
};

const ask = async ({ focus = true } = {}) => {
  showProblem("");
  if (chosen === null) return showProblem(words.choose_first);
  if (hours() === null) return showProblem(words.hours_both);
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  byId("working").textContent = words.working;
  try {
    showAnswer(await get(`/api/v1/households/${encodeURIComponent(chosen.id)}/suggestions?${query()}`));
    if (focus) byId("results").focus();
  } catch (fault) {
    showProblem(fault.sentence || words.failed);
  } finally {
    button.disabled = false;
    byId("working").textContent = "";
  }
  return undefined;
};

// Drop a condition or take it up again; the keyboard stays where it was.
const press = async ({ condition, sentence, dropped: was }) => {
  if (was) dropped.delete(condition);
  else dropped.add(condition);
  await ask({ focus: false });
  document.querySelector(`.drop[data-condition="${condition}"]`)?.focus();
  const told = was ? words.restored_now : words.dropped_now;
  byId("summary").textContent = fill(told, { condition: sentence, count: document.querySelectorAll("#suggestions > li").length });
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  dropped.clear();
  ask();
});

form.addEventListener("change", (event) => {
  if (event.target.name === "activity") offerPlaces().catch(() => showProblem(words.failed));
});

if (byId("household")) {
  const search = new HouseholdSearch({ input: byId("household"), list: byId("matches"), status: byId("counted"), words, choose });
  document.addEventListener("welfaremap:select", async (event) => {
    const { kind, id } = event.detail;
    if (kind !== "households" && kind !== "uncovered") return;
    const household = await search.find(id);
    if (household) choose(household, { onMap: false });
  });
}

if (start.household) {
  choose(start.household, { onMap: false }).then(() => ask({ focus: false }));
} else {
  offerPlaces();
}
