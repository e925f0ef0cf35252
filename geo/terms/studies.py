"""The words of planning studies: hot and cold spots, classes of a map, and why."""

from __future__ import annotations

from typing import Final

from geo.terms.term import Term, table_of

SPOTS: Final = table_of(
    Term("hot", "高い値が集まる所", "High values together"),
    Term("cold", "低い値が集まる所", "Low values together"),
    Term("none", "偶然と区別できない", "No more than chance"),
)

CAVEATS: Final = table_of(
    Term("many_tested", "たくさんの区画を同時に調べると、偶然だけでも「目立つ所」が出ます。そのぶんを差し引いて（Benjamini–Hochberg法）、残ったものだけを示します。示した所にも、決めた割合（ふつう5％）までのまちがいが含まれえます。なぜ高いか低いかは、この図からはわかりません。現地で確かめてください。", "Where many cells are tested at once, some stand out by chance alone. That is allowed for (Benjamini–Hochberg), and only what remains is shown; of what is shown, up to the agreed share (5 % as a rule) may still be wrong. It says nothing about why: look on the spot."),
    Term("too_few", "値のわかる区画が少なすぎて、集まりがあるかどうか調べられません。", "Too few cells have a known value to tell whether values gather."),
    Term("alone", "となりに値のわかる区画がないので、調べられません。", "No neighbouring cell has a known value, so nothing can be told here."),
    Term("unknown", "この区画の値がわかりません。", "The value of this cell is not known."),
)

SCHEMES: Final = table_of(
    Term("unique", "値ごと", "Each value by itself"),
    Term("fisher_jenks", "自然な切れ目（Fisher–Jenks）", "Natural breaks (Fisher–Jenks)"),
    Term("quantiles", "同じ数ずつ（分位）", "Equal counts (quantiles)"),
    Term("equal_interval", "同じ幅ずつ", "Equal widths"),
    Term("none", "区分なし", "No classes"),
)

CLASS_REASONS: Final = table_of(
    Term("few_values", "異なる値が{values}種類だけなので、値ごとに分けました。", "There are only {values} different values, so each has a class of its own."),
    Term("skewed", "少数の区画に大きな値がかたまっています（歪み{skew}）。自然な切れ目で分けました（値のちがいの{fit}％を区分で説明。同じ数ずつでは{other}％）。", "A few cells hold large values (skewness {skew}), so classes break where values leave gaps ({fit} % of the differences explained; equal counts: {other} %)."),
    Term("gaps", "値に切れ目があるので、そこで分けました（値のちがいの{fit}％を区分で説明。同じ数ずつでは{other}％）。", "Values leave gaps, so classes break there ({fit} % of the differences explained; equal counts: {other} %)."),
    Term("even", "値がほぼ均等に散らばっているので、同じ数ずつに分けました（値のちがいの{fit}％を区分で説明。自然な切れ目でも{other}％）。", "Values are spread evenly, so each class holds as many cells ({fit} % of the differences explained; natural breaks: {other} %)."),
    Term("zeros", "0の区画（{zeros}％）は別にしました。", "Zeros ({zeros} %) stand by themselves."),
    Term("asked", "指定された分けかたです（値のちがいの{fit}％を区分で説明）。", "Classes as asked for ({fit} % of the differences explained)."),
    Term("nothing_known", "わかっている値がありません。", "No value is known."),
)

WAYS: Final = table_of(
    Term("usual", "ふつうに", "As usual"),
    Term("no_steps", "階段を通らずに", "Without steps"),
    Term("slow", "ゆっくり（1分60m）", "Slowly (60 m a minute)"),
    Term("snow", "雪の日（1分52m・階段なし）", "In snow (52 m a minute, no steps)"),
)
"""How one walks."""

COVERED: Final = table_of(
    Term("reached", "届く", "Reached"),
    Term("maybe", "たしかめが必要", "To be asked"),
    Term("beyond", "届かない", "Unreached"),
    Term("unknown", "場所が不明", "Place unknown"),
)
"""Whether anybody reaches a household."""

JOB_STATES: Final = table_of(
    Term("waiting", "待っています", "Waiting"),
    Term("running", "計算しています", "Running"),
    Term("done", "終わりました", "Done"),
    Term("cancelled", "とめました", "Called off"),
    Term("failed", "できませんでした", "Failed"),
)

JOB_KINDS: Final = table_of(
    Term("siting", "担い手がいるとよい場所", "Where the next supporters help most"),
    Term("stops", "移動販売の停車場所", "Stops of a mobile shop"),
)
"""Studies that run beside the pages."""

DECAYS: Final = table_of(
    Term("gaussian", "なめらかに減らす（ガウス型）", "Fading smoothly (gaussian)"),
    Term("step", "近・中・遠の3段で", "In three steps"),
    Term("none", "範囲の中は同じ", "All within reach alike"),
)
"""How what a supporter offers fades with the way."""

PROJECTED: Final = table_of(
    Term("people", "人口", "people"),
    Term("people_65", "65歳以上の人口", "people aged 65 and over"),
    Term("people_75", "75歳以上の人口", "people aged 75 and over"),
)
"""Figures that are projected."""

SERVED: Final = table_of(
    Term("reached", "行ける", "Served"),
    Term("short", "近くにいるが回数がたりない", "Near, but no visit left"),
    Term("maybe", "たしかめが必要", "To be asked"),
    Term("beyond", "届かない", "Unreached"),
    Term("unknown", "場所が不明", "Place unknown"),
)
"""Whether a household gets its visit when visits are few."""
