"""Classes of a choropleth map: where they break, why there, and how they are coloured.

The colours are one hue from light to dark in even steps of lightness, so they stay apart for
colour-blind eyes and on a grey print. Unknown is no class: it is hatched, never the lightest.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

from geo import terms
from geo.draw import symbols
from geo.draw.legend import Group, Row
from geo.draw.swatches import mesh_swatch
from geo.draw.words import say
from geo.errors import ParameterWrong

if TYPE_CHECKING:
    from mapclassify import MapClassifier

Floats = npt.NDArray[np.float64]
Scheme = Literal["unique", "fisher_jenks", "quantiles", "equal_interval"]

RAMP: Final = ("#eef6fd", "#cfe5f7", "#a7cdee", "#77b0e0", "#478fcb", "#1f6aac", "#08407a")
"""Light to dark; black letters stand on the light ones, white ones on the dark."""

WARM: Final = ("#fff1e3", "#fdd8b4", "#f8b57e", "#ec8b4e", "#d5632c", "#ae4016", "#782608")
"""The same in orange, for what is lacking."""

_WHITE_INK: Final = 5
"""Place in `RAMP` from which letters are white."""

_BETTER: Final = 0.05
"""Natural breaks are taken where they explain at least so much more than equal counts."""

_SKEWED: Final = 1.0

_ZEROS: Final = 0.05
"""Share of zeros from which they have a class of their own: nothing is not little."""

_THINNED: Final = 2000
"""Values beyond which natural breaks are looked for in so many of them, evenly in rank."""


@dataclass(frozen=True)
class Classes:
    """How values fall into classes.

    Attributes
    ----------
    edges
        Upper end of each class, which belongs to it; ascending. None where nothing is known.
    least
        The smallest value.
    scheme
        A code of `geo.terms.SCHEMES`.
    reason
        ``code`` of `geo.terms.CLASS_REASONS` and the facts of its sentence.
    counts
        Values in each class.
    unknown
        Values that are null.
    whole
        Whether all values are whole numbers.
    """

    edges: tuple[float, ...]
    least: float
    scheme: str
    reason: Mapping[str, object]
    counts: tuple[int, ...]
    unknown: int
    whole: bool

    def place(self, values: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Class of each value from 0; -1 where it is null, the last one beyond the end."""
        numbers = np.asarray(values, np.float64)
        found = np.searchsorted(np.array(self.edges), numbers)
        beyond = np.minimum(found, max(len(self.edges) - 1, 0))
        return np.where(np.isnan(numbers) | (not self.edges), -1, beyond)

    def colours(self, ramp: tuple[str, ...] = RAMP) -> list[str]:
        """Fill of each class, light to dark; ``ramp`` is `RAMP` or `WARM`."""
        return [ramp[place] for place in _steps(len(self.edges))]

    def inks(self) -> list[str]:
        """Colour of letters that can be read on each class."""
        steps = _steps(len(self.edges))
        return [symbols.WHITE if place >= _WHITE_INK else symbols.BLACK for place in steps]

    def labels(self) -> list[str]:
        """What each class holds: its two ends, or its only value.

        >>> classify([1.0, 2.0, 2.0]).labels()
        ['1', '2']
        """
        if self.scheme == "unique" or not self.edges:
            return _spell(self.edges)
        if self.whole:
            starts = [self.least, *(np.floor(edge) + 1 for edge in self.edges[:-1])]
            ends = [np.floor(edge) for edge in self.edges]
            return [_range(f"{a:,.0f}", f"{b:,.0f}") for a, b in zip(starts, ends, strict=True)]
        texts = [_range(a, b) for a, b in pairwise(_spell((self.least, *self.edges)))]
        return [f">{text}" if text.startswith("0–") and n else text for n, text in enumerate(texts)]

    def why(self, lang: str) -> str:
        """The reason for these classes, a sentence."""
        codes = [str(self.reason["code"]), *(["zeros"] if "zeros" in self.reason else [])]
        said = [terms.label("class_reason", code, lang).format_map(self.reason) for code in codes]
        return ("" if lang == "ja" else " ").join(said)

    def legend(self, label: str, lang: str, *, layer: str = "classes") -> Group:
        """The rows of the legend, the unknown last."""
        return Group(
            layer, label, tuple(self._rows(lang)), terms.label("scheme", self.scheme, lang)
        )

    def _rows(self, lang: str) -> Iterator[Row]:
        for fill, text, count in zip(self.colours(), self.labels(), self.counts, strict=True):
            swatch = mesh_swatch(symbols.MeshClass(0, fill, symbols.BLACK), "")
            yield Row(swatch, text, count)
        if self.unknown:
            yield Row(mesh_swatch(None, ""), say("unknown", lang), self.unknown)


