"""What answers allow: refusals, days, presumption, disasters; one by one and all at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ParameterWrong
from webapp.register.consents import Answer, AnswerTable, allowed, allowed_of_many, bits_of, why
from webapp.register.rulesets import (
    BASES,
    FIELDS,
    PURPOSES,
    RECIPIENTS,
    parse_rules,
    rule_set,
    rule_sets,
)

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


def answer(status: str = "given", days_ago: int = 10, **more: object) -> Answer:
    """What somebody said of being watched over."""
    said = NOON - timedelta(days=days_ago)
    facts: dict[str, object] = {
        "basis": "self", "purpose": "watching", "status": status, "given_on": said,
        "changed_at": said,
    }  # fmt: skip
    return Answer(**{**facts, **more})  # type: ignore[arg-type]


def to_commissioner(*answers: Answer, rules: str = "consent", on: date = DAY) -> frozenset[str]:
    return allowed(answers, rule_set(rules), "watching", "commissioner", on)


def test_without_an_answer_the_municipality_decides() -> None:
    assert to_commissioner() == frozenset()
    assert "name" in to_commissioner(rules="presumed")
    assert "name" in to_commissioner(rules="ordinance")


def test_a_refusal_beats_presumption_and_ordinance() -> None:
    for rules in rule_sets():
        assert to_commissioner(answer("refused"), rules=rules) == frozenset()


def test_a_refusal_of_one_field_leaves_the_others() -> None:
    told = to_commissioner(answer("refused", fields=frozenset({"phone"})), rules="presumed")
    assert "phone" not in told
    assert "name" in told


def test_a_refusal_of_one_recipient_leaves_the_others() -> None:
    no = answer("refused", recipients=frozenset({"district_group"}))
    assert "name" in to_commissioner(no, rules="presumed")


def test_a_withdrawal_holds_from_when_it_was_written_down_and_takes_older_consents_with_it() -> (
    None
):
    older = answer(days_ago=30)
    withdrawn = answer("withdrawn", days_ago=60, changed_at=NOON - timedelta(days=1))
    assert to_commissioner(older, withdrawn) == frozenset()
    assert to_commissioner(older, withdrawn, answer(days_ago=0))


def test_nobody_is_presumed_to_agree_whose_consent_ran_out() -> None:
    ended = answer(valid_to=DAY - timedelta(days=1))
    assert to_commissioner(ended, rules="presumed") == frozenset()
    assert to_commissioner(answer(valid_to=DAY))
    reasons = why([ended], rule_set("presumed"), "watching", "commissioner", DAY)
    assert reasons["name"] == "expired"


def test_a_consent_for_one_purpose_is_none_for_another() -> None:
    assert to_commissioner(answer(purpose="workshop")) == frozenset()


def test_a_consent_of_tomorrow_is_none_today() -> None:
    assert to_commissioner(answer(days_ago=-1)) == frozenset()


def test_an_ordinance_is_no_basis_where_consent_is_needed() -> None:
    assert to_commissioner(answer(basis="ordinance")) == frozenset()
    assert to_commissioner(answer(basis="ordinance"), rules="ordinance")


def test_the_disaster_basis_counts_only_while_one_is_on() -> None:
    rules, no = rule_set("consent"), [answer("refused", purpose="disaster")]
    assert allowed(no, rules, "disaster", "fire_service", DAY) == frozenset()
    assert "notes" in allowed(no, rules, "disaster", "fire_service", DAY, disaster=True)
    basis = [answer(purpose="disaster", basis="disaster")]
    assert allowed(basis, rules, "disaster", "fire_service", DAY) == frozenset()


def test_illness_never_leaves_unasked_but_in_a_disaster() -> None:
    for name in rule_sets():
        for purpose in PURPOSES:
            for recipient in RECIPIENTS:
                assert "notes" not in allowed([], rule_set(name), purpose, recipient, DAY)


def test_every_field_has_its_reason() -> None:
    reasons = why([answer("refused")], rule_set("presumed"), "watching", "commissioner", DAY)
    assert set(reasons) == set(FIELDS)
    assert reasons["name"] == "refused"
    assert reasons["notes"] == "no_rule"


_WORDS = (
    st.none() | st.frozensets(st.sampled_from((*RECIPIENTS[:6], "commissioner"))),
    st.none() | st.frozensets(st.sampled_from(FIELDS)),
)
_ANSWERS = st.lists(
    st.builds(
        answer,
        st.sampled_from(["given", "refused", "withdrawn", "expired"]),
        st.integers(-2, 5),
        basis=st.sampled_from(BASES),
        changed_at=st.integers(-2, 5).map(lambda days: NOON - timedelta(days=days)),
        valid_to=st.none() | st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3)),
        recipients=_WORDS[0],
        fields=_WORDS[1],
    ),
    max_size=5,
)


@given(st.lists(_ANSWERS, min_size=1, max_size=6), st.sampled_from(rule_sets()), st.booleans())
def test_all_at_once_is_decided_like_one_by_one(
    people: list[list[Answer]], name: str, disaster: bool
) -> None:
    rules = rule_set(name)
    for recipient in ("commissioner", "consultant"):
        rows = rules.rows("watching", recipient, disaster=disaster)
        said = [(place, one) for place, answers in enumerate(people) for one in answers]
        table = AnswerTable.of(said, recipient, DAY, disaster=disaster)
        one_by_one = [
            bits_of(allowed(answers, rules, "watching", recipient, DAY, disaster=disaster))
            for answers in people
        ]
        assert allowed_of_many(len(people), table, rows).tolist() == one_by_one


@given(_ANSWERS, st.sampled_from(rule_sets()), st.integers(0, 3))
def test_a_refusal_added_never_allows_more(answers: list[Answer], name: str, ago: int) -> None:
    before = to_commissioner(*answers, rules=name)
    assert to_commissioner(*answers, answer("refused", ago), rules=name) <= before


GOOD = """
kind = "presumed"
title = { ja = "み", en = "p" }
[[allow]]
purposes = ["watching"]
recipients = ["commissioner"]
fields = ["name"]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "presumed"', 'kind = "perhaps"'),
        ('kind = "presumed"', 'kind = "ordinance"'),
        ('fields = ["name"]', 'fields = ["shoe"]'),
        ('fields = ["name"]', "fields = []"),
        ('fields = ["name"]', 'fields = ["name"]\nbases = ["ordinance"]'),
        ('fields = ["name"]', 'fields = ["notes"]\nunanswered = "presumed"'),
        ('fields = ["name"]', 'fields = ["name"]\nunanswered = "collected"'),
        ('fields = ["name"]', 'fields = ["name"]\nunanswered = "ordinance"'),
        ('fields = ["name"]', 'fields = ["name"]\ndespite_refusal = true'),
        ('fields = ["name"]', 'fields = ["name"]\nin_disaster = true'),
        ('fields = ["name"]', 'fields = ["name"]\nin_disaster = "no"'),
        ('fields = ["name"]', 'fields = ["name"]\nalways = true'),
        ("title", "= title"),
    ],
)
def test_a_rule_set_that_gives_too_much_away_is_refused(old: str, new: str) -> None:
    assert parse_rules("town", GOOD).rules
    with pytest.raises(ParameterWrong):
        parse_rules("town", GOOD.replace(old, new, 1))
