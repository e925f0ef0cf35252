"""What a PDF shows, measured in millimetres: its paths, their ink, and its words."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftocairo") is None, reason="poppler-utils are absent"
)
SVG = "{http://www.w3.org/2000/svg}"
_MM = 25.4 / 72.0
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Stroke:
    """One path: its points (curves' corners left out), its style as poppler says it."""

    points: np.ndarray
    style: dict[str, str]

    @property
    def middle(self) -> np.ndarray:
        """Of its corners, each counted once."""
        return np.unique(self.points.round(5), axis=0).mean(axis=0)


@dataclass(frozen=True)
class Word:
    """A word and its box: left, top, right, bottom."""

    text: str
    box: tuple[float, float, float, float]


def run(tool: str, pdf: bytes, folder: Path, *words: str) -> bytes:
    """What a tool of poppler writes about a PDF."""
    path, out = folder / "sheet.pdf", folder / "out"
    pages = {"pdftoppm": out.with_suffix(".pgm" if "-gray" in words else ".ppm")}
    path.write_bytes(pdf)
    subprocess.run([tool, *words, str(path), str(out)], capture_output=True, check=True)
    return pages.get(tool, out).read_bytes()


def strokes(pdf: bytes, folder: Path, page: int = 1) -> list[Stroke]:
    """The paths of a page, in the order of painting."""
    pages = ("-f", str(page), "-l", str(page))
    drawing = ET.fromstring(run("pdftocairo", pdf, folder, "-svg", "-noshrink", *pages))  # noqa: S314 - our own
    definitions = drawing.find("{*}defs")
    glyphs = set(definitions.iter()) if definitions is not None else set()
    return [_stroke(one) for one in drawing.iter(f"{SVG}path") if one not in glyphs]


def _stroke(path: ET.Element) -> Stroke:
    numbers = [float(one) for one in _NUMBER.findall(path.get("d", ""))]
    points = np.array(numbers).reshape(-1, 2)
    matrix = [float(one) for one in _NUMBER.findall(path.get("transform", "1,0,0,1,0,0"))]
    turn = np.array(matrix).reshape(3, 2)
    style = (part.partition(":") for part in path.get("style", "").split(";") if part)
    return Stroke((points @ turn[:2] + turn[2]) * _MM, {name: value for name, _, value in style})


def words(pdf: bytes, folder: Path, page: int = 1) -> list[Word]:
    """The words of a page with their boxes."""
    told = run("pdftotext", pdf, folder, "-bbox", "-f", str(page), "-l", str(page)).decode()
    found = re.findall(
        r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
        told,
    )
    return [
        Word(text, (float(a) * _MM, float(b) * _MM, float(c) * _MM, float(d) * _MM))
        for a, b, c, d, text in found
    ]


def text(pdf: bytes, folder: Path) -> str:
    """All words of all pages."""
    return run("pdftotext", pdf, folder).decode()


def squeeze(told: str) -> str:
    """Without blanks, which a PDF sets where it likes."""
    return re.sub(r"\s", "", told)


def squeezed_text(pdf: bytes) -> str:
    """All words of all pages in the order of setting, without blanks; nothing is written."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return squeeze(done.stdout.decode())


def size(pdf: bytes, folder: Path, page: int = 1) -> tuple[float, float]:
    """Width and height of a page."""
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(
        ["pdfinfo", "-f", str(page), "-l", str(page), str(path)], capture_output=True, check=True
    ).stdout.decode()
    found = re.search(r"Page\s+\d*\s*size:\s+([\d.]+) x ([\d.]+)", said)
    assert found is not None
    return float(found[1]) * _MM, float(found[2]) * _MM
