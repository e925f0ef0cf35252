// While a form of visits is filled in, its dates are shown; without this a button shows them.
const form = document.querySelector("form[data-dates]");
const place = document.getElementById("dates");

let waiting = 0;
let asked = 0;

async function show() {
  const mine = ++asked;
  const answer = await fetch(form.dataset.dates, { method: "POST", body: new FormData(form) });
  const text = await answer.text();
  if (mine === asked && answer.ok) {
    const page = new DOMParser().parseFromString(text, "text/html");
    place.replaceChildren(...page.body.childNodes);
  }
}

if (form && place) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 250);
  });
}

// The arrow keys turn the pages of the calendar.
document.addEventListener("keydown", (event) => {
  const ways = { ArrowLeft: "prev", ArrowRight: "next" };
  const busy = event.target.closest("input, select, textarea, [tabindex]:not(main)");
  if (ways[event.key] && !busy && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    document.querySelector(`.spans a[rel=${ways[event.key]}]`)?.click();
  }
});
