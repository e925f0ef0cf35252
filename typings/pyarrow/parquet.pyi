from collections.abc import Sequence
from os import PathLike
from types import TracebackType
from typing import Any, Self

from pyarrow import BufferOutputStream, Schema, Table

class Statistics:
    has_min_max: bool
    null_count: int | None
    min: Any
    max: Any

class ColumnChunkMetaData:
    path_in_schema: str
    statistics: Statistics | None

class RowGroupMetaData:
    num_rows: int
    num_columns: int
    def column(self, i: int) -> ColumnChunkMetaData: ...

class FileMetaData:
    metadata: dict[bytes, bytes] | None
    num_rows: int
    def row_group(self, i: int) -> RowGroupMetaData: ...

class ParquetFile:
    metadata: FileMetaData
    schema_arrow: Schema
    num_row_groups: int
    def __init__(
        self, source: str | PathLike[str], *, metadata: FileMetaData | None = ...
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def read_row_group(self, i: int, columns: Sequence[str] | None = ...) -> Table: ...
    def read_row_groups(
        self, row_groups: Sequence[int], columns: Sequence[str] | None = ...
    ) -> Table: ...

class ParquetWriter:
    def __init__(
        self, where: str | PathLike[str], schema: Schema, *, compression: str = ...
    ) -> None: ...
    def write_table(self, table: Table, row_group_size: int | None = ...) -> None: ...
    def close(self) -> None: ...

def read_metadata(where: str | PathLike[str]) -> FileMetaData: ...
def write_table(
    table: Table,
    where: str | PathLike[str] | BufferOutputStream,
    *,
    compression: str = ...,
    use_dictionary: bool = ...,
    write_statistics: bool = ...,
) -> None: ...
