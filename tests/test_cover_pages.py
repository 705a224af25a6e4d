"""Who covers for whom: the page of whoever is away, the administrator's, and the calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Browser, Office, office, words
from tests.cast import A_DAY, TODAY, joined, moved

FRIDAY = TODAY + 4 * A_DAY
NAMED = {"covered_by": "carol", "first_on": str(TODAY), "last_on": str(FRIDAY)}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        yield found


def home(there: Office, person: str) -> str:
    return words(there.browser(person).get("/"))


def name(browser: Browser, path: str = "/cover", **said: Any) -> Any:
    return browser.post(path, {**NAMED, **said})


def test_a_manager_names_somebody_and_both_are_told_on_their_first_page(there: Office) -> None:
    ben = there.browser("ben")
    page = ben.get("/cover")
    assert "Carol Nduka" in words(page) or there.register.read.name("carol") in words(page)
    answer = name(ben)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cover?done=named")
    carol, own = there.register.read.name("carol"), there.register.read.name("ben")
    days = "from 16 November 2026 to 20 November 2026"
    assert f"{carol} covers for you {days}. You named this." in home(there, "ben")
    assert f"You cover for {own} {days}. {own} named this." in home(there, "carol")
    assert "cover" not in home(there, "amina")


def test_the_inbox_of_whoever_covers_marks_for_whom_it_is(there: Office) -> None:
    name(there.browser("ben"))
    there.declare("amina", "out-of-hours-encounter")
    own = there.register.read.name("ben")
    assert f"For {own}, for whom you cover." in words(there.browser("carol").get("/inbox"))


def test_it_is_ended_on_the_page_and_told_for_a_week(there: Office) -> None:
    ben = there.browser("ben")
    name(ben)
    (cover,) = there.register.covering.known_to("ben")
    path = f"/cover/{cover.id}/end"
    assert path in ben.get("/cover").text
    assert path not in there.browser("carol").get("/cover").text
    assert there.browser("carol").post(path).status_code == 403
    assert there.browser("femi").post(path).status_code == 404
    assert ben.post(path).headers["location"] == "/cover?done=ended"
    over = "You no longer cover for"
    assert over in home(there, "carol")
    there.clock.goes_on(8 * A_DAY)
    assert over not in home(there, "carol")


def test_what_is_wrong_is_said_beside_its_question_and_nothing_filled_in_is_lost(
    there: Office,
) -> None:
    answer = name(there.browser("ben"), last_on="1/3/2026", first_on="whenever")
    assert answer.status_code == 422
    said = words(answer)
    assert "The first day Write the day, the month and the year" in said
    assert "The last day This day has gone by." in said
    assert 'value="whenever"' in answer.text
    assert '<option value="carol" selected>' in answer.text


def test_an_administrator_names_it_for_somebody_absent(there: Office) -> None:
    ada = there.browser("ada")
    assert "/people/ben/cover" in ada.get("/people/of/ben").text
    answer = name(ada, "/people/ben/cover")
    assert answer.headers["location"] == "/people/ben/cover?done=named"
    assert there.register.read.name("ada") + " named this." in home(there, "ben")
    (cover,) = there.register.covering.known_to("ada")
    ended = ada.post(f"/cover/{cover.id}/end")
    assert ended.headers["location"] == "/people/ben/cover?done=ended"


def test_it_lists_whom_one_covers_for_apart(there: Office) -> None:
    name(there.browser("ben"))
    own, carols = (words(there.browser(each).get("/cover")) for each in ("ben", "carol"))
    assert "covers for you" in own
    assert "Whom you cover for" not in own
    assert "You cover for" in carols.partition("Whom you cover for")[2]
    assert "You cover for" not in carols.partition("Whom you cover for")[0]


def test_that_a_covers_own_cover_does_not_come_in_is_said(there: Office) -> None:
    there.register.change_directory([joined("mo", under="carol"), moved("gus", under="mo")])
    name(there.browser("ben"), covered_by="mo")
    name(there.browser("mo"), covered_by="carol")
    page = words(there.browser("ada").get("/people/ben/cover"))
    mo, carol, ben = map(there.register.read.name, ("mo", "carol", "ben"))
    assert f"{carol} covers for {mo} then, but not for {ben}." in page


def test_it_is_not_offered_for_whoever_is_a_worker_alone(there: Office) -> None:
    ada = there.browser("ada")
    assert "Who covers for them" in words(ada.get("/people/of/ben"))
    assert "Who covers for them" not in words(ada.get("/people/of/amina"))


def test_these_pages_are_for_those_whom_it_concerns(there: Office) -> None:
    for person in ("amina", "dev", "ada"):
        assert there.browser(person).get("/cover").status_code == 403
    for person in ("amina", "ben", "carol", "dev"):
        assert there.browser(person).get("/people/ben/cover").status_code == 403
    assert there.browser("ada").get("/people/nobody-here/cover").status_code == 404
    assert there.browser("ada").get("/people/amina/cover").status_code == 200


# By the API


def call(there: Office, person: str, path: str, body: Any) -> Any:
    headers = {"content-type": "application/json"}
    return there.browser(person).post(path, headers=headers, json=body)


def test_programs_name_list_and_end_covers(there: Office) -> None:
    made = call(there, "ben", "/api/covers", NAMED)
    assert made.status_code == 201
    cover = made.json()
    assert cover == {
        "id": cover["id"],
        "person": "ben",
        **NAMED,
        "named_by": "ben",
        "ended_on": None,
        "ended_by": None,
    }
    again = call(there, "ben", "/api/covers", NAMED)
    assert (again.status_code, again.json()) == (200, cover)
    listed = there.browser("carol").get("/api/covers").json()
    assert listed == {"items": [cover], "next": None}
    assert there.browser("ada").get("/api/covers").json() == listed
    assert there.browser("femi").get("/api/covers").json()["items"] == []
    ended = call(there, "ben", f"/api/covers/{cover['id']}/end", {})
    assert ended.json() == {**cover, "ended_on": str(TODAY), "ended_by": "ben"}


def test_programs_are_told_what_is_wrong_at_its_field(there: Office) -> None:
    answer = call(there, "ben", "/api/covers", {**NAMED, "covered_by": "ben"})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["covered_by"]
    assert call(there, "amina", "/api/covers", NAMED).status_code == 403
    assert call(there, "ben", "/api/covers/7/end", {}).status_code == 422


def test_programs_are_told_for_whom_an_alert_is_and_an_act_was(there: Office) -> None:
    name(there.browser("ben"))
    met = there.declare("amina", "out-of-hours-encounter")
    (alert,) = there.browser("carol").get("/api/alerts").json()["items"]
    assert alert["for_person"] == "ben"
    there.register.acknowledge("carol", str(met), {"note": "We talked.", "actions": []})
    lines = there.browser("amina").get(f"/api/declarations/{met}/history").json()["items"]
    done = next(each for each in lines if each["event"] == "declaration-acknowledged")
    assert (done["actor"], done["for_person"]) == ("carol", "ben")
