// The code of the wall's picture stands behind the # of the address: it fills the field and goes.
const code = document.querySelector("#code");
const name = document.querySelector("#name");

const takeCode = () => {
  const told = location.hash.slice(1);
  if (/^[a-z0-9-]{4,40}$/i.test(told)) code.value = told;
  if (told) history.replaceState(null, "", location.pathname);
};

for (const button of document.querySelectorAll("[data-name]")) {
  button.addEventListener("click", () => {
    name.value = button.dataset.name;
    for (const one of document.querySelectorAll("[data-name]")) one.setAttribute("aria-pressed", String(one === button));
  });
}

window.addEventListener("hashchange", takeCode);
takeCode();
