"""How tiles come together, as a small picture."""

from __future__ import annotations

from geo.draw.wallmap.tiling import Layout


def join_svg(layout: Layout, here: int | None) -> str:
    """The tiles with their numbers, the one that lies in the hand in black.

    Parameters
    ----------
    layout
        Of the map.
    here
        Place of the tile among the codes; None shows all alike.
    """
    columns, rows = layout.codes[0].tiles
    height = 100.0
    width = height * layout.codes[0].width / layout.codes[0].height
    cells = "".join(
        _cell(number, code.tile, (width, height), black=number == here)
        for number, code in enumerate(layout.codes)
    )
    size = columns * width + 4, rows * height + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]:.0f}" height="{size[1]:.0f}" '
        f'viewBox="-2 -2 {size[0]:.1f} {size[1]:.1f}">{cells}</svg>'
    )


def _cell(number: int, tile: tuple[int, int], size: tuple[float, float], *, black: bool) -> str:
    x, y = tile[0] * size[0], tile[1] * size[1]
    fill, ink = ("#000000", "#ffffff") if black else ("#ffffff", "#000000")
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size[0]:.1f}" height="{size[1]:.1f}" '
        f'fill="{fill}" stroke="#000000" stroke-width="2"/>'
        f'<text x="{x + size[0] / 2:.1f}" y="{y + size[1] * 0.64:.1f}" font-size="46" '
        f'font-family="BIZ UDPGothic" text-anchor="middle" fill="{ink}">{number + 1}</text>'
    )
