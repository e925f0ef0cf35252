// The variants of a question, asked one after another; each fills its place when it is known.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const words = read("words");
const start = read("start");
const said = document.getElementById("said");
const say = (word, facts = {}) => words[word].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

const line = (kind, text) => {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
};

const show = (spot, share) => {
  const left = share.total - share.unknown ? Math.round((100 * share.beyond) / (share.total - share.unknown)) : null;
  spot.replaceChildren(line("b", share.beyond.toLocaleString()), line("small", left === null ? "" : `${left} %`));
};

const ask = async () => {
  for (const [at, { id, address }] of start.variants.entries()) {
    said.textContent = say("under_way", { done: at, of: start.variants.length });
    const answer = await fetch(address);
    if (!answer.ok) { said.textContent = say("failed"); return; }
    show(document.getElementById(id), await answer.json());
  }
  said.textContent = say("done");
  document.body.dataset.planning = "ready";
};

ask();
