// A sheet that came back: rows are answered without leaving the page, by touch or by keys.
"use strict";
(() => {
  let here = 0;
  let busy = false;

  const sheet = () => document.getElementById("sheet");
  const rows = () => [...document.querySelectorAll(".sheet-row")];

  function stand(place, focus = true) {
    const all = rows();
    here = Math.min(Math.max(place, 0), all.length - 1);
    all.forEach((row, at) => row.classList.toggle("here", at === here));
    if (focus && all[here]) {
      all[here].focus({ preventScroll: true });
      all[here].scrollIntoView({ block: "nearest" });
    }
  }

  function nextOpen(from) {
    const all = rows();
    const open = all.findIndex((row, at) => at >= from && !row.classList.contains("answered"));
    return open < 0 ? Math.min(from, all.length - 1) : open;
  }

  function complain(words) {
    const place = document.querySelector("[data-problem]");
    place.textContent = words;
    place.hidden = false;
    place.scrollIntoView({ block: "center" });
  }

  async function send(form, button) {
    if (busy) return;
    busy = true;
    const data = new FormData(form, button);
    const row = form.closest(".sheet-row");
    const from = row ? rows().indexOf(row) : here;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("sheet");
      if (fresh) {
        sheet().replaceWith(document.adoptNode(fresh));
        stand(row && answer.ok ? nextOpen(from + 1) : from);
      } else {
        const said = page.querySelector(".sentence, .problem");
        complain(said ? said.textContent.trim() : String(answer.status));
      }
    } catch {
      form.submit();
    } finally {
      busy = false;
    }
  }

  function unfold(button) {
    const panel = document.getElementById(button.getAttribute("aria-controls"));
    const open = panel.hidden;
    for (const other of document.querySelectorAll(".more")) other.hidden = true;
    for (const other of document.querySelectorAll("[aria-expanded]")) other.setAttribute("aria-expanded", "false");
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) panel.querySelector("input:not([type=hidden]), select, button").focus();
  }

  function fold() {
    const open = document.querySelector(".boxes [aria-expanded='true']");
    if (open) unfold(open);
    stand(here);
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#sheet") || event.target.method !== "post") return;
    event.preventDefault();
    send(event.target, event.submitter);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".boxes button[aria-controls]");
    const row = event.target.closest(".sheet-row");
    if (row) stand(rows().indexOf(row), false);
    if (button) unfold(button);
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") return fold();
    if (event.target.closest(".more")) return;
    const moves = { ArrowDown: here + 1, ArrowUp: here - 1 };
    if (event.key in moves) {
      event.preventDefault();
      return stand(moves[event.key]);
    }
    const key = event.key.toUpperCase();
    const row = rows()[here];
    const found = /^[1-7]$/.test(key) && row
      ? row.querySelector(`[data-key="${key}"]`)
      : document.querySelector(`.sheet-bar [data-key="${CSS.escape(key)}"]`);
    if (found) {
      event.preventDefault();
      found.click();
    }
  });

  const named = rows().findIndex((row) => `#${row.id}` === location.hash);
  stand(nextOpen(Math.max(named, 0)), false);
})();
