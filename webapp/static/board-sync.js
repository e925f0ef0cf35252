// Strokes to the server, news from it. A stroke that is not acknowledged is sent again with
// the same id, from memory alone; the server writes it once.
import { post } from "./combobox.js";

const AGAIN = 1000;
const STREAM_AGAIN = 15000;
const TRIES = 5; // of a stroke that the server stumbles over, before it is given up and said

export class Problem extends Error {
  constructor(told) {
    super(told.detail ?? "");
    Object.assign(this, told);
  }
}

// crypto.randomUUID is not there on the plain HTTP of a hall.
export const newId = (letter) => `${letter}-${[...crypto.getRandomValues(new Uint8Array(9))].map((one) => one.toString(16).padStart(2, "0")).join("")}`;

export class Sync {
  // hear(news): something is new on the map; feel(): what is saved, or whether the server is there;
  // hinder(problem): why a stroke has to wait.
  constructor({ address, store, hear, feel, hinder }) {
    Object.assign(this, { address, store, hear, feel, hinder, queue: [], mine: new Set(), away: false, shutOut: false, busy: false });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.follow()));
    window.addEventListener("pagehide", () => this.rest());
    window.addEventListener("beforeunload", (event) => this.queue.length && event.preventDefault());
  }

  async begin() {
    await this.ask();
    this.follow();
  }

  /* ---- strokes ---- */

  send(stroke) {
    const told = { stroke: newId("s"), ...stroke };
    this.mine.add(told.stroke);
    return new Promise((resolve, reject) => {
      this.queue.push({ told, resolve, reject });
      this.feel();
      this.empty();
    });
  }

  async empty() {
    if (this.busy) return;
    this.busy = true;
    while (this.queue.length && !this.shutOut) {
      const [first] = this.queue;
      first.tries = (first.tries ?? 0) + 1;
      const answer = await this.offer(first.told, first.tries);
      if (!answer) {
        await new Promise((go) => setTimeout(go, AGAIN));
        continue;
      }
      this.queue.shift();
      if (answer instanceof Problem) first.reject(answer);
      else {
        this.hear(answer);
        first.resolve(answer);
      }
      this.feel();
    }
    this.busy = false;
  }

  // The answer to a stroke: news, a problem, or null where it has to be sent again.
  async offer(told, tries) {
    try {
      const answer = await post(`${this.address}/strokes`, { ...told, since: this.store.number }, { redirect: "manual", signal: AbortSignal.timeout(8000) });
      if (answer.status === 201) {
        this.reached(true);
        return await answer.json();
      }
      if (answer.type === "opaqueredirect" || answer.status === 401) return this.leave();
      this.reached(true);
      const problem = new Problem(await answer.json().catch(() => ({})));
      const passing = answer.status === 429 || answer.status === 503 || answer.status === 507;
      if (!passing && (answer.status < 500 || tries >= TRIES)) return problem;
      this.hinder(problem);
      return null;
    } catch {
      return this.reached(false);
    }
  }

  leave() {
    this.shutOut = true;
    this.rest();
    this.feel();
    return null;
  }

  reached(well) {
    if (this.away === well) {
      this.away = !well;
      this.feel();
    }
    return null;
  }

  /* ---- news ---- */

  async ask() {
    try {
      const answer = await fetch(`${this.address}/news?since=${this.store.number}`, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(8000) });
      if (answer.type === "opaqueredirect" || answer.status === 401) return this.leave();
      if (!answer.ok) throw new Error(String(answer.status));
      const news = await answer.json();
      this.reached(true);
      this.hear(news);
    } catch {
      this.reached(false);
    }
    return null;
  }

  // Listen while the page is seen; where there is no place to listen, ask every second.
  follow() {
    this.rest();
    if (document.hidden || this.shutOut) return;
    this.stream = new EventSource(`${this.address}/stream?since=${this.store.number}`);
    this.stream.onopen = () => this.reached(true);
    this.stream.onmessage = (event) => this.hear(JSON.parse(event.data));
    this.stream.onerror = () => {
      this.rest();
      if (!document.hidden) this.poll();
    };
  }

  poll() {
    this.asking = setInterval(() => this.ask(), AGAIN);
    this.ask();
    this.later = setTimeout(() => this.follow(), this.away ? AGAIN * 3 : STREAM_AGAIN);
  }

  rest() {
    this.stream?.close();
    clearInterval(this.asking);
    clearTimeout(this.later);
  }
}
