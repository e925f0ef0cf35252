"""Whose accounts of the ledger these are."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.cards import Card, person_cards, supporter_cards
from webapp.casework.ledger import OWNERS
from webapp.casework.making import PURPOSE
from webapp.desk.case_lists import district_choices
from webapp.serving.language import reader_language
from webapp.wording import say


def name_accounts(accounts: Iterable[str]) -> dict[str, str]:
    """Whose accounts these are, by name where that may be seen."""
    return account_cards(accounts)[0]


def account_cards(accounts: Iterable[str]) -> tuple[dict[str, str], dict[str, Card]]:
    """Names of accounts, and the cards of the people among them."""
    lang = reader_language()
    ids: dict[str, list[str]] = {owner: [] for owner in OWNERS}
    for one in accounts:
        owner, _, identity = one.partition(":")
        if owner in ids and identity:
            ids[owner].append(identity)
    register, viewer = register_now(), viewer_now()
    districts = dict(district_choices())
    people = person_cards(register, viewer, ids["person"], PURPOSE)
    helpers = supporter_cards(register, viewer, ids["supporter"], PURPOSE)
    cards = {f"person:{one}": card for one, card in people.items()}
    cards |= {f"supporter:{one}": card for one, card in helpers.items()}
    told = {account: card.shown for account, card in cards.items()}
    told |= {f"district:{one}": districts.get(one, one) for one in ids["district"]}
    cash = {one: districts.get(one, one) for one in ids["cash"]}
    told |= {f"cash:{one}": say("ledger.cash_of", lang, name=name) for one, name in cash.items()}
    return told, cards
