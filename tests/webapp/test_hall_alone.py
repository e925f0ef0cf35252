"""Twenty devices in a hall where no other net exists: nothing is lost, nothing is there twice."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[2]
RUN = (sys.executable, "-m", "bench.hall", "--devices", "20", "--minutes", "0.1", "--rest", "1.0")
LOOPBACK_ONLY = ("unshare", "--net", "--map-root-user", "sh", "-c")
UP = 'ip link set lo up && exec "$@"'


def without_net() -> tuple[str, ...]:
    """What runs a program where only loopback is; nothing where this machine cannot."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return ()
    tried = subprocess.run([*LOOPBACK_ONLY, UP, "sh", "true"], check=False, capture_output=True)
    return (*LOOPBACK_ONLY, UP, "sh") if tried.returncode == 0 else ()


def test_twenty_devices_draw_where_no_other_net_exists() -> None:
    done = subprocess.run(
        [*without_net(), *RUN], cwd=HOUSE, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    drawn = re.search(r"20 devices, [\d.]+ minutes: (\d+) strokes in the journal", done.stdout)
    assert drawn is not None
    assert int(drawn[1]) >= 20, "each has drawn"
    assert "lost 0, doubled 0, sent by nobody 0" in done.stdout
