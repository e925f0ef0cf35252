// Copying and printing the text for a supporter; without a script one selects it by hand.
const tools = document.getElementById("tools");
const text = document.getElementById("text");

async function copy(event) {
  const button = event.currentTarget;
  const told = document.getElementById("told");
  told.textContent = (await written()) ? button.dataset.done : button.dataset.failed;
}

/** Whether the text went to the clipboard; a page served as plain HTTP has only the old way. */
async function written() {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text.textContent);
      return true;
    } catch {
      // asked for and refused: the old way may still do
    }
  }
  getSelection().selectAllChildren(text);
  return document.execCommand("copy");
}

if (tools) {
  tools.hidden = false;
  document.getElementById("copy").addEventListener("click", copy);
  document.getElementById("print").addEventListener("click", () => window.print());
}
