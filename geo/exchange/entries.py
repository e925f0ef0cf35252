"""What an entry in a roster means: ids, telephone numbers, codes, lists, marks and numbers.

Every reader takes the text of one cell and gives the value, a `Finding`, `Repaired`,
or None where the cell is blank. Names and addresses pass as written but for blanks
around them.
"""

from __future__ import annotations

import re
from typing import Final

from geo.exchange.findings import Finding, Repaired, find
from geo.exchange.spellings import find_code, fold, narrow, nearest_spelling

_YES: Final = frozenset(
    fold(word)
    for word in (
        "○", "〇", "◯", "●", "◎", "✓", "✔", "☑", "レ", "v", "1", "true", "yes", "y", "はい", "有",
        "有り", "あり", "可", "可能", "済", "する",
    )
)  # fmt: skip

_NO: Final = frozenset(
    fold(word)
    for word in (
        "×", "✕", "✗", "x", "-", "ー", "0", "false", "no", "n", "いいえ", "無", "無し", "なし",
        "不可", "しない", "□",
    )
)  # fmt: skip

_NONE: Final = frozenset(
    fold(word)
    for word in ("なし", "無し", "無", "特になし", "特に無し", "ありません", "none", "-", "ー", "×")
)

_ITEMS: Final = re.compile(r"[、,，;；/／\n|&+・]|及び")

_REMARK: Final = re.compile(r"[(（].*?[)）]")

_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)

_QUANTITY: Final = re.compile(
    r"(?:約|最大|最高|徒歩|片道|上限)?(?P<per>毎?週に?|月に?|日に?)?"
    r"(?P<number>[+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?)"
    r"(?P<unit>[^0-9~]*?)(?:/週)?(?:まで|以内|程度|くらい|ぐらい)?"
)

_UNITS: Final[dict[str, frozenset[str]]] = {
    "visits a week": frozenset({"", "回", "件", "人", "名", "世帯"}),
    "minutes": frozenset({"", "分", "分間", "min", "minutes"}),
    "metres a minute": frozenset({"", "m/分", "m/min", "m", fold("メートル")}),
}

_STRENGTHS: Final = {"弱": 1.0, "弱い": 1.0, "中": 2.0, "普通": 2.0, "強": 3.0, "強い": 3.0}

_AREA: Final = re.compile(r"0[0-9]{9,10}|\+?81[0-9]{9,10}|0(?:120|570)[0-9]{6}|110|119")

_EXTENSION: Final = re.compile(
    r"\(?(?:内線|内|ext\.?)\s*[0-9]+\)?|\([^0-9)]*\)|[^0-9()+\-~ .]+$", re.IGNORECASE
)


def read_text(text: str) -> str | Finding | Repaired[str] | None:
    """A name or an address as written, without the blanks around it.

    >>> read_text("  髙\ufa11　太郎 ")
    '髙﨑　太郎'
    """
    plain = text.strip()
    if not plain:
        return None
    if "\ufffd" in plain:
        return find("character_lost")
    if any("\ue000" <= sign <= "\uf8ff" for sign in plain):
        return Repaired(plain, find("private_character"))
    return plain


def read_name(text: str) -> str | Finding | Repaired[str] | None:
    """As `read_text`; a question mark is noted, for it may stand for a lost character."""
    value = read_text(text)
    if isinstance(value, str) and ("?" in value or "？" in value):
        return Repaired(value, find("character_doubtful"))
    return value


def read_id(text: str) -> str | Finding | None:
    """An id; full-width digits and letters become plain ones, ``12.0`` becomes ``12``.

    >>> read_id("Ａ－００１２"), read_id('="0012"'), read_id("1.2E+05").code
    ('A-0012', '0012', 'id_scientific')
    """
    plain = text.strip()
    folded = narrow(plain)
    if folded.isascii():
        plain = folded
    if quoted := re.fullmatch(r"=\"(.*)\"|'(.+)", plain):
        plain = (quoted[1] or quoted[2] or "").strip()
    if not plain:
        return None
    if _SCIENTIFIC.fullmatch(plain):
        return find("id_scientific", word=plain[:40])
    return plain[:-2] if re.fullmatch(r"[0-9]+\.0", plain) else plain


def read_phone(text: str) -> str | Finding | Repaired[str] | None:
    """One or more telephone numbers as written; a lost leading zero is put back.

    >>> read_phone("093-582-0000"), read_phone("9012345678").value
    ('093-582-0000', '09012345678')
    """
    plain = narrow(text)
    if plain.startswith(("=", "'")):
        plain = text = re.sub(r"^=\"(.*)\"$|^'", r"\1", plain)
    numbers = [part.strip() for part in re.split(r"[、,/;\n]", plain) if part.strip()]
    if not numbers:
        return None
    notes: list[Finding] = []
    for index, number in enumerate(numbers):
        checked = _check_phone(number)
        if checked is None:
            continue
        if checked.code == "phone_unclear":
            return checked
        notes.append(checked)
        numbers[index] = checked.facts.get("suggested", number)
    if not notes:
        return text.strip()
    return Repaired("、".join(numbers), notes[0])


