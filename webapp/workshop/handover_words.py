"""The handover pack in words: houses with lines and consent, worries, cards, copies out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from geo import terms
from geo.draw.neighbourhood import DrawnHouse, DrawnLine
from webapp.answers.meeting_paper import Section
from webapp.board.handing import Handed
from webapp.board.homes import Home, house_of, spot_of
from webapp.board.items import Item
from webapp.board.leaving import said_of
from webapp.board.naming import name_item
from webapp.register.export_copies import Listed
from webapp.wording import Language, say
from webapp.workshop.naming import name_home, name_person
from webapp.workshop.round_papers import say_watchers

_HEADS: Final = ("no", "who", "lines", "last", "consent")
_HOUSES: Final = (0.8, 2.8, 3.0, 2.0, 2.5)
_WORRIES: Final = (2.0, 6.0)
_CARDS: Final = (4.0, 2.2, 1.7)


def copies_out(copies: Iterable[Listed], holder: str, lang: Language) -> Section:
    """Copies that are still with the one who leaves, each with a box."""
    mine = [one for one in copies if one.status == "out" and one.holder == holder.strip()]
    rows = [[f"□ {one.label}", str(one.count), one.return_by.isoformat()] for one in mine]
    return Section(
        say("handover.copies", lang),
        text="" if rows else say("handover.no_copies", lang),
        heads=[say(f"handover.{one}", lang) for one in ("copy", "of_houses", "until")],
        rows=rows,
        widths=(3.0, 1.6, 2.0),
    )


def pack_sections(handed: Handed, homes: Sequence[Home], lang: Language) -> list[Section]:
    """The houses of the area, the open worries, the open cards."""
    mine = {one.house.id for one in homes}
    mine |= {person.id for one in homes for person in one.people}
    return [
        Section(
            say("handover.houses", lang),
            heads=[say(f"handover.{one}", lang) for one in _HEADS],
            rows=[_house(handed, one, lang) for one in homes],
            widths=_HOUSES,
        ),
        _table(
            "worries", ("where", "worry"), _WORRIES,
            [[_where(handed, one, lang), str(one.values["text"])]
             for one in handed.board.of_kind("worry") if one.values.get("about") in mine], lang,
        ),
        _table(
            "cards", ("worry", "by_whom", "by_when"), _CARDS,
            [[str(one.values["worry"]), str(one.values.get("who") or ""),
              str(one.values.get("by") or "")] for one in _open_cards(handed, mine)], lang,
        ),
    ]  # fmt: skip


def draw_area(handed: Handed, homes: Sequence[Home]) -> tuple[list[DrawnHouse], list[DrawnLine]]:
    """The houses of the area with their lines; who has a place of the own by name."""
    board = handed.board
    drawn = {
        one.house.id: DrawnHouse(
            (float(one.house.values["lon"]), float(one.house.values["lat"])),
            str(one.number or "–"),
            "plain" if one.house.id in handed.watched else "bare",
        )
        for one in homes
    }
    lines: dict[str, DrawnLine] = {}
    for line in (line for one in homes for line in one.lines):
        start, end = (spot_of(board, one) for one in _in_order(line.near, line.far, line.inward))
        if start is not None and end is not None:
            lines.setdefault(line.item.id, DrawnLine(start, end))
        drawn |= _far(handed, line.far, drawn)
    return list(drawn.values()), list(lines.values())


def _in_order(near: Item, far: Item, inward: bool) -> tuple[Item, Item]:
    return (far, near) if inward else (near, far)


def _far(handed: Handed, end: Item, drawn: dict[str, DrawnHouse]) -> dict[str, DrawnHouse]:
    """The other end of a line, where it is outside the area."""
    house = house_of(handed.board, end)
    spot = spot_of(handed.board, end)
    key = end.id if house is None else house.id
    if key in drawn or spot is None:
        return {}
    if house is None:
        return {key: DrawnHouse(spot, "★", "helper")}
    return {key: DrawnHouse(spot, str(house.values.get("number") or "–"), "helper")}


def _house(handed: Handed, home: Home, lang: Language) -> list[str]:
    said = home.house.values.get("confirmed_on")
    return [
        str(home.number or "–"),
        name_home(handed.board, home, lang),
        say_watchers(handed, home, lang),
        "" if said is None else str(said)[:7],
        _consent(handed, home, lang),
    ]


def _consent(handed: Handed, home: Home, lang: Language) -> str:
    """What was said in the hall of each who lives there, else that the register has a yes."""
    told = dict.fromkeys(
        said for one in (home.house, *home.people) if (said := said_of(handed.board, one))
    )
    if told:
        between = "・" if lang == "ja" else ", "
        return between.join(terms.label("said", one, lang) for one in told)
    known = home.house.id in handed.households
    return say("handover.in_register", lang) if known else ""


def _open_cards(handed: Handed, mine: set[str]) -> list[Item]:
    about = handed.board.items
    return [
        one
        for one in handed.board.of_kind("card")
        if not one.values.get("done")
        and (one.values.get("about") in mine
             or about.get(str(one.values.get("about")), one).values.get("about") in mine)
    ]  # fmt: skip


def _where(handed: Handed, worry: Item, lang: Language) -> str:
    about = handed.board.items[str(worry.values["about"])]
    house = house_of(handed.board, about)
    name = name_person(handed.board, about, lang) if about.kind == "person" else ""
    return " ".join(
        one
        for one in ("" if house is None else name_item(handed.board, house.id, lang), name)
        if one
    )


def _table(
    title: str, heads: Sequence[str], widths: Sequence[float], rows: list[list[str]],
    lang: Language,
) -> Section:  # fmt: skip
    return Section(
        say(f"handover.{title}", lang),
        text="" if rows else say("handover.none", lang),
        heads=[say(f"handover.{one}", lang) for one in heads],
        rows=rows,
        widths=widths,
    )
