"""The map's frame as HTML: the stage, the walk-through buttons, the legend with its switches.

Every word from the data is escaped here; nothing carries a style or a script.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby

from geo.draw.legend import Group, Row
from geo.draw.swatches import group_swatch
from geo.draw.words import say


@dataclass(frozen=True)
class Frame:
    """All that the frame says."""

    name: str
    title: str
    lang: str
    legend: list[Group]
    about: list[tuple[str, str]]
    off: frozenset[str] = frozenset()
    warning: str = ""
    tiles: str = ""
    heading: int = 2
    crowded: bool = False


def frame_html(frame: Frame) -> str:
    """The map's element and all around it."""
    name, lang = frame.name, frame.lang
    return f"""<div class="wm" id="{name}-frame" data-welfaremap="{name}" lang="{lang}">
<div class="wm-stage">
<div class="wm-map" id="{name}" role="region" aria-label="{escape(frame.title)}" \
aria-describedby="{name}-help"></div>
<p class="wm-hidden" id="{name}-help">{say("map_help", lang)}</p>
<p class="wm-notice" role="status"></p>
{_north(lang)}
{_walker(name, lang)}
</div>
<section class="wm-panel" aria-label="{say("panel", lang)}">
<button class="wm-fold" type="button" aria-expanded="true" aria-controls="{name}-panel">\
{say("panel", lang)}</button>
<div class="wm-body" id="{name}-panel">
<h{frame.heading}>{escape(frame.title)}</h{frame.heading}>
{_warning(frame.warning)}{_groups(frame)}{_tiles(frame)}{_about(frame)}
</div>
</section>
</div>"""


def _north(lang: str) -> str:
    return (
        '<div class="wm-north" aria-hidden="true"><svg width="20" height="22" viewBox="0 0 20 22">'
        '<polygon points="10,0 19,22 10,16 1,22" fill="#1a1a1a"/></svg>'
        f"{say('north', lang)}</div>"
    )


def _walker(name: str, lang: str) -> str:
    buttons = "".join(
        f'<button type="button" data-walk="{act}">{sign}</button>'
        for act, sign in (
            ("previous", f"◀ {say('previous', lang)}"),
            ("next", f"{say('next', lang)} ▶"),
            ("open", say("open", lang)),
        )
    )
    return (
        f'<div class="wm-walker" role="group" tabindex="0" aria-label="{say("walker", lang)}" '
        f'aria-describedby="{name}-walk" hidden>{buttons}'
        f'<p class="wm-hidden" id="{name}-walk">{say("walker_help", lang)}</p>'
        '<p class="wm-said" aria-live="polite"></p></div>'
    )


def _warning(text: str) -> str:
    return f'<p class="wm-warning">{escape(text)}</p>' if text else ""


def _groups(frame: Frame) -> str:
    parts = groupby(frame.legend, key=lambda group: group.layer)
    return "".join(_group(frame, layer, list(groups)) for layer, groups in parts)


def _group(frame: Frame, layer: str, groups: list[Group]) -> str:
    off = layer in frame.off
    rows = groups[0].rows
    alone = len(rows) == 1 and rows[0].label == groups[0].label
    words = _row_inside(rows[0]) if alone else escape(groups[0].label)
    switch = (
        f'<label class="wm-switch"><input type="checkbox" data-layer="{layer}"'
        f"{'' if off else ' checked'}>{words}</label>"
    )
    body = "" if alone else "".join(_rows(group, frame.heading + 1) for group in groups)
    if frame.crowded and layer == "households":
        body += _rows(Group(layer, "", (Row(group_swatch(), say("group", frame.lang)),)), 0)
    if layer == "places":
        body = f'<p class="wm-heading">{say("places_zoom", frame.lang)}</p>{body}'
    return (
        f'<div class="wm-group{" wm-off" if off else ""}" data-group="{layer}">{switch}{body}</div>'
    )


def _rows(group: Group, level: int) -> str:
    words = f'<h{level} class="wm-heading">{escape(group.heading)}</h{level}>'
    heading = words if group.heading else ""
    rows = group.rows
    return f'{heading}<ul class="wm-rows">{"".join(map(_row, rows))}</ul>' if rows else ""


def _row(row: Row) -> str:
    return f"<li>{_row_inside(row)}</li>"


def _row_inside(row: Row) -> str:
    count = "" if row.count is None else f'<span class="wm-count">{row.count:,}</span>'
    return f"{row.swatch}<span>{escape(row.label)}</span>{count}"


def _tiles(frame: Frame) -> str:
    if not frame.tiles:
        return ""
    choices = "".join(
        f'<label class="wm-switch"><input type="radio" name="{frame.name}-tiles" '
        f'data-tiles="{value}"'
        f"{checked}>{escape(label)}</label>"
        for value, checked, label in (
            ("off", " checked", say("no_background", frame.lang)),
            ("on", "", frame.tiles),
        )
    )
    return (
        f'<fieldset class="wm-group"><legend>{say("background", frame.lang)}</legend>'
        f"<div>{choices}</div></fieldset>"
    )


def _about(frame: Frame) -> str:
    lines = "".join(f"<p>{escape(term)}：{escape(text)}</p>" for term, text in frame.about)
    return f'<div class="wm-about">{lines}</div>'
