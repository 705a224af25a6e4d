"""Who has looked: the worker sees it at once, an auditor sees all of it, and nobody removes any."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from events.looks import LooksGathered
from register.access import tokens
from register.access.marks import Marks
from register.console.looks import exported
from register.reading.looks.audit_events import READ, audit_events
from tests.browser import HOME, Office, here, words

__all__ = ["here"]
GIFT = "/declarations/{}"


@pytest.fixture
def gift(here: Office) -> UUID:
    return here.declare("amina", "gift")


def looked(here: Office, person: str, gift: UUID, times: int = 1) -> None:
    browser = here.browser(person)
    for _ in range(times):
        assert browser.get(GIFT.format(gift)).status_code == 200


def called(here: Office, person: str, address: str) -> Any:
    """What a program with a token of this person is answered."""
    with here.log.database.write() as connection:
        token = tokens.create(connection, Marks(here.log.keyring), person, here.log.now())
    return here.browser(None).get(address, headers={"authorization": f"Bearer {token}"})


def listed(here: Office, person: str, asked: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = here.browser(person).get(f"/api/looks{asked}").json()["items"]
    return items


# What a worker sees


def test_a_worker_sees_at_once_who_looked_in_which_role_and_why(here: Office, gift: UUID) -> None:
    assert "Nobody else yet." in here.browser("amina").get(GIFT.format(gift)).text
    looked(here, "carol", gift)
    said = "Carol Price read it, as service director, because they were told of it."
    for page in (GIFT.format(gift), f"{GIFT.format(gift)}/looked", "/looked"):
        assert said in words(here.browser("amina").get(page)), page


def test_a_list_that_shows_what_was_declared_is_a_look_at_each_of_it(
    here: Office, gift: UUID
) -> None:
    other = here.declare("gus", "gift")
    here.browser("carol").get("/team")
    assert "Carol Price saw it on a list" in words(here.browser("amina").get("/looked"))
    (look,) = listed(here, "amina")
    assert [each["declaration"] for each in look["at"]] == [str(gift)]
    assert str(other) not in here.browser("amina").get("/looked").text


def test_what_stands_beside_another_one_is_seen_too(here: Office, gift: UUID) -> None:
    other = here.declare("gus", "gift")
    looked(here, "carol", other)
    page = words(here.browser("amina").get("/looked"))
    assert "Carol Price saw it on a list" in page
    assert str(other) not in page
    said = words(here.browser("dev").get("/looks"))
    assert "Carol Price read it, as service director" in said


def test_what_programs_read_stands_apart(here: Office, gift: UUID) -> None:
    assert called(here, "carol", f"/api/declarations/{gift}").status_code == 200
    page = words(here.browser("amina").get("/looked"))
    assert page.index("Read by programs") < page.index("Carol Price read it")
    assert listed(here, "amina")[0]["by_program"] is True


def test_only_its_worker_sees_who_looked_at_a_declaration(here: Office, gift: UUID) -> None:
    looked(here, "carol", gift)
    for person in ("gus", "eve"):
        assert here.browser(person).get(f"{GIFT.format(gift)}/looked").status_code == 404
        assert "Carol" not in here.browser(person).get("/looked").text
        assert listed(here, person) == []
        assert here.browser(person).get("/api/looks?worker=amina").status_code == 403


def test_people_see_what_they_looked_at_themselves(here: Office, gift: UUID) -> None:
    looked(here, "carol", gift)
    (look,) = listed(here, "carol", "?by=carol")
    assert look["at"][0]["declaration"] == str(gift)
    assert here.browser("gus").get("/api/looks?by=carol&worker=amina").status_code == 403


def test_a_long_list_of_looks_goes_on_page_by_page(here: Office, gift: UUID) -> None:
    for _ in range(3):
        looked(here, "carol", gift)
        here.clock.goes_on(timedelta(minutes=61))
    first = here.browser("amina").get("/api/looks?limit=2").json()
    second = here.browser("amina").get(f"/api/looks?limit=2&after={first['next']}").json()
    assert [len(each["items"]) for each in (first, second)] == [2, 1]
    assert second["next"] is None


# What is one look


def test_looking_at_the_same_again_within_an_hour_is_one_look_with_a_count(
    here: Office, gift: UUID
) -> None:
    looked(here, "carol", gift, times=2)
    here.clock.goes_on(timedelta(minutes=20))
    looked(here, "carol", gift)
    looked(here, "ben", gift)
    assert sorted((each["by"], each["count"]) for each in listed(here, "amina")) == [
        ("ben", 1),
        ("carol", 3),
    ]
    here.clock.goes_on(timedelta(minutes=41))
    looked(here, "carol", gift)
    assert [each["count"] for each in listed(here, "amina") if each["by"] == "carol"] == [1, 3]


def test_a_list_that_refreshes_itself_adds_nothing_to_the_count(here: Office, gift: UUID) -> None:
    carol = here.browser("carol")
    carol.get("/inbox")
    for _ in range(3):
        carol.get("/inbox", headers={"hx-request": "true"})
    assert [each["count"] for each in listed(here, "amina")] == [1]


def test_what_a_refreshed_list_shows_for_the_first_time_is_a_look(here: Office, gift: UUID) -> None:
    here.browser("carol").get("/inbox", headers={"hx-request": "true"})
    assert [each["count"] for each in listed(here, "amina")] == [1]


def test_whoever_asks_about_a_pair_and_is_told_that_it_is_excluded_has_looked(
    here: Office,
) -> None:
    here.declare("amina", "prior-acquaintance")
    carol = here.browser("carol")
    for worker, is_so in (("gus", False), ("amina", True)):
        pair = {"worker": worker, "service_user": "SU-1042"}
        answer = carol.call("POST", "/api/exclusions/check", json=pair, headers={"origin": HOME})
        assert answer.json() == {"excluded": is_so}
        assert len(listed(here, "dev", "?by=carol")) == is_so
    (look,) = listed(here, "amina")
    assert (look["by"], look["shown"]) == ("carol", "key_working")


def test_nothing_is_shown_to_a_head_and_so_nobody_looked(here: Office, gift: UUID) -> None:
    here.browser("carol").call("HEAD", GIFT.format(gift))
    assert listed(here, "amina") == []


def test_a_program_that_is_refused_at_the_door_is_kept_as_well(here: Office, gift: UUID) -> None:
    with here.log.database.write() as connection:
        token = tokens.create(
            connection,
            Marks(here.log.keyring),
            "eve",
            here.log.now(),
            scopes=[tokens.Scope.DECLARE],
        )
    for address in (f"/api/declarations/{gift}", "/scim/v2/Users"):
        bearer = {"authorization": f"Bearer {token}"}
        assert here.browser(None).get(address, headers=bearer).status_code == 403
    (look,) = listed(here, "dev", "?by=eve")
    assert (look["shown"], look["count"], look["by_program"]) == ("refusal", 2, True)


def test_a_program_that_is_refused_further_in_is_kept_as_well(here: Office) -> None:
    with here.log.database.write() as connection:
        token = tokens.create(
            connection, Marks(here.log.keyring), "ada", here.log.now(), scopes=[tokens.Scope.SCIM]
        )
    bearer = {"authorization": f"Bearer {token}"}
    for path, status in (("Users/nobody", 404), ("Schemas?filter=id", 403), ("Users", 200)):
        answer = here.browser(None).get(f"/scim/v2/{path}", headers=bearer)
        assert answer.status_code == status, answer.text
    (look,) = listed(here, "dev", "?by=ada")
    assert (look["shown"], look["count"], look["by_program"]) == ("refusal", 2, True)


def test_refusals_of_one_person_are_one_an_hour_and_strangers_leave_nothing(
    here: Office, gift: UUID
) -> None:
    eve = here.browser("eve")
    for address in (GIFT.format(gift), "/register", f"/api/declarations/{gift}"):
        assert eve.get(address).status_code in (403, 404)
    here.browser(None).get(GIFT.format(gift))
    here.browser(None).get(f"/api/declarations/{gift}")
    (look,) = listed(here, "dev")
    assert (look["by"], look["shown"], look["count"], look["at"]) == ("eve", "refusal", 3, [])
    assert listed(here, "amina") == []


# What an auditor sees


def test_an_auditor_sees_every_look_and_their_own(here: Office, gift: UUID) -> None:
    looked(here, "carol", gift)
    looked(here, "dev", gift)
    page = words(here.browser("dev").get("/looks"))
    for name in ("Carol Price read it, as service director", "Dev Rao read it, as auditor"):
        assert name in page
    for person in ("amina", "carol", "ada"):
        assert here.browser(person).get("/looks").status_code == 403


def test_an_auditor_finds_looks_by_person_worker_and_day(here: Office, gift: UUID) -> None:
    looked(here, "carol", gift)
    here.clock.goes_on(timedelta(days=1))
    looked(here, "ben", gift)
    dev = here.browser("dev")
    for asked, shown, hidden in (
        ({"text": "carol"}, "Carol Price", "Ben Okoro read"),
        ({"since": "2026-11-17"}, "Ben Okoro", "Carol Price read"),
        ({"until": "2026-11-16"}, "Carol Price", "Ben Okoro read"),
        ({"worker": "gus"}, "There are none", "read it"),
    ):
        found = words(dev.get(dev.post("/looks", asked).headers["location"]))
        assert shown in found, asked
        assert hidden not in found, asked


def test_looks_are_given_as_audit_events_by_ids_and_without_words(here: Office, gift: UUID) -> None:
    looked(here, "carol", gift)
    here.browser("eve").get(GIFT.format(gift))
    answer = here.browser("dev").get("/looks.ndjson")
    assert answer.headers["content-type"] == "application/fhir+ndjson"
    events = [json.loads(each) for each in answer.text.splitlines()]
    assert len(events) == 2
    for event in events:
        AuditEvent.model_validate(event)
        check_as_balp_asks(event)
    refused, read = events
    assert (refused["outcome"], read["outcome"]) == ("4", "0")
    assert read["meta"]["profile"] == [READ]
    assert read["agent"][2]["who"]["identifier"]["value"] == "carol"
    assert read["agent"][2]["role"][0]["coding"][0]["code"] == "service_director"
    assert read["entity"][0]["what"]["identifier"]["value"] == str(gift)
    for word in ("Carol Price", "Silver", "SU-1042"):
        assert word not in answer.text


def check_as_balp_asks(event: dict[str, Any]) -> None:
    """What the profile `IHE.BasicAudit.Read` asks of an event beyond FHIR itself."""
    assert event["type"]["code"] == "rest"
    assert "read" in [each["code"] for each in event["subtype"]]
    assert event["action"] == "R"
    agents = {each["type"]["coding"][0]["code"]: each for each in event["agent"]}
    assert set(agents) == {"110152", "110153", "IRCP"}
    for machine in ("110152", "110153"):
        assert agents[machine]["who"]
        assert agents[machine]["network"]
        assert "media" not in agents[machine]
    assert agents["IRCP"]["requestor"] is True
    assert "network" not in agents["IRCP"]
    data = [each for each in event["entity"] if each["type"]["code"] == "2"]
    assert len(data) == 1
    assert data[0]["role"]["code"] in ("3", "4", "20")
    assert data[0]["what"]


def test_an_export_of_looks_is_of_the_days_asked_for(here: Office, gift: UUID) -> None:
    looked(here, "carol", gift)
    here.clock.goes_on(timedelta(days=1))
    looked(here, "ben", gift)
    (first, last) = (here.clock.shows.date() - timedelta(days=1), here.clock.shows.date())
    for days, people in (((first, first), ["carol"]), ((None, None), ["ben", "carol"])):
        found = [event for kept in exported(here.log, *days) for event in audit_events(kept)]
        who = [event["agent"][2]["who"]["identifier"]["value"] for event in found]
        assert who == people, (days, last)


# That it is written first


def test_nothing_is_shown_where_it_cannot_be_kept_who_looks(here: Office, gift: UUID) -> None:
    carol = here.browser("carol")
    here.register.looks.close()  # from here on it takes none
    for address in (GIFT.format(gift), "/inbox", f"/api/declarations/{gift}", "/team"):
        answer = carol.get(address)
        assert answer.status_code == 503, address
        assert "Silver" not in answer.text
    assert here.browser("dev").get("/register.csv").status_code == 503
    assert here.browser("eve").get(GIFT.format(gift)).status_code == 404
    assert carol.get("/policy").status_code == 303


# That nobody removes any


@pytest.fixture
def gathered(here: Office, gift: UUID) -> Office:
    looked(here, "carol", gift, times=2)
    looked(here, "ben", gift)
    here.register.clock.tick()
    return here


def test_each_minute_with_looks_is_one_entry_and_a_minute_without_is_none(
    gathered: Office, gift: UUID
) -> None:
    def entries() -> list[tuple[int, int]]:
        found = gathered.log.after(topics=(LooksGathered.TOPIC,))
        return [(each.rows, each.looks) for each in found if isinstance(each, LooksGathered)]

    assert entries() == [(3, 3)]
    for _ in range(2):
        gathered.clock.goes_on(timedelta(minutes=1))
        gathered.register.clock.tick()
    assert entries() == [(3, 3)]
    looked(gathered, "dev", gift)
    gathered.register.clock.tick()
    assert entries() == [(3, 3)], "the minute is not over"
    gathered.clock.goes_on(timedelta(minutes=1))
    gathered.register.clock.tick()
    assert entries() == [(3, 3), (1, 1)]
    told = words(gathered.browser("dev").get("/entries?own_steps=yes"))
    assert "People had looked 3 times: looks 1 to 3 are kept." in told
