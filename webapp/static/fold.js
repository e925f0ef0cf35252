// Before the map opens: beside the questions it is narrow, so its legend starts folded.
// On a phone the map folds it itself.
(() => {
  if (window.matchMedia("(max-width: 800px)").matches) return;
  document.querySelector(".look .wm-panel")?.classList.add("wm-folded");
  document.querySelector(".look .wm-fold")?.setAttribute("aria-expanded", "false");
})();
