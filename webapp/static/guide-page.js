// The guide alone on a page: asks for news now and then, and writes its own strokes down.
import { Guide } from "./guide.js";

const PAUSE = 3000;
const NOTHING = 1e9; // an entry that never comes: only the step is asked for
const page = document.querySelector(".guide-page");
const lost = page.querySelector("[role=alert]");
const token = document.querySelector("meta[name=csrf]").content;

const tell = (text) => {
  lost.textContent = text;
  lost.hidden = !text;
};

async function ask(path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function send(stroke) {
  const body = JSON.stringify({ stroke: crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 40), ...stroke });
  try {
    const news = await ask(page.dataset.strokes, { method: "POST", body, headers: { "X-CSRF": token, "Content-Type": "application/json" } });
    tell("");
    guide.take(news.step);
  } catch {
    tell(lost.dataset.lost);
  }
}

const guide = new Guide({ root: document.getElementById("guide"), send });
page.querySelector("details").open = true;

async function follow() {
  try {
    const news = await ask(`${page.dataset.news}?since=${NOTHING}`);
    tell("");
    guide.take(news.step);
  } catch {
    tell(lost.dataset.lost);
  }
  setTimeout(follow, PAUSE);
}
follow();
