"""Classes of a map: chosen by the values, for a reason said in words, and told apart in grey."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import terms
from geo.draw.classes import RAMP, Classes, classify
from geo.draw.swatches import mesh_swatch
from geo.errors import ParameterWrong


def test_few_values_have_a_class_each() -> None:
    classes = classify([0.0, 3.0, 3.0, 1.0, np.nan, 0.0])
    assert classes.edges == (0.0, 1.0, 3.0)
    assert (classes.scheme, classes.counts, classes.unknown) == ("unique", (2, 1, 2), 1)
    assert classes.reason == {"code": "few_values", "values": 3}
    assert classes.labels() == ["0", "1", "3"]


def test_evenly_spread_values_are_shared_out_equally() -> None:
    classes = classify(np.arange(100.0))
    assert (classes.scheme, classes.reason["code"]) == ("quantiles", "even")
    assert classes.counts == (20, 20, 20, 20, 20)
    assert classes.labels()[:2] == ["0–19", "20–39"]


def test_skewed_values_break_where_they_leave_gaps() -> None:
    values = np.concatenate([np.linspace(0, 10, 80), [55, 56, 57], [200, 201]])
    classes = classify(values)
    assert (classes.scheme, classes.reason["code"]) == ("fisher_jenks", "skewed")
    assert classes.edges[-2:] == (57.0, 201.0)
    assert classes.counts[-2:] == (3, 2)
    assert "歪み" in classes.why("ja")
    assert "%" in classes.why("en")


def test_nothing_is_not_little() -> None:
    values = np.concatenate([np.zeros(30), np.linspace(0.5, 10.0, 70)])
    classes = classify(values)
    assert classes.edges[0] == 0.0
    assert classes.counts[0] == 30
    assert len(classes.edges) == 5
    assert classes.labels()[:2] == ["0", ">0–2.88"]
    assert classes.reason["zeros"] == 30
    assert classes.why("ja").endswith("0の区画（30％）は別にしました。")
    assert classes.why("en").endswith("Zeros (30 %) stand by themselves.")
    assert classify(np.round(values)).labels()[:2] == ["0", "1–3"]
    assert classify(np.concatenate([[0.0], np.linspace(0.5, 10.0, 70)])).edges[0] > 0.0


def test_gaps_without_a_skew_are_said_to_be_gaps() -> None:
    values = np.concatenate(
        [np.linspace(0, 1, 5), np.linspace(50, 51, 90), np.linspace(99, 100, 5)]
    )
    assert classify(values, k=3).reason["code"] == "gaps"


def test_breaks_are_the_best_there_are() -> None:
    random = np.random.default_rng(3)
    values = np.sort(random.gamma(1.0, 10.0, 25))

    def within(ends: tuple[int, ...]) -> float:
        parts = np.split(values, ends)
        return sum(float(((part - part.mean()) ** 2).sum()) for part in parts)

    best = min(itertools.combinations(range(1, 25), 3), key=within)
    edges = classify(values, scheme="fisher_jenks", k=4).edges
    assert edges == tuple(float(part[-1]) for part in np.split(values, best))


def test_a_scheme_that_is_asked_for_is_taken_and_said() -> None:
    classes = classify([0.0, 1.0, 2.0, 8.0, 9.0, 10.0], scheme="equal_interval", k=2)
    assert classes.edges == (5.0, 10.0)
    assert classes.reason["code"] == "asked"
    assert classes.labels() == ["0–5", "6–10"]
    assert classify([4.0, 4.0], scheme="quantiles").edges == (4.0,)


def test_nothing_known_has_no_class() -> None:
    classes = classify([np.nan, np.nan])
    assert (classes.edges, classes.scheme, classes.unknown) == ((), "none", 2)
    assert classes.place([1.0, np.nan]).tolist() == [-1, -1]
    assert len(classes.legend("x", "ja").rows) == 1


def test_the_unknown_is_hatched_and_not_the_lightest() -> None:
    classes = classify([1.0, 2.0, 3.0, np.nan])
    rows = classes.legend("点数", "ja").rows
    assert [row.label for row in rows] == ["1", "2", "3", "不明"]
    assert rows[-1].swatch == mesh_swatch(None, "")
    assert [row.count for row in rows] == [1, 1, 1, 1]
    assert classes.place([np.nan, 1.0, 2.5, 9.0]).tolist() == [-1, 0, 2, 2]


def test_labels_of_small_differences_stay_apart() -> None:
    classes = classify(np.linspace(0.12341, 0.12349, 60), k=3)
    assert len(set(classes.labels())) == 3
    assert classify([1234567.5, 2000000.25]).labels() == ["1,234,568", "2,000,000"]


def lightness(colour: str, weights: tuple[float, float, float] = (0.2126, 0.7152, 0.0722)) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    light = sum(w * p for w, p in zip(weights, linear, strict=True))
    return 116 * light ** (1 / 3) - 16


def test_colours_are_told_apart_in_grey_and_without_red_or_green() -> None:
    # A missing kind of cone takes its share of the lightness with it (Viénot et al. 1999).
    for weights in ((0.2126, 0.7152, 0.0722), (0.0, 0.93, 0.07), (0.74, 0.19, 0.07)):
        steps = -np.diff([lightness(colour, weights) for colour in RAMP])
        assert steps.min() > 5.0
    assert -np.diff([lightness(colour) for colour in RAMP]).min() > 6.0


def test_letters_can_be_read_on_every_class() -> None:
    for many in range(1, 8):
        edges = tuple(float(one) for one in range(many))
        classes = Classes(edges, 0.0, "unique", {}, (1,) * many, 0, whole=True)
        assert len(set(classes.colours())) == many
        for fill, ink in zip(classes.colours(), classes.inks(), strict=True):
            low, high = sorted((lightness(fill), lightness(ink)))
            ratio = (((high + 16) / 116) ** 3 + 0.05) / (((low + 16) / 116) ** 3 + 0.05)
            assert ratio >= 4.5


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.integers(2, 7))
@settings(max_examples=40)
def test_the_highest_value_is_in_the_last_class(values: list[float], k: int) -> None:
    classes = classify(values, scheme="equal_interval", k=k)
    assert len(classes.counts) == len(classes.edges)
    assert classes.edges[-1] == max(values)
    assert sum(classes.counts) == len(values)


@pytest.mark.parametrize("asked", [{"k": 1}, {"k": 8}, {"scheme": "pretty"}])
def test_wrong_words_are_said(asked: dict[str, object]) -> None:
    with pytest.raises(ParameterWrong):
        classify([1.0, 2.0], **asked)


def test_wrong_values_are_said() -> None:
    with pytest.raises(ParameterWrong):
        classify([np.inf, 1.0])
    with pytest.raises(ParameterWrong):
        classify(np.arange(9.0), scheme="unique")


def test_every_reason_has_its_words() -> None:
    facts = {"values": 3, "skew": 1.2, "fit": 90, "other": 80, "zeros": 7}
    for code in terms.CLASS_REASONS:
        for lang in ("ja", "en"):
            assert "{" not in terms.label("class_reason", code, lang).format_map(facts)


@given(st.lists(st.integers(-40, 40) | st.none(), max_size=60), st.integers(2, 7))
@settings(max_examples=40)
def test_every_value_has_its_class(values: list[int | None], k: int) -> None:
    numbers = np.array([np.nan if one is None else one for one in values], float)
    classes = classify(numbers, k=k)
    place = classes.place(numbers)
    assert sum(classes.counts) + classes.unknown == len(numbers)
    assert len(classes.edges) <= k
    assert list(classes.edges) == sorted(set(classes.edges))
    assert np.bincount(place[place >= 0], minlength=len(classes.counts)).tolist() == list(
        classes.counts
    )
    assert 0 not in classes.counts
    assert len(set(classes.labels())) == len(classes.edges)


def test_many_values_are_quick_and_nearly_as_good() -> None:
    values = np.random.default_rng(5).gamma(1.0, 10.0, 40_000)
    classes = classify(values)
    assert classes.scheme == "fisher_jenks"
    assert int(str(classes.reason["fit"])) >= 93
