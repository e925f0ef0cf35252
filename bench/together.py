"""How soon a second device shows what the first drew: two Chromium pages, one server."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from playwright.sync_api import sync_playwright

from geo.sample import sample_town
from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.browser.test_workshop import Hall, join, lead
from tests.places import found_town

_STROKES: Final = 100

_LISTEN: Final = """() => {
  const board = WelfareBoard, hear = board.hear.bind(board);
  window.seen = {};
  const now = () => performance.timeOrigin + performance.now();
  board.hear = (news) => {
    hear(news);
    for (const one of news.items) requestAnimationFrame(() => { window.seen[one.id] ??= now(); });
  };
}"""

_DRAW: Final = """async (count) => {
  const sent = {}, saved = {};
  const now = () => performance.timeOrigin + performance.now();
  const { lng, lat } = WelfareBoard.map.map.getCenter();
  for (let k = 0; k < count; k += 1) {
    const id = `house-${k}`;
    sent[id] = now();
    const put = { lon: lng + (k % 10) * 0.0002, lat: lat + Math.floor(k / 10) * 0.0002 };
    await WelfareBoard.sync.send({ turn: "draw", deeds: [{ id, kind: "house", put }] });
    saved[id] = now();
    await new Promise((go) => setTimeout(go, 30));
  }
  return { sent, saved };
}"""


def main() -> None:
    """Draw a hundred houses on one device; print when the other showed each."""
    if find_chromium() is None:
        print("no Chromium on this machine")
        return
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "town"
        found_town(folder, sample_town(seed=2, households=20, supporters=6)).register.close()
        hall = Hall(folder)
        hall.begin()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*ARGUMENTS])
        first, second = (browser.new_context(locale="ja").new_page() for _ in range(2))
        join(second, hall, lead(first, hall))
        second.evaluate(_LISTEN)
        told = first.evaluate(_DRAW, _STROKES)
        second.wait_for_timeout(1000)
        seen = second.evaluate("window.seen")
        browser.close()
        hall.kill()
    _tell("saved (acknowledged to the first device)", told["sent"], told["saved"])
    _tell("painted on the second device", told["sent"], seen)


def _tell(what: str, begun: dict[str, float], ended: dict[str, float]) -> None:
    waits = sorted(ended[one] - at for one, at in begun.items())
    print(
        f"{what}: {len(waits)} strokes, median {median(waits):.0f} ms, "
        f"p95 {quantiles(waits, n=20)[-1]:.0f} ms, most {waits[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
