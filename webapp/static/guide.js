// The ninety-minute guide of templates/workshop/_guide.html.
//
//   const guide = new Guide({ root: document.getElementById("guide"), send, turned });
//   guide.take(news.step);               // with every news; null = not begun
//
// `send(stroke)` writes a stroke of turn "guide" down and gives a promise. `turned(step)` is told
// of each new step: {number, minutes, shows: kinds of items, tools, marks: lists of `says`}.
// The clock counts from the server's `seconds`, so all devices show the same time.

const MORE = 5;
const words = (text) => (text || "").split(" ").filter(Boolean);

export class Guide {
  constructor({ root, send, turned = () => {} }) {
    Object.assign(this, { root, send, turned, step: null, sending: false });
    this.parts = new Map([...root.querySelectorAll(".guide-part")].map((part) => [Number(part.dataset.step), part]));
    this.find = (name) => root.querySelector(`.guide-${name}`);
    const press = (name, act) => this.find(name)?.addEventListener("click", () => this.turn(act()));
    press("back", () => ({ step: this.step.step - 1 }));
    press("next", () => ({ step: (this.step?.step ?? 0) + 1 }));
    press("more", () => ({ step: this.step.step, minutes: Math.min(this.minutes() + MORE, 180) }));
    setInterval(() => this.tick(), 1000);
    this.show();
  }

  // Somebody turned the guide, here or elsewhere.
  take(step) {
    const before = this.step?.step;
    this.step = step ?? null;
    this.from = performance.now() - (step?.seconds ?? 0) * 1000;
    this.show();
    if (step && step.step !== before) this.turned(this.told());
  }

  told() {
    const { minutes, shows, tools, marks } = this.parts.get(this.step.step).dataset;
    return { number: this.step.step, minutes: Number(minutes), shows: words(shows), tools: words(tools), marks: words(marks) };
  }

  minutes() { return this.step.minutes ?? this.told().minutes; }

  async turn(change) {
    if (this.sending || !this.parts.has(change.step)) return;
    this.sending = true;
    try {
      await this.send({ turn: "guide", ...change });
    } finally {
      this.sending = false;
    }
  }

  show() {
    const now = this.step?.step ?? 0;
    for (const one of this.root.querySelectorAll("[data-step]")) one.hidden = Number(one.dataset.step) !== now;
    this.find("before").hidden = now > 0;
    this.find("clock").hidden = now === 0;
    this.find("fold").hidden = now === 0;
    this.find("track").hidden = now === 0;
    const next = this.find("next");
    if (next) {
      next.textContent = now ? next.dataset.next : next.dataset.begin;
      next.hidden = now === this.parts.size;
      this.find("back").hidden = now < 2;
      this.find("more").hidden = now === 0;
    }
    this.tick();
  }

  // Time that has run out is said as calmly as time that is left.
  tick() {
    if (!this.step) return;
    const { over, left, plan } = this.root.dataset;
    const planned = this.minutes();
    const gone = Math.max(0, (performance.now() - this.from) / 60000);
    const rest = planned - gone;
    const late = rest <= 0;
    const text = (late ? over : left).replace("{minutes}", late ? Math.floor(-rest) : Math.ceil(rest)) + plan.replace("{minutes}", planned);
    const clock = this.find("clock");
    if (clock.textContent !== text) clock.textContent = text;
    this.root.classList.toggle("guide-late", late);
    this.find("track").firstElementChild.style.inlineSize = `${Math.min(100, (100 * gone) / planned)}%`;
  }
}
