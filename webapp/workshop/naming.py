"""Houses, people and lines of a map in words."""

from __future__ import annotations

from geo import terms
from webapp.board.homes import Home, Line, house_of
from webapp.board.items import Item
from webapp.board.naming import name_item
from webapp.board.state import Board
from webapp.wording import Language, say


def name_person(board: Board, person: Item, lang: Language) -> str:
    """Somebody by name, else by age or part, within the house they live in."""
    if person.values.get("name"):
        return str(person.values["name"])
    field = "age" if person.values.get("age") else "part"
    told = person.values.get(field)
    return terms.label(field, str(told), lang) if told else name_item(board, person.id, lang)


def name_home(board: Board, home: Home, lang: Language) -> str:
    """Who lives in a house: names and kind of household; empty = nothing is known."""
    people = "・".join(name_person(board, one, lang) for one in home.people)
    kind = home.house.values.get("composition")
    lives = terms.label("composition", str(kind), lang) if kind else ""
    name = str(home.house.values.get("name") or "")
    return "　".join(one for one in (people or name, lives) if one)


def name_end(board: Board, end: Item, lang: Language) -> str:
    """The end of a line: a house with its number, or somebody by name."""
    house = house_of(board, end)
    told = name_item(board, end.id, lang)
    if house is None or end.kind != "person" or not end.values.get("name"):
        return told
    return f"{name_item(board, house.id, lang)} {told}"


def name_line(board: Board, line: Line, lang: Language) -> str:
    """A line as it is seen from its house: the other end, the way, the kind."""
    kind = terms.label("link", str(line.item.values["link"]), lang)
    way = "round.looks_in" if line.inward else "round.looks_out"
    return say(way, lang, other=name_end(board, line.far, lang), kind=kind)
