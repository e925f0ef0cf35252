"""What something on the map is called, so that a hall and a sheet of paper mean the same."""

from __future__ import annotations

from geo import terms
from webapp.board.items import Item
from webapp.board.state import Board
from webapp.wording import Language, say


def name_item(board: Board, identity: str, lang: Language, *, plain: bool = False) -> str:
    """A house by its number, a person by the name; ``plain``: nobody's name, the house instead."""
    item = board.items.get(identity)
    if item is None:
        return say("saying.gone", lang)
    match item.kind:
        case "house":
            return _name_house(item, lang, plain=plain)
        case "person":
            return _name_person(board, item, lang, plain=plain)
        case _ if item.kind == "worry" and item.values.get("about") is not None:
            return name_item(board, item.values["about"], lang, plain=plain)
        case _:
            return say("saying.spot", lang)


def name_all(board: Board, ids: list[str], lang: Language, *, plain: bool = False) -> str:
    """Several in a row."""
    between = "、" if lang == "ja" else ", "
    return between.join(name_item(board, one, lang, plain=plain) for one in ids)


def _name_house(house: Item, lang: Language, *, plain: bool) -> str:
    number, name = house.values.get("number"), None if plain else house.values.get("name")
    if number is None:
        return name or say("saying.house", lang)
    said = say("saying.numbered", lang, number=number)
    return f"{said}（{name}）" if name and lang == "ja" else f"{said} ({name})" if name else said


def _name_person(board: Board, person: Item, lang: Language, *, plain: bool) -> str:
    name, house = person.values.get("name"), person.values.get("house")
    if name and not plain:
        return str(name)
    if plain and house is not None:
        return name_item(board, house, lang, plain=True)
    part = terms.label("part", person.values.get("part") or "neighbour", lang)
    if house is None:
        return part
    return say("saying.of_house", lang, house=name_item(board, house, lang, plain=plain), part=part)
