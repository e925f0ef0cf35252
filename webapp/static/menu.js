// On a narrow screen a menu begins folded; it runs where it stands, before anything is painted.
if (window.matchMedia("(max-width: 760px)").matches) {
  document.querySelectorAll(".narrow-fold").forEach((one) => one.removeAttribute("open"));
}
