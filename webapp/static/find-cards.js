// What a search answered, as cards and lines of text. Whatever comes from the register
// enters the page as text, never as markup.
export const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));

export const element = (tag, text = "", className = "") => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

export class Cards {
  constructor({ words, highlight, askThis }) {
    Object.assign(this, { words, highlight, askThis });
  }

  walkOf(suggestion, basis) {
    return basis === "phone" || suggestion.minutes === null
      ? this.words.by_phone
      : fill(this.words.minutes, { minutes: Math.max(1, Math.ceil(Math.round(suggestion.minutes * 1e6) / 1e6)) });
  }

  lineTo(household, suggestion, basis) {
    return { from: household, to: suggestion.supporter_id, label: this.walkOf(suggestion, basis) };
  }

  // The way of one: from the supporter to the home, or leg by leg past the stop.
  linesOf(suggestion, { basis, household_id: household, place }) {
    const walk = suggestion.reasons.find((reason) => reason.legs);
    if (!walk || !place) return [this.lineTo(household, suggestion, basis)];
    const label = (leg) => fill(this.words.minutes, { minutes: Math.max(1, Math.ceil(leg.minutes)) });
    const spots = { home: household, stop: place, back: suggestion.supporter_id };
    const ways = walk.legs.map((leg, row) => [row ? spots[walk.legs[row - 1].to] : spots.back, spots[leg.to], label(leg)]);
    const drawn = new Set();
    return ways
      .map(([from, to, said]) => ({ from, to, label: said }))
      .filter(({ from, to }) => !drawn.has([from, to].sort().join(" ")) && drawn.add([from, to].sort().join(" ")));
  }

  // The minutes stand at the head of the card already: only what goes beyond them is said again.
  saysMore(reason, walk) {
    return reason.code !== "near" || !reason.sentence.startsWith(walk) || reason.sentence.length > walk.length + 1;
  }

  reasonsOf(suggestion, basis) {
    const { words } = this;
    const walk = this.walkOf(suggestion, basis);
    const ties = suggestion.ties.map((code) => words.links[code] ?? code).join("・");
    const said = suggestion.reasons
      .filter((reason) => this.saysMore(reason, walk))
      .map((reason) => (reason.code === "existing_tie" && ties ? fill(words.ties, { ties }) : reason.sentence));
    if (suggestion.asked?.times) said.push(fill(words.asked_often, suggestion.asked));
    return said;
  }

  card(suggestion, answer) {
    const { words } = this;
    const { basis } = answer;
    const card = element("li", "", suggestion.new ? "is-new" : "");
    const name = suggestion.name || suggestion.supporter_id;
    const head = element("header");
    head.append(
      element("span", fill(words.rank, suggestion), "rank"),
      element("h3", name),
      element("span", this.walkOf(suggestion, basis), "walk"),
    );
    if (suggestion.new) head.append(element("span", words.new, "tag wait"));
    const reasons = element("ul");
    reasons.append(...this.reasonsOf(suggestion, basis).map((sentence) => element("li", sentence)));
    const actions = element("div", "", "actions");
    const show = element("button", words.show, "light");
    show.type = "button";
    show.setAttribute("aria-label", fill(words.show_whom, { name }));
    show.addEventListener("click", () => this.show(card, suggestion, answer));
    const ask = this.askForm(suggestion, name);
    actions.append(...(ask ? [ask, show] : [show]));
    card.append(head, reasons, actions);
    return card;
  }

  show(card, suggestion, answer) {
    document.querySelectorAll(".cards > li.is-shown").forEach((other) => other.classList.remove("is-shown"));
    card.classList.add("is-shown");
    const spots = [answer.household_id, suggestion.supporter_id, ...(answer.place ? [answer.place] : [])];
    this.highlight(spots, this.linesOf(suggestion, answer));
    document.querySelector(".look").scrollIntoView({ block: "nearest" });
  }

  askForm(suggestion, name) {
    if (!this.askThis) return null;
    const form = this.askThis.content.firstElementChild.cloneNode(true);
    form.elements.supporter_id.value = suggestion.supporter_id;
    form.elements.minutes.value = suggestion.minutes === null ? "" : suggestion.minutes.toFixed(1);
    const button = form.querySelector("button");
    button.textContent = this.words.ask_this;
    button.setAttribute("aria-label", fill(this.words.ask_whom, { name }));
    return form;
  }

  refusal(refused) {
    const row = element("li");
    row.append(element("strong", refused.name || refused.supporter_id));
    row.append(element("span", refused.refusals.map((one) => one.sentence).join(this.words.between)));
    return row;
  }

  condition(one, press) {
    const { words } = this;
    const chip = element("button", "", "drop");
    chip.type = "button";
    chip.dataset.condition = one.condition;
    chip.setAttribute("aria-pressed", String(one.dropped));
    if (one.adds && !one.dropped) chip.classList.add("helps");
    const change = one.dropped ? words.restore : fill(words.adds, { count: one.adds });
    chip.append(element("span", one.sentence, "what"), element("small", change));
    chip.addEventListener("click", () => press(one));
    return chip;
  }
}