def classify(values: npt.ArrayLike, *, scheme: Scheme | None = None, k: int = 5) -> Classes:
    """Classes of a figure that is drawn on a map.

    Parameters
    ----------
    values
        Numbers; null is unknown and in no class.
    scheme
        How to break; None chooses: few different values each by themselves, natural breaks
        where they explain clearly more of the differences than equal counts, else equal
        counts; zeros, where there are some, in a class of their own.
    k
        Classes at most, 2 to 7. Values that repeat may leave fewer.

    Raises
    ------
    ParameterWrong

    Notes
    -----
    Source: mapclassify; Fisher (1958), Jenks (1977); "explained" is the goodness of variance
    fit, 1 less the squares within classes over the squares about the mean.

    >>> classify([3.0, 3.0, 8.0, float("nan")]).counts
    (2, 1)
    """
    _check(scheme, k)
    numbers = np.asarray(values, np.float64).ravel()
    known = np.sort(numbers[~np.isnan(numbers)])
    if np.isinf(known).any():
        raise ParameterWrong(name="values", value="inf", wanted="finite numbers")
    unknown = len(numbers) - len(known)
    if not len(known):
        return Classes((), np.nan, "none", {"code": "nothing_known"}, (), unknown, whole=False)
    if scheme is None:
        chosen, edges, reason = _choose(known, k)
    else:
        chosen, edges = scheme, _break(known, scheme, k)
        reason = {"code": "asked", "fit": _percent(_fit(known, edges))}
    counts = np.bincount(np.searchsorted(edges, known), minlength=len(edges))
    whole = bool((known % 1.0 == 0.0).all())
    ends = tuple(float(edge) for edge in edges)
    return Classes(ends, float(known[0]), chosen, reason, tuple(counts.tolist()), unknown, whole)


def _check(scheme: str | None, k: int) -> None:
    if not 2 <= k <= len(RAMP):
        raise ParameterWrong(name="k", value=k, wanted="2 to 7")
    if scheme is not None and scheme not in _SCHEMES:
        raise ParameterWrong(name="scheme", value=scheme, wanted=", ".join(_SCHEMES))


def _choose(known: Floats, k: int) -> tuple[str, Floats, dict[str, object]]:
    """The scheme that suits, its edges, and why."""
    distinct = np.unique(known)
    if len(distinct) <= k:
        return "unique", distinct, {"code": "few_values", "values": len(distinct)}
    zeros = float((known == 0.0).mean())
    if known[0] == 0.0 and zeros >= _ZEROS and k > 2:
        scheme, edges, reason = _choose(known[known > 0.0], k - 1)
        return scheme, np.append(0.0, edges), reason | {"zeros": _percent(zeros)}
    breaks, equal = _break(known, "fisher_jenks", k), _break(known, "quantiles", k)
    natural, even = _fit(known, breaks), _fit(known, equal)
    if natural - even < _BETTER:
        facts: dict[str, object] = {"fit": _percent(even), "other": _percent(natural)}
        return "quantiles", equal, {"code": "even"} | facts
    facts = {"fit": _percent(natural), "other": _percent(even)}
    skew = float(((known - known.mean()) ** 3).mean() / known.std() ** 3)
    if skew > _SKEWED:
        return "fisher_jenks", breaks, {"code": "skewed", "skew": round(skew, 1)} | facts
    return "fisher_jenks", breaks, {"code": "gaps"} | facts


_SCHEMES: Final = {
    "unique": "",
    "fisher_jenks": "FisherJenks",
    "quantiles": "Quantiles",
    "equal_interval": "EqualInterval",
}
"""What mapclassify calls them."""


def _break(known: Floats, scheme: str, k: int) -> Floats:
    """Upper ends of the classes of values in ascending order."""
    distinct = np.unique(known)
    if scheme == "unique":
        if len(distinct) > len(RAMP):
            raise ParameterWrong(
                name="scheme", value="unique", wanted="one for at most 7 different values"
            )
        return distinct
    if len(distinct) == 1:
        return distinct
    import mapclassify

    make: type[MapClassifier] = getattr(mapclassify, _SCHEMES[scheme])
    used = known
    if scheme == "fisher_jenks" and len(known) > _THINNED:
        used = known[np.linspace(0, len(known) - 1, _THINNED).astype(np.int64)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        ends = make(used, k=min(k, len(np.unique(used)))).bins
    edges = np.unique(np.asarray(ends, np.float64))
    edges[-1] = known[-1]
    filled = np.bincount(np.searchsorted(edges, known), minlength=len(edges)) > 0
    return edges[filled]


def _fit(known: Floats, edges: Floats) -> float:
    """Goodness of variance fit, 0 to 1."""
    whole = float(((known - known.mean()) ** 2).sum())
    if whole == 0.0:
        return 1.0
    place = np.searchsorted(edges, known)
    many = np.bincount(place)
    middle = np.bincount(place, known) / np.maximum(many, 1)
    return 1.0 - float(((known - middle[place]) ** 2).sum()) / whole


def _percent(share: float) -> int:
    return round(share * 100)


def _steps(many: int) -> list[int]:
    """Places in `RAMP`, as far apart as so many classes can be."""
    if many == 1:
        return [len(RAMP) // 2]
    return np.rint(np.linspace(0, len(RAMP) - 1, many)).astype(int).tolist()


def _range(start: str, end: str) -> str:
    return start if start == end else f"{start}–{end}"


def _spell(numbers: tuple[float, ...]) -> list[str]:
    """Numbers with as many digits as they need to be told apart, three at least."""
    for digits in range(3, 16):
        texts = [_plain(one, digits) for one in numbers]
        if len(set(texts)) == len(set(numbers)):
            return texts
    return [repr(one) for one in numbers]


def _plain(number: float, digits: int) -> str:
    size = 0 if number == 0 else int(np.floor(np.log10(abs(number))))
    text = f"{number:,.{max(digits - 1 - size, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
