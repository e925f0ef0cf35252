from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl.cell.cell import Cell, Value

class MergedCells:
    ranges: set[Any]

class Worksheet:
    title: str
    freeze_panes: str | None
    merged_cells: MergedCells
    column_dimensions: dict[str, Any]
    row_dimensions: dict[int, Any]
    @property
    def max_row(self) -> int: ...
    @property
    def max_column(self) -> int: ...
    def append(self, row: Iterable[Value | Cell]) -> None: ...
    def cell(self, row: int, column: int, value: Value = ...) -> Cell: ...
    def merge_cells(self, range_string: str | None = ..., **bounds: int) -> None: ...
    def iter_rows(
        self,
        min_row: int | None = ...,
        max_row: int | None = ...,
        min_col: int | None = ...,
        max_col: int | None = ...,
        values_only: bool = ...,
    ) -> Iterator[tuple[Any, ...]]: ...
    @property
    def values(self) -> Iterator[tuple[Value, ...]]: ...
    @property
    def rows(self) -> Iterator[Sequence[Cell]]: ...
    def __getitem__(self, place: str) -> Any: ...
    def __setitem__(self, place: str, value: Value) -> None: ...
