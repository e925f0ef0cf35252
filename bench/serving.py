"""What a page and an answer take over HTTP: an invented town of 10,000 households served here.

The suggestions for one household among 1,000 supporters, and the desk's map of all
households in headless Chromium, from the click to the drawn map.
"""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.timing import medians, show
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.tokens import make_token
from webapp.answers.premises import Premises
from webapp.settings import Settings

HOUSEHOLDS = 10_000


def main() -> None:
    """Start the demo, ask it, look at it, stop it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "webapp.cli", "demo", "--port", "0",
            "--workspace", folder, "--size", str(HOUSEHOLDS),
        ]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - ourselves
            try:
                port = _port(server)
                _answers(port, _token(folder))
                _pages(port)
            finally:
                server.terminate()


def _port(server: subprocess.Popen[str]) -> int:
    if server.stdout is None:
        raise RuntimeError
    for line in server.stdout:
        if line.startswith("ready http://"):
            return int(line.rsplit(":", 1)[1].strip("/\n"))
    raise RuntimeError


def _token(folder: str) -> str:
    with Premises.open(Settings.read({}, workspace=Path(folder))).register as register:
        now = datetime.now(UTC)
        return make_token(register, at_the_terminal(), "consultant", None, now)[1]


def _answers(port: int, token: str) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}"}
    way = "/api/v1/households/{}/suggestions?activity=garbage&k=10&within=30"

    def ask(path: str) -> None:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(path)

    suggestions = "suggestions for one household"
    seconds = medians(
        {
            suggestions: lambda: ask(way.format("H000040")),
            "/healthz": lambda: ask("/healthz"),
        },
        rounds=51,
    )
    show("over HTTP, 10,000 households, 1,000 supporters", seconds, suggestions)


def _pages(port: int) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        print("  pages: skipped, no Chromium here")
        return
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser, args=arguments)
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"http://127.0.0.1:{port}/sign-in")
        page.click("form:has(input[value=soudan]) button")
        page.wait_for_selector("[data-ready]")
        times: list[float] = []
        for _ in range(5):
            start = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}/desk/")
            page.wait_for_selector("[data-ready]")
            times.append(time.perf_counter() - start)
        chromium.close()
    print(f"  desk map of 10,000 households, drawn in Chromium {median(times) * 1000:>18.2f} ms")


if __name__ == "__main__":
    main()
