"""The paper of each 班 in words: who lives in its houses, who looks in, since when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from geo.draw.neighbourhood import DrawnHouse
from webapp.answers.round_paper import RoundRow, RoundSheet
from webapp.board.blocks import Block, blocks_of
from webapp.board.handing import Handed
from webapp.board.homes import Home, homes_of
from webapp.board.replies import REPLIES
from webapp.register.export_copies import Mark
from webapp.wording import Language, say
from webapp.workshop.naming import name_end, name_home
from webapp.workshop.printing import paper_words

_FAR: Final = 0.0015
"""Degrees around a 班 within which other houses are drawn as dots."""


def choose_blocks(handed: Handed, number: int | None) -> list[Block]:
    """The 班 that get a paper: one, or all of which a house may be told of."""
    return [one for one in blocks_of(handed.board) if number in {None, one.number}]


def round_sheets(
    handed: Handed, blocks: Sequence[Block], address: Callable[[int], str], lang: Language
) -> list[RoundSheet]:
    """The sheets of these 班. ``address``: what the code of each holds, without anybody's name."""
    everybody = list(homes_of(handed.board).values())
    return [
        RoundSheet(
            title=f"{say('round.sheet', lang, number=one.number)}　{one.name}",
            lead=say("round.paper_lead", lang),
            address=address(one.number),
            short=say("round.sheet", lang, number=one.number),
            rows=[_row(handed, home, lang) for home in one.homes],
            houses=_houses(one.homes, everybody),
        )
        for one in blocks
    ]


def sheet_words(area: str, mark: Mark, lang: Language) -> dict[str, Any]:
    """What stands on every sheet."""
    return paper_words(area, mark, lang) | {
        "title": say("round.title", lang),
        "number_word": say("round.number", lang),
        "known_word": say("round.known", lang),
        "more_word": say("round.more", lang),
        "boxes": [say(f"round.box_{one}", lang).split("|") for one in REPLIES],
    }


def _row(handed: Handed, home: Home, lang: Language) -> RoundRow:
    said = home.house.values.get("confirmed_on")
    return RoundRow(
        number=str(home.number or "–"),
        who=name_home(handed.board, home, lang) or str(home.house.values.get("address") or ""),
        lines=say_watchers(handed, home, lang),
        since="" if said is None else str(said)[:7],
    )


def say_watchers(handed: Handed, home: Home, lang: Language) -> str:
    """Who looks in; that somebody does where it may not be told who; that nobody does."""
    between = "、" if lang == "ja" else ", "
    ends = dict.fromkeys(name_end(handed.board, one.far, lang) for one in home.lines if one.inward)
    if ends:
        return say("round.watched_by", lang, who=between.join(ends))
    unseen = home.house.id in handed.watched
    return say("round.watched_unsaid" if unseen else "round.no_line", lang)


def _houses(mine: Sequence[Home], everybody: Sequence[Home]) -> list[DrawnHouse]:
    own = {one.house.id for one in mine}
    lons = [one.house.values["lon"] for one in mine]
    lats = [one.house.values["lat"] for one in mine]
    drawn: list[DrawnHouse] = []
    for one in everybody:
        lon, lat = spot = (float(one.house.values["lon"]), float(one.house.values["lat"]))
        if one.house.id in own:
            drawn.append(DrawnHouse(spot, str(one.number or "–")))
        elif (min(lons) - _FAR < lon < max(lons) + _FAR
              and min(lats) - _FAR < lat < max(lats) + _FAR):  # fmt: skip
            drawn.append(DrawnHouse(spot, look="other"))
    return drawn
