"""What the map says to every device, and what if somebody falls ill."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.board.drawn import house, line, put
from tests.inked import needs_poppler, squeeze, squeezed_text
from tests.tablets import ask_news, begin, draw
from webapp.board.guide import guide_steps


@pytest.fixture
def workshop(leader: FlaskClient, district: str) -> str:
    """The address of an open workshop on an empty map, where two homes are too many."""
    return begin(leader, district, too_many="1")


def test_what_the_map_says_comes_with_every_stroke(leader: FlaskClient, workshop: str) -> None:
    first = draw(leader, workshop, "stroke-1", *(house(f"house-{one}") for one in "abc"))
    assert first["says"]["no_line"] == ["house-a", "house-b", "house-c"]
    second = draw(
        leader, workshop, "stroke-2",
        line("line-1", "house-a", "house-b"), line("line-2", "house-a", "house-c"),
    )  # fmt: skip
    assert second["says"]["no_line"] == ["house-a"]
    assert second["says"]["one_line"] == ["house-b", "house-c"]
    assert second["says"]["too_many"] == ["house-a"]
    assert ask_news(leader, workshop)["says"] == second["says"]
    undone = draw(leader, workshop, "undo-1", turn="undo")
    assert undone["says"] == first["says"]


def test_if_somebody_falls_ill_it_is_said_in_words_too(leader: FlaskClient, workshop: str) -> None:
    draw(
        leader, workshop, "stroke-1", *(house(f"house-{n}", number=n) for n in (1, 2, 3)),
        put("person-1", "person", house="house-1", name="試し 花子"),
        line("line-1", "house-1", "house-2"), line("line-2", "person-1", "house-3"),
        line("line-3", "house-2", "house-3"),
    )  # fmt: skip
    told = leader.get(f"{workshop}/what-if/person-1").json
    assert told is not None
    assert (told["none"], told["one"]) == (["house-2"], ["house-3"])
    assert told["words"][0] == "試し 花子が倒れると、見守る人がいなくなるのは 1軒です：2番の家"
    assert leader.get(f"{workshop}/what-if/line-1").status_code == 409
    assert leader.get(f"{workshop}/what-if/nobody").status_code == 409


@needs_poppler
def test_the_script_on_paper_has_the_questions_and_their_readings(
    leader: FlaskClient, workshop: str
) -> None:
    answer = leader.get(f"{workshop}/script.pdf")
    assert answer.mimetype == "application/pdf"
    told = squeezed_text(answer.data)
    assert "三丁目" in told
    for words in ("だれかが", "しすぎたら", "じゅんび", "1:15–1:30", "ページ 4 / 4"):
        assert squeeze(words) in told
    for step in guide_steps("ja"):
        for question in step.questions:
            for base, reading in question:
                assert squeeze(base) in told
                assert reading in told


def test_the_guide_is_read_with_furigana_and_turned_by_buttons(
    leader: FlaskClient, workshop: str
) -> None:
    page = leader.get(f"{workshop}/guide").text
    assert "<ruby>家<rp>（</rp><rt>いえ</rt>" in page
    assert 'data-marks="no_line one_line too_many"' in page
    assert "guide.js" not in page, "the page's own module brings it"
    assert "guide-page.js" in page


def test_a_step_goes_on_where_it_is_taken_twice_and_all_count_the_same_seconds(
    leader: FlaskClient, workshop: str
) -> None:
    first = draw(leader, workshop, "guide-1", turn="guide", step=2)["step"]
    again = draw(leader, workshop, "guide-2", turn="guide", step=2, minutes=25)["step"]
    assert again["since"] == first["since"]
    assert (first["minutes"], again["minutes"]) == (None, 25)
    assert 0 <= again["seconds"] < 60
    assert draw(leader, workshop, "guide-3", turn="guide", step=3)["step"]["minutes"] is None
