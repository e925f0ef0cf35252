# What is read and written of workbooks; cells hold what spreadsheets hold.
from os import PathLike
from typing import IO

from openpyxl.workbook.workbook import Workbook as Workbook

def load_workbook(
    filename: str | PathLike[str] | IO[bytes],
    read_only: bool = ...,
    keep_vba: bool = ...,
    data_only: bool = ...,
    keep_links: bool = ...,
) -> Workbook: ...
