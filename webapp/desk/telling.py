"""Happenings as sentences: when, by whom, what, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo import terms
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import Card, supporter_cards
from webapp.casework.colleagues import colleague_names
from webapp.casework.happenings import Happening
from webapp.screens import write_moment
from webapp.serving.language import reader_language
from webapp.wording import Language, say


@dataclass(frozen=True)
class Said:
    """One happening as it is read. ``by``: the colleague's name."""

    at: datetime
    by: str
    sentence: str
    happening: Happening


def say_happenings(
    happenings: Sequence[Happening], supporters: Mapping[str, Card] | None = None
) -> list[Said]:
    """The sentences, in the same order; supporters by their names where these may be seen.

    ``supporters``: their cards, where they were read already.
    """
    lang = reader_language()
    ids = [one.facts.get("supporter_id") for one in happenings]
    cards = supporter_cards(register_now(), viewer_now(), ids) if supporters is None else supporters
    names = {identity: card.shown for identity, card in cards.items()}
    people = name_colleagues(one.by for one in happenings)
    return [Said(one.at, people[one.by], _sentence(one, names, lang), one) for one in happenings]


def name_colleagues(accounts: Iterable[str | None]) -> dict[str, str]:
    """Who an account is called, also one that is none."""
    lang = reader_language()
    wanted = {one for one in accounts if one}
    known = colleague_names(register_now(), wanted)
    terminal = say("role.terminal", lang)
    return {one: known.get(one, terminal if one == "terminal" else one) for one in wanted}


def _sentence(one: Happening, names: Mapping[str, str], lang: Language) -> str:
    facts: dict[str, Any] = {
        "activity": terms.label("activity", str(one.facts.get("activity")), lang),
        "supporter": names.get(str(one.facts.get("supporter_id")), say("case.no_supporter", lang)),
        "when": _moment(one.facts.get("at")),
        "on": one.facts.get("on"),
        "recipient": say(f"recipient.{one.facts['recipient']}", lang)
        if one.facts.get("recipient")
        else "",
    }
    return say(f"told.{one.code}", lang, **facts)


def _moment(text: object) -> str:
    return write_moment(datetime.fromisoformat(text))[5:] if isinstance(text, str) else ""
