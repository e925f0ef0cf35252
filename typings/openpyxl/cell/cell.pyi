from datetime import date, datetime, time, timedelta
from typing import Any

Value = str | int | float | bool | datetime | date | time | timedelta | None

class Cell:
    value: Value
    data_type: str
    number_format: str
    row: int
    column: int
    font: Any
    alignment: Any
    fill: Any
    quotePrefix: bool
