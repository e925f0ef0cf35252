from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.casework.searching import look_alike, search_people
from webapp.register.house import Register
from webapp.register.records import Consent, Household, Person
from webapp.register.spelling import address_key, person_key
from webapp.register.trail.access_event import AccessEvent
from webapp.register.viewer import Viewer

PEOPLE = (
    ("takasaki", "髙﨑　ふく子", "タカサキ　フクコ", "093-961-0001", "守恒本町1丁目2番3号"),
    ("ono", "大野　しん一", "オオノ　シンイチ", "080-1234-5678", "守恒本町2丁目20番"),
    ("honma", "本間　京太郎", "ホンマ　キョウタロウ", None, "北方3丁目4番5号"),
    ("watanabe", "渡邉　ミツ", "ワタナベ　ミツ", "093-555-7777", "北方3丁目4番6号"),
    ("plain", "さとう　はな", None, "090-0000-1111", "徳力9丁目"),
    ("roman", "金　英子", "Kim Yeongja", None, "徳力1丁目"),
)


@pytest.fixture
def town(sqlite_register: Register) -> Register:
    """Six people of D1 and one of D2 who is called as the first."""
    with sqlite_register.change(at_the_terminal(), "matching", "first") as change:
        for place, (identity, name, kana, phone, address) in enumerate(PEOPLE):
            home = change.add(
                Household, id=f"home{place}", district_id="D1", address=address,
                address_key=address_key(address),
            )  # fmt: skip
            change.session.flush()
            change.add(
                Person, id=identity, household_id=home.id, district_id="D1", name=name, kana=kana,
                search_key=person_key(name, kana), phone=phone,
            )  # fmt: skip
        change.add(
            Person, id="elsewhere", household_id="H2", district_id="D2", name="髙﨑　ふく子",
            kana="タカサキ　フクコ",
        )  # fmt: skip
    return sqlite_register


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("takasaki", "takasaki"),
        ("Takasaki Fukuko", "takasaki"),
        ("takasaki hukuko", "takasaki"),
        ("高崎", "takasaki"),
        ("髙﨑ふく子", "takasaki"),
        ("ﾀｶｻｷ", "takasaki"),
        ("たかさき", "takasaki"),
        ("ふくこ", "takasaki"),
        ("たかざき", "takasaki"),
        ("takasakki", "takasaki"),
        ("takasaku", "takasaki"),
        ("０９３９６１", "takasaki"),
        ("961-0001", "takasaki"),
        ("守恒本町一丁目２", "takasaki"),
        ("守恒本町1-2-3", "takasaki"),
        ("高崎 守恒", "takasaki"),
        ("守垣本町1丁目2", "takasaki"),
        ("ohno", "ono"),
        ("oono", "ono"),
        ("Ōno", "ono"),
        ("しんいち", "ono"),
        ("shin'ichi", "ono"),
        ("sinniti", "ono"),
        ("5678", "ono"),
        ("homma", "honma"),
        ("kyotaro", "honma"),
        ("kyōtarō", "honma"),
        ("渡辺", "watanabe"),
        ("渡邊ミツ", "watanabe"),
        ("watanabbe", "watanabe"),
        ("satou", "plain"),
        ("サトウ", "plain"),
        ("kimu", "roman"),
    ],
)
def test_somebody_is_found_however_it_is_typed(
    town: Register, consultant: Viewer, typed: str, who: str
) -> None:
    found = search_people(town, consultant, typed)
    assert found, typed
    assert found[0].card.id == who


@pytest.mark.parametrize("typed", ["", "　", "zzzz", "鈴木一郎太", "0820821082", "12"])
def test_what_is_nobodys_finds_nobody(town: Register, consultant: Viewer, typed: str) -> None:
    assert search_people(town, consultant, typed) == []


def test_people_of_other_districts_are_not_found(town: Register, consultant: Viewer) -> None:
    ids = {one.card.id for one in search_people(town, consultant, "takasaki")}
    assert ids == {"takasaki"}
    of_both = viewer_of("consultant", "a-b", frozenset({"D1", "D2"}))
    both = {one.card.id for one in search_people(town, of_both, "takasaki")}
    assert both == {"takasaki", "elsewhere"}


def test_what_somebody_withholds_is_no_way_to_find_them(town: Register, consultant: Viewer) -> None:
    assert search_people(town, consultant, "0939610001")
    refuse(town, "takasaki", ["phone"])
    assert search_people(town, consultant, "0939610001") == []
    (still,) = search_people(town, consultant, "takasaki")
    assert still.card.phone is None
    assert still.card.address is not None
    refuse(town, "takasaki", None)
    assert search_people(town, consultant, "takasaki") == []


def refuse(register: Register, person: str, fields: list[str] | None) -> None:
    with register.change(at_the_terminal(), "matching", "no") as change:
        change.add(
            Consent, person_id=person, district_id="D1", basis="self", purpose="matching",
            status="refused", fields=fields, given_on=datetime.now(UTC),
        )  # fmt: skip


def test_only_who_is_shown_is_read(town: Register, consultant: Viewer) -> None:
    search_people(town, consultant, "takasaki")
    with Session(town.engine) as session:
        asked = select(AccessEvent.record, AccessEvent.record_id).where(
            AccessEvent.account == consultant.account, AccessEvent.deed == "read"
        )
        read = {(one.record, one.record_id) for one in session.execute(asked)}
    assert read == {("person", "takasaki"), ("household", "home0")}


def test_somebody_added_is_found_at_once(town: Register, consultant: Viewer) -> None:
    assert search_people(town, consultant, "kuroda") == []
    with town.change(at_the_terminal(), "matching", "new") as change:
        change.add(
            Person, id="new", household_id="H1", district_id="D1", name="黒田", kana="クロダ"
        )
    assert [one.card.id for one in search_people(town, consultant, "kuroda")] == ["new"]
    with town.change(at_the_terminal(), "matching", "new") as change:
        change.revise(Person, "new", 1, name="白田", kana="シロタ")
    assert search_people(town, consultant, "kuroda") == []
    assert [one.card.id for one in search_people(town, consultant, "sirota")] == ["new"]
    with town.change(at_the_terminal(), "matching", "gone") as change:
        change.erase(change.get(Person, "new"))
    assert search_people(town, consultant, "sirota") == []


def test_who_is_alike_is_pointed_out_with_the_reason(town: Register, consultant: Viewer) -> None:
    def alike(**told: str) -> dict[str, str]:
        blank = dict.fromkeys(("name", "kana", "phone", "address"), "")
        return dict(look_alike(town, consultant, **(blank | told)))

    assert alike(phone="０９３（９６１）０００１") == {"takasaki": "same_phone"}
    assert alike(name="高崎ふく子", address="守恒本町1-2-3") == {"takasaki": "same_name_address"}
    assert alike(kana="たかさき　ふくこ", address="守恒本町1-2-3") == {
        "takasaki": "same_kana_address"
    }
    assert alike(name="高崎ふく子", address="別の町1") == {"takasaki": "same_name"}
    assert alike(name="別の人", address="守恒本町1-2-3") == {"takasaki": "same_address"}
    assert alike(name="別の人", phone="000") == {}
