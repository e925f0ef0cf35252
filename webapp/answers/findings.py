"""What a reader found in a cell, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from webapp.wording import Language, catalogue


def list_findings(table: pd.DataFrame, lang: Language) -> list[dict[str, Any]]:
    """Rows of ``Roster.faults`` or ``Roster.notes``: row, column, value, problem, suggestion."""
    return [
        {
            "row": int(row["row"]),
            "column": str(row["column"]),
            "value": str(row["value"]),
            "problem": _say(row, "problem", "", lang),
            "suggestion": _say(row, "suggestion", "_way", lang),
            "code": str(row.get("code", "")),
        }
        for row in table.to_dict("records")
    ]


def _say(row: Mapping[Any, Any], column: str, ending: str, lang: Language) -> str:
    entry = catalogue().get(f"finding.{row.get('code', '')}{ending}")
    facts = row.get("facts")
    if lang == "en" or entry is None or not isinstance(facts, dict):
        return str(row[column])
    return entry["ja"].format_map(facts)
