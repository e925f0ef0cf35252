// What the pages of studies share: their words, what the server told, a job watched.
const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const words = read("words");
export const start = read("start");
export const find = (id) => document.getElementById(id);
export const whole = (value) => (value > 0 && value < 0.5 ? "<1" : Math.round(value).toLocaleString());

export const say = (word, facts = {}) =>
  words[word].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

export const element = (kind, text, name = "") => {
  const made = document.createElement(kind);
  made.textContent = text;
  if (name) made.className = name;
  return made;
};

export const row = (...cells) => {
  const line = document.createElement("tr");
  line.append(...cells.map((cell) => (cell instanceof HTMLTableCellElement ? cell : element("td", cell))));
  return line;
};

// How far from the best an answer may be, in words.
export const proofOf = ({ proven, gap }) =>
  proven ? say("proven") : gap === null || gap >= 100 ? say("no_bound") : say("gap", { gap: gap < 0.1 ? "0.1" : gap.toFixed(1) });

export const headline = (big, small) => {
  const line = element("p", "", "headline");
  line.append(element("strong", big));
  const under = element("p", small);
  return small ? [line, under] : [line];
};

export const send = async (address, told) => {
  const token = document.querySelector("meta[name=csrf]")?.content ?? "";
  const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": token }, body: JSON.stringify(told) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail ?? say("failed"));
  return said;
};

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Asks how far a job is until it is over; its state is said, what it found is shown.
export const watch = async (show) => {
  const stop = find("stop-line");
  find("stop").addEventListener("click", async () => {
    find("stop").disabled = true;
    find("state").textContent = say("stopping");
    const token = document.querySelector("meta[name=csrf]")?.content ?? "";
    await fetch(start.cancel, { method: "POST", headers: { "X-CSRF": token } });
  });
  for (let pause = 250, tries = 0; ; pause = Math.min(1000, pause * 1.3)) {
    try {
      const answer = await fetch(start.found);
      if (!answer.ok) throw new Error();
      const job = await answer.json();
      tries = 0;
      stop.hidden = job.over;
      if (!find("stop").disabled || job.over) find("state").textContent = job.state === "failed" ? job.fault ?? say("failed") : say(job.state, { seconds: Math.round(job.seconds) });
      find("state").classList.toggle("problem", job.state === "failed");
      show(job);
      document.body.dataset.job = job.state;
      if (job.over) return;
    } catch (fault) {
      if (++tries === 5) { find("state").textContent = say("failed"); throw fault; }
    }
    await wait(pause);
  }
};
