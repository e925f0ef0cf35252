// Where to recruit: a search watched, its places on the map, how far from the best it may be.
import { whenMapOpens } from "./opened-map.js";
import { CellLayer, drawHelpers, numberIcon } from "./planning-map.js";
import { element, find, headline, proofOf, row, say, start, watch, whole } from "./planning-page.js";

class Places {
  constructor(map) { this.map = map; this.pins = []; this.shown = ""; }

  draw(sites) {
    const key = JSON.stringify(sites);
    if (key === this.shown) return;
    this.shown = key;
    for (const pin of this.pins) pin.remove();
    this.pins = sites.map((one) => {
      const title = say("site", { number: one.rank, area: one.area, gain: whole(one.gain) });
      return window.L.marker([one.lat, one.lon], { icon: numberIcon(one.rank), title, alt: title, zIndexOffset: 1000 - one.rank }).bindPopup(title).addTo(this.map);
    });
    find("sites-found").replaceChildren(...sites.map((one, at) => this.line(one, at)));
  }

  line(one, at) {
    const button = element("button", one.rank, "rank");
    button.setAttribute("aria-label", say("show", { number: one.rank }));
    button.addEventListener("click", () => {
      this.map.setView([one.lat, one.lon], Math.max(15, this.map.getZoom()), { animate: false });
      this.pins[at].openPopup();
      this.map.getContainer().scrollIntoView({ block: "nearest" });
    });
    const head = document.createElement("th");
    head.scope = "row";
    head.append(button);
    const line = row(element("td", one.area, "area"), whole(one.gain), whole(one.nearest));
    line.prepend(head);
    return line;
  }
}

const headlinesOf = (found) => {
  const lines = [];
  if (start.goal === "smallest_worst" && found.worst !== null) lines.push(...headline(say("worst", { minutes: found.worst.toFixed(1) }), ""));
  if (start.goal === "fewest_sites") lines.push(...headline(say("people", { count: found.sites.length }), ""));
  const all = found.parts.filter((one) => one.area === null);
  for (const one of all.length ? all : found.parts) {
    const name = one.activity ? `${one.activity}: ` : "";
    const told = say("from_to", Object.fromEntries(["total", "before", "after"].map((word) => [word, whole(one[word])])));
    lines.push(...headline(`${name}${say("reached", { count: whole(one.after - one.before) })}`, told));
    if (start.goal === "fewest_sites" && found.proven && start.floorless && one.total > one.after) lines.push(element("p", say("left", { left: whole(one.total - one.after), minutes: start.within })));
  }
  return lines;
};

const partOf = (one) => {
  const head = element("th", one.area ?? say("everywhere"));
  head.scope = "row";
  const line = row(element("td", one.activity ?? say("any"), "area"), whole(one.total), whole(one.before), whole(one.after), one.total ? `${Math.round((100 * one.before) / one.total)} % → ${Math.round((100 * one.after) / one.total)} %` : "–");
  line.prepend(head);
  if (one.area === null) line.className = "sum";
  return line;
};

const show = (places, found) => {
  places.draw(found.sites);
  find("headlines").replaceChildren(...(found.sites.length ? headlinesOf(found) : [element("p", say("none"))]));
  find("proof").textContent = proofOf(found);
  find("proof").classList.toggle("sure", found.proven);
  find("sure").setAttribute("width", String(found.proven ? 100 : Math.max(0, 100 - (found.gap ?? 100))));
  find("open").href = found.open;
  find("open").hidden = !found.sites.length;
  find("parts").replaceChildren(...found.parts.map(partOf));
  find("found").hidden = find("by-area").hidden = false;
};

whenMapOpens(async (map) => {
  const [west, south, east, north] = start.bounds;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  const answer = await fetch(start.cells);
  if (answer.ok) {
    const cells = await answer.json();
    new CellLayer(map, cells, (facts) => say("cell", facts));
    drawHelpers(map, cells.helpers, { say, activities: {} });
  }
  document.body.dataset.planning = "ready";
  if (!start.found) return;
  const places = new Places(map);
  await watch((job) => { if (job.found) show(places, job.found); });
});
