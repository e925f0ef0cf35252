// Paper in: 1, 2 and 3 answer like the buttons; while photos are read the page says so.
const form = document.getElementById("photos");
form?.addEventListener("submit", () => {
  document.getElementById("reading").hidden = false;
  form.querySelector("button.hall").disabled = true;
});

if (document.getElementById("asking")) {
  document.getElementById("yes")?.focus();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest("select, input")) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
}
