"""A city's register: 50,000 households and 10,000 supporters, layers loaded, memory of it all."""

from __future__ import annotations

import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.timing import machine
from geo.sample import sample_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.tokens import make_token
from webapp.answers.premises import Premises
from webapp.register.storage.keys import place_demo_key
from webapp.settings import Settings
from webapp.terminal.founding import found_place, settle_town

HOUSEHOLDS, SUPPORTERS = 50_000, 10_000
PASSPHRASE = "only for the bench of registers"  # noqa: S105 - an invented town's


def fill(folder: Path) -> tuple[str, str]:
    """A register in ``folder``; a consultant's token and the id of a household."""
    settings = Settings.read({}, workspace=folder)
    place = found_place(settings, PASSPHRASE, demo=True)
    place_demo_key(folder, PASSPHRASE)
    town = sample_town(households=HOUSEHOLDS, supporters=SUPPORTERS)
    start = time.perf_counter()
    settle_town(place, town)
    print(f"  {'stored':<44}{time.perf_counter() - start:>8.1f} s")
    now = datetime.now(UTC)
    token = make_token(place.register, at_the_terminal(), "consultant", None, now)[1]
    place.register.close()
    return token, str(town.households["id"].iloc[40])


def serve(folder: Path, token: str, household: str) -> None:
    """Open it, load the layers, answer once; in a process of its own, for its memory."""
    settings = Settings.read({}, workspace=folder)
    place = Premises.open(settings)
    start = time.perf_counter()
    place.register.drawn.exact()
    print(f"  {'layers loaded':<44}{time.perf_counter() - start:>8.2f} s")
    client = create_app(settings, place).test_client()
    path = f"/api/v1/households/{household}/suggestions?activity=garbage"
    for name in ("first suggestion", "second suggestion"):
        start = time.perf_counter()
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
        print(f"  {name:<44}{time.perf_counter() - start:>8.2f} s, status {answer.status_code}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {'peak memory of the server':<44}{peak:>8.0f} MB")


def main() -> None:
    """Fill here, serve in a child."""
    import multiprocessing

    print(f"{machine()}: {HOUSEHOLDS:,} households, {SUPPORTERS:,} supporters")
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "city"
        context = multiprocessing.get_context("spawn")
        with context.Pool(1, maxtasksperchild=1) as pool:
            token, household = pool.apply(fill, (folder,))
            pool.apply(serve, (folder, token, household))


if __name__ == "__main__":
    main()
