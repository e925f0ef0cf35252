"""The code on a sheet, read from a picture."""

from __future__ import annotations

import zxingcpp

from geo.draw.fiducials import SheetCode
from geo.errors import SheetCodeForeign, SheetMismatched
from geo.scanning.picture import Image


def read_code(grey: Image) -> SheetCode | None:
    """The sheet's code; None where no code of ours can be read.

    Other codes in view, such as that of the Wi-Fi on the wall, are passed over.

    Raises
    ------
    SheetCodeNewer
    SheetMismatched
        Codes of two sheets are in one picture.
    """
    found: set[SheetCode] = set()
    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    for barcode in zxingcpp.read_barcodes(grey, formats=wanted, try_invert=False):
        try:
            found.add(SheetCode.read(barcode.text))
        except SheetCodeForeign:
            continue
    if len(found) > 1:
        raise SheetMismatched(sheet=" / ".join(sorted({code.sheet for code in found})))
    return next(iter(found), None)
