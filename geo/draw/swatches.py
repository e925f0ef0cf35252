"""Small SVG drawings of the symbols, as the legend shows them.

They carry presentation attributes only, no styles, so a strict Content-Security-Policy
lets them through; the paper sheet embeds the same text.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo.draw import symbols

_SIDE = 30
_FONT = 'font-family="BIZ UDPGothic, sans-serif" text-anchor="middle"'


def frame(inside: str, width: int = _SIDE) -> str:
    """An SVG picture of ``inside``, hidden from screen readers: its words stand beside it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_SIDE}" '
        f'viewBox="0 0 {width} {_SIDE}" aria-hidden="true" focusable="false">{inside}</svg>'
    )


def shape(
    name: str, mark: symbols.Mark, letter: str, *, x: float, y: float, size: float, outline: float
) -> str:
    """One symbol as SVG elements; lengths in the drawing's units, y down."""
    points = " ".join(f"{x + px * size:.2f},{y + py * size:.2f}" for px, py in symbols.SHAPES[name])
    body = (
        f'<polygon points="{points}" fill="{mark.fill}" stroke="#000000" '
        f'stroke-width="{outline:g}" stroke-linejoin="round"/>'
    )
    if not letter:
        return body
    return body + (
        f'<text x="{x:.2f}" y="{y + size * 0.46:.2f}" font-size="{size * 1.32:.2f}" {_FONT} '
        f'font-weight="bold" fill="{mark.ink}">{letter}</text>'
    )


def shape_swatch(name: str, mark: symbols.Mark, letter: str, *, outline: float = 1.5) -> str:
    """A point symbol."""
    return frame(shape(name, mark, letter, x=15, y=15, size=11.2, outline=outline))


def line_swatch(stroke: symbols.Stroke, width: float, *, arrow: bool) -> str:
    """A line, with an arrowhead at its right end if wanted."""
    head = f'<polygon points="42,8 52,15 42,22" fill="{stroke.colour}"/>' if arrow else ""
    end = 42 if arrow else 52
    return frame(_line(stroke, width, 2, end, 15) + head, 54)


def band_swatch(widths: Sequence[float]) -> str:
    """Three lines, thin to thick."""
    stroke = symbols.Stroke(symbols.BLACK, ())
    inside = "".join(_line(stroke, w, 2, 52, 6 + 9 * i) for i, w in enumerate(widths))
    return frame(inside, 54)


def _line(stroke: symbols.Stroke, width: float, start: float, end: float, y: float) -> str:
    dash = f' stroke-dasharray="{" ".join(map(str, stroke.dash))}"' if stroke.dash else ""
    return (
        f'<line x1="{start}" y1="{y}" x2="{end}" y2="{y}" stroke="{stroke.colour}" '
        f'stroke-width="{width:g}"{dash}/>'
    )


def mesh_swatch(step: symbols.MeshClass | None, text: str) -> str:
    """A mesh cell with its number; None is the hatched cell of suppressed counts."""
    fill, ink = (step.fill, step.ink) if step else (symbols.WHITE, symbols.BLACK)
    square = f'<rect x="2" y="2" width="26" height="26" fill="{fill}" stroke="#666666"/>'
    lines = "" if step else hatching(2, 2, 28, 28, 6, "#b5b5b5")
    return frame(
        f'{square}{lines}<text x="15" y="20" font-size="13" {_FONT} fill="{ink}">{text}</text>'
    )


def hatching(left: float, top: float, right: float, bottom: float, gap: float, colour: str) -> str:
    """Slanting lines (bottom left to top right) within a box."""
    height, parts, start = bottom - top, [], left - (bottom - top) + gap
    while start < right:
        x1, x2 = max(start, left), min(start + height, right)
        y1, y2 = bottom - (x1 - start), bottom - (x2 - start)
        parts.append(f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}")
        start += gap
    return f'<path d="{"".join(parts)}" stroke="{colour}" stroke-width="1" fill="none"/>'


def ring_swatch() -> str:
    """A house on the pale ground and within the ring of those whom nobody reaches."""
    ground = f'<circle cx="15" cy="15" r="14" fill="{symbols.UNCOVERED.colour}" opacity="0.18"/>'
    house = shape("circle", symbols.NO_NEED, "", x=15, y=15, size=6.5, outline=1.5)
    dash = " ".join(map(str, symbols.UNCOVERED.dash))
    return frame(
        ground + house + f'<circle cx="15" cy="15" r="12" fill="none" '
        f'stroke="{symbols.UNCOVERED.colour}" stroke-width="3" stroke-dasharray="{dash}"/>'
    )


def area_swatch() -> str:
    """A hatched area."""
    lines = hatching(2, 2, 28, 28, 5, symbols.UNCOVERED.colour)
    return frame(
        f'{lines}<rect x="2" y="2" width="26" height="26" fill="none" '
        f'stroke="{symbols.UNCOVERED.colour}" stroke-width="2" stroke-dasharray="5 4"/>'
    )


def group_swatch() -> str:
    """Many houses drawn as one circle with their number."""
    return frame(
        '<circle cx="15" cy="15" r="13" fill="#ffffff" stroke="#333333" stroke-width="2"/>'
        f'<text x="15" y="20" font-size="13" font-weight="bold" {_FONT}>25</text>'
    )
