"""What a column of a survey asks, in the reader's language."""

from __future__ import annotations

from geo import terms
from geo.exchange.questions import QUESTIONS
from webapp.wording import Language, say


def say_question(question: str, lang: Language) -> str:
    """The words for a question of `geo.exchange.questions`.

    >>> say_question("willing:garbage", "ja"), say_question("phone", "ja")
    ('手伝えること：ゴミ出し', '電話')
    """
    base, _, part = question.partition(":")
    if part == "any":
        return say(f"survey.q_{base}_any", lang)
    group = say(f"survey.q_{base or 'left_out'}", lang)
    if not part:
        return group
    return say("survey.q_of", lang, group=group, activity=terms.label("activity", part, lang))


def list_questions(lang: Language) -> list[tuple[str, str]]:
    """Every question with its words, as a choice."""
    return [(one, say_question(one, lang)) for one in QUESTIONS]
