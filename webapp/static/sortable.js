// A short table that is whole on its page sorts where it stands: press a heading, press again.
const keyOf = (row, column) => {
  const text = row.cells[column]?.textContent.trim() ?? "";
  const number = Number(text.replace(/[,，]/g, "").match(/-?\d+(\.\d+)?/)?.[0] ?? NaN);
  return /^[-\d,.\s]/.test(text) && !Number.isNaN(number) ? number : text;
};

const compare = (one, other) =>
  typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "ja");

const sort = (table, heading) => {
  const column = [...heading.parentElement.cells].indexOf(heading);
  const down = heading.getAttribute("aria-sort") === "ascending";
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [keyOf(row, column), row]);
  rows.sort(([one], [other]) => (down ? compare(other, one) : compare(one, other)));
  body.append(...rows.map(([, row]) => row));
};

for (const table of document.querySelectorAll("table.sortable")) {
  for (const heading of table.tHead.rows[0].cells) {
    if (!heading.textContent.trim() || heading.querySelector(".unseen")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "heading";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, heading));
    heading.append(button);
  }
}
