// A combobox over a search, after the ARIA pattern: arrows, Enter, Escape.
// What is found enters the page as text, never as markup.
export const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));

export const post = (address, content, more = {}) =>
  fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": document.querySelector("meta[name=csrf]")?.content ?? "" },
    body: JSON.stringify(content),
    cache: "no-store",
    ...more,
  });

export class Combobox {
  // ask(text): the things found; title(one), about(one): what is read of one; choose(one): it was taken.
  constructor({ input, list, status, words, ask, title, about, choose }) {
    Object.assign(this, { input, list, status, words, ask, title, about, choose, found: [], at: -1, turn: 0 });
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-autocomplete", "list");
    input.addEventListener("input", () => this.later());
    input.addEventListener("focus", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    list.addEventListener("mousedown", (event) => this.press(event));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 150);
  }

  async look() {
    const turn = ++this.turn;
    const found = await this.ask(this.input.value.trim());
    if (turn !== this.turn || document.activeElement !== this.input) return;
    this.found = found;
    this.at = -1;
    this.list.replaceChildren(...found.map((one, row) => this.option(one, row)));
    const { no_match: none, count_match: some } = this.words;
    const asked = found.length || this.input.value.trim();
    this.status.textContent = asked ? (found.length ? fill(some, { count: found.length }) : none) : "";
    this.open(found.length > 0);
  }

  option(one, row) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${row}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = this.title(one);
    const about = document.createElement("small");
    about.textContent = this.about(one);
    option.append(about);
    return option;
  }

  open(really) {
    this.list.hidden = !really;
    this.input.setAttribute("aria-expanded", String(really));
    if (!really) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.turn += 1;
    this.open(false);
  }

  move(step) {
    if (this.list.hidden || !this.found.length) return;
    this.at = (this.at + step + this.found.length) % this.found.length;
    [...this.list.children].forEach((option, row) => option.setAttribute("aria-selected", String(row === this.at)));
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
  }

  take(row) {
    this.input.value = "";
    this.close();
    this.choose(this.found[row]);
  }

  key(event) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.look();
      else this.move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter" && !this.list.hidden && this.found.length) {
      event.preventDefault();
      this.take(Math.max(this.at, 0));
    } else if (key === "Escape") {
      this.close();
    }
  }

  press(event) {
    const option = event.target.closest("li");
    if (!option) return;
    event.preventDefault();
    this.take([...this.list.children].indexOf(option));
  }
}
