"""What a survey says of a supporter besides name and activities: days, hours, how one comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from geo.exchange.headings import propose_mapping
from geo.exchange.records import read_column

_TOLD: Final = ("weekdays", "hours", "mode", "most_per_week", "farthest_minutes", "gender")


def told_besides(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a supporter that answers as written fill; what is not understood is left.

    >>> told_besides({"活動できる曜日": "月・水", "性別": "女", "犬は好きですか": "はい"})
    {'weekdays': ['MO', 'WE'], 'gender': 'f'}
    """
    texts = {heading: str(said) for heading, said in answers.items()}
    values: dict[str, Any] = {}
    for heading, field in propose_mapping(list(texts), "supporters").items():
        base, _, option = field.partition(":")
        if base not in _TOLD:
            continue
        (value,), _findings = read_column("supporters", field, heading, [texts[heading]])
        if value is None:
            continue
        values[base] = [*values.get(base, ()), *value] if option else value  # type: ignore[misc]
    return values
