// The desk: pick a household, ask, read the answer, see it on the map.
// Whatever comes from the register enters the page as text, never as markup.
import { HouseholdSearch } from "./household-search.js";

const words = JSON.parse(document.getElementById("words").textContent);
const byId = (id) => document.getElementById(id);
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));

const element = (tag, text = "", className = "") => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

// The map hears which ids to mark and which lines to draw between them.
const highlight = (ids, lines = []) =>
  document.dispatchEvent(new CustomEvent("welfaremap:highlight", { detail: { ids, lines, fit: true } }));

let chosen = null;

const choose = (household, { onMap = true } = {}) => {
  chosen = household;
  byId("chosen-name").textContent = household.name || household.id;
  const about = [household.address, words.compositions[household.composition]];
  if (household.placed === false) about.push(words.unplaced);
  byId("chosen-about").textContent = about.filter(Boolean).join("　");
  const wanted = (household.needs || []).map((code) => document.querySelector(`input[name=activity][value="${CSS.escape(code)}"]`));
  if (wanted[0]) wanted[0].checked = true;
  if (onMap) highlight([household.id]);
};

const search = new HouseholdSearch({ input: byId("household"), list: byId("matches"), status: byId("counted"), words, choose });

const showProblem = (sentence) => {
  byId("problem").textContent = sentence;
  byId("problem").hidden = !sentence;
};

const walkOf = (suggestion, basis) =>
  basis === "phone" || suggestion.minutes === null
    ? words.by_phone
    : fill(words.minutes, { minutes: Math.max(1, Math.ceil(Math.round(suggestion.minutes * 1e6) / 1e6)) });

const lineTo = (household, suggestion, basis) => ({
  from: household,
  to: suggestion.supporter_id,
  label: walkOf(suggestion, basis),
});

// The minutes stand at the head of the card already: only what goes beyond them is said again.
const saysMore = (reason, walk) =>
  reason.code !== "near" || !reason.sentence.startsWith(walk) || reason.sentence.length > walk.length + 1;

const cardOf = (suggestion, { basis, household_id: household }) => {
  const card = element("li");
  const head = element("header");
  head.append(
    element("span", fill(words.rank, suggestion), "rank"),
    element("h3", suggestion.name || suggestion.supporter_id),
    element("span", walkOf(suggestion, basis), "walk"),
  );
  const reasons = element("ul");
  const more = suggestion.reasons.filter((reason) => saysMore(reason, walkOf(suggestion, basis)));
  more.forEach((reason) => reasons.append(element("li", reason.sentence)));
  const show = element("button", words.show, "light");
  show.type = "button";
  show.addEventListener("click", () => {
    document.querySelectorAll(".cards > li.is-shown").forEach((other) => other.classList.remove("is-shown"));
    card.classList.add("is-shown");
    highlight([household, suggestion.supporter_id], [lineTo(household, suggestion, basis)]);
    document.querySelector(".look").scrollIntoView({ block: "nearest" });
  });
  card.append(head, reasons, show);
  return card;
};

const refusalOf = (refused) => {
  const row = element("li");
  row.append(element("strong", refused.name || refused.supporter_id));
  row.append(element("span", refused.refusals.map((refusal) => refusal.sentence).join(words.between)));
  return row;
};

const showAnswer = (answer) => {
  const found = answer.suggestions;
  const summary = found.length ? fill(words.result_count, { count: found.length }) : words.nobody;
  byId("summary").textContent = answer.placed || answer.basis === "phone" ? summary : words.not_placed;
  byId("basis").hidden = answer.basis !== "straight_line";
  byId("suggestions").replaceChildren(...found.map((one) => cardOf(one, answer)));
  byId("refusals").replaceChildren(...answer.refused.map(refusalOf));
  byId("refused").hidden = answer.refused_in_all === 0;
  byId("refused").open = found.length === 0;
  byId("refused-title").textContent = fill(words.refused, { count: answer.refused_in_all });
  byId("refused-more").hidden = answer.refused_in_all <= answer.refused.length;
  byId("refused-more").textContent = fill(words.refused_more, { count: answer.refused.length });
  byId("results").hidden = false;
  byId("results").focus();
  const household = answer.household_id;
  const lines = found.map((one) => lineTo(household, one, answer.basis));
  highlight([household, ...found.map((one) => one.supporter_id)], lines);
};

const ask = async () => {
  const form = new FormData(byId("ask"));
  const query = new URLSearchParams([...form].filter(([, value]) => value !== ""));
  const address = `/api/v1/households/${encodeURIComponent(chosen.id)}/suggestions?${query}`;
  const response = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (response.status === 401) return window.location.assign("/sign-in");
  const answer = await response.json();
  return response.ok ? showAnswer(answer) : showProblem(answer.detail);
};

byId("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  showProblem("");
  if (chosen === null) return showProblem(words.choose_first);
  const button = event.target.querySelector("button:not([type=button])");
  button.disabled = true;
  byId("working").textContent = words.working;
  try {
    await ask();
  } catch {
    showProblem(words.failed);
  } finally {
    button.disabled = false;
    byId("working").textContent = "";
  }
  return undefined;
});

document.addEventListener("welfaremap:select", async (event) => {
  const { kind, id } = event.detail;
  if (kind !== "households" && kind !== "uncovered") return;
  const household = await search.find(id);
  if (household) choose(household, { onMap: false });
});
