"""What is wrong with a form, said beside it."""

from __future__ import annotations

from geo.errors import GeoError
from webapp.errors import sentence_of
from webapp.serving.language import reader_language
from webapp.wording import catalogue, say


def say_problem(fault: GeoError) -> str:
    """The sentence about a field where there is one, else the fault's own."""
    lang = reader_language()
    key = f"problem.{fault.facts.get('name')}"
    return say(key, lang) if key in catalogue() else sentence_of(fault, lang)