def read_code(text: str, table: str) -> str | Finding | None:
    """The code of one word of a vocabulary.

    >>> read_code("一人暮らし", "composition"), read_code("独歩", "mode").code
    ('single_elderly', 'word_unknown')
    """
    plain = text.strip()
    if not plain:
        return None
    code = find_code(table, plain) or find_code(table, _REMARK.sub("", plain))
    if code is not None:
        return code
    parts = _words(plain, table)
    if len(parts) > 1 and all(find_code(table, part) for part in parts):
        return find("word_only_one", nearest=parts[0])
    return _unknown(plain, table)


def read_codes(text: str, table: str) -> list[str] | Finding | None:
    """The codes of several words; [] for なし.

    >>> read_codes("ゴミ出し、買い物代行・掃除", "activity")
    ['garbage', 'errand', 'cleaning']
    """
    plain = text.strip()
    if not plain:
        return None
    if fold(plain) in _NONE:
        return []
    whole = find_code(table, plain)
    if whole is not None:
        return [whole]
    codes: dict[str, None] = {}
    for word in _words(plain, table):
        code = find_code(table, word)
        if code is None:
            return _unknown(word, table)
        codes[code] = None
    return list(codes) if codes else _unknown(plain, table)


def read_mark(text: str, heading: str) -> bool | Finding | None:
    """Yes for ○, no for ×, None where blank.

    Parameters
    ----------
    text
        The cell.
    heading
        Its column's; the heading's word itself in the cell means yes.

    >>> read_mark("◯", "掃除"), read_mark("×", "掃除"), read_mark("△", "掃除").code
    (True, False, 'mark_unclear')
    """
    key = fold(text)
    if not key:
        return None
    if key in _YES or (len(key) > 1 and key in fold(heading)):
        return True
    return False if key in _NO else find("mark_unclear", word=text.strip()[:40])


def read_number(text: str, unit: str) -> float | Finding | None:
    """A number of zero or more in a unit of the field.

    >>> read_number("週２回", "visits a week"), read_number("15分以内", "minutes")
    (2.0, 15.0)
    >>> read_number("500m", "minutes").code
    'unit_other'
    """
    plain = narrow(text)
    if not plain:
        return None
    if unit == "1 to 3":
        return _read_strength(plain)
    match = _QUANTITY.fullmatch(plain.replace(" ", ""))
    if match is None:
        return find("number_unclear", word=plain[:40], unit=unit)
    return _in_unit(match, plain, unit)


def _in_unit(match: re.Match[str], plain: str, unit: str) -> float | Finding:
    number, said = float(match["number"]), fold(match["unit"])
    if unit == "minutes" and said == "時間":
        number, said = number * 60, "分"
    weekly = (match["per"] or "週").startswith(("週", "毎"))
    if said not in _UNITS[unit] or not weekly:
        return find("unit_other", word=plain[:40], unit=unit)
    if number < 0:
        return find("number_negative", word=plain[:40], unit=unit)
    if unit == "metres a minute" and not 10 <= number <= 200:
        return find("number_outside", word=plain[:40], low="10", high="200")
    return number


def _read_strength(plain: str) -> float | Finding:
    number = _STRENGTHS.get(plain)
    if number is None and re.fullmatch(r"[1-3](?:\.[0-9]{1,9})?", plain):
        number = float(plain)
    if number is None or number > 3:
        return find("number_outside", word=plain[:40], low="1", high="3")
    return number


def _words(plain: str, table: str) -> list[str]:
    """The items of a list; a blank parts two items only where they are no word together."""
    parts = [part.strip() for part in _ITEMS.split(_REMARK.sub("", plain)) if part.strip()]
    return [word for part in parts for word in ([part] if find_code(table, part) else part.split())]


def _unknown(word: str, table: str) -> Finding:
    nearest = nearest_spelling(table, word) or nearest_spelling(table, "その他") or "another word"
    return find("word_unknown", word=word[:40], nearest=nearest)


def _check_phone(number: str) -> Finding | None:
    """None for a right number, else what is wrong, or ``suggested`` to store."""
    core = _EXTENSION.sub("", number).strip()
    if re.search(r"[^0-9()+\-~ .ー]", core):
        return find("phone_unclear", word=number[:40])
    digits = re.sub(r"[^0-9+]", "", core)
    if _AREA.fullmatch(digits):
        return None
    if re.fullmatch(r"[1-9][0-9]{8}|[5789]0[0-9]{8}", digits):
        return find("phone_zero_restored", suggested="0" + number)
    if re.fullmatch(r"[1-9][0-9]{4,7}", digits):
        return find("phone_without_area")
    return find("phone_unclear", word=number[:40])
