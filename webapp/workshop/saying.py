"""What the map says when somebody asks: who is missed if this person falls ill."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response

from webapp.accounts.atlases import keep_extent
from webapp.board.kinds import ENDS
from webapp.board.naming import name_all, name_item
from webapp.board.saying import Missed, Saying
from webapp.board.state import Board
from webapp.faults import ItemGone
from webapp.serving.language import reader_language
from webapp.wording import Language, say
from webapp.workshop.seating import table_now, workshop_now

saying = Blueprint("saying", __name__, url_prefix="/workshop")


@saying.get("/<identity>/what-if/<item>")
def tell_missed(identity: str, item: str) -> Response:
    """Homes left with nobody, and with one watcher, if this person or house falls ill: JSON."""
    board, lang = table_now(identity).board(), reader_language()
    asked = board.items.get(item)
    if asked is None or asked.kind not in ENDS or not board.is_shown(asked):
        raise ItemGone(id=item[:64])
    missed = Saying(board).missed(item)
    district, count = workshop_now(identity)["district_id"], len(missed.none) + len(missed.one) + 1
    keep_extent("household", district, count, ["name"])
    told = {
        "id": item,
        "none": missed.none,
        "one": missed.one,
        "words": _in_words(board, item, missed, lang),
    }
    return Response(orjson.dumps(told), mimetype="application/json")


def _in_words(board: Board, item: str, missed: Missed, lang: Language) -> list[str]:
    name = name_item(board, item, lang)
    first = (
        say("saying.whatif_none", lang, name=name, **_counted(board, missed.none, lang))
        if missed.none
        else say("saying.whatif_nobody", lang, name=name)
    )
    second = say("saying.whatif_one", lang, **_counted(board, missed.one, lang))
    return [first, second] if missed.one else [first]


def _counted(board: Board, ids: list[str], lang: Language) -> dict[str, object]:
    return {"count": len(ids), "houses": name_all(board, ids, lang)}
