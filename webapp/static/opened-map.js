// The page's own map, once it is drawn.
export const whenMapOpens = (start) => {
  const wait = setInterval(() => {
    const opened = [...(window.WelfareMap?.opened?.values() ?? [])][0];
    if (!opened || !document.querySelector("[data-welfaremap][data-ready=true]")) return;
    clearInterval(wait);
    start(opened.map);
  }, 100);
};
