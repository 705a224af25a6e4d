"""What was sent, for programs: to everybody their own, to administrators what their page shows."""

from __future__ import annotations

from typing import Any

from events.alerts import AlertRaised
from events.names import Cause, Channel, Delivery
from tests.cast import A_MINUTE, details, directed
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague
from tests.test_tokens_for_services import Program
from tests.told import Told

PATH = "/api/notices"


def listed(told: Told, person: str, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = told.browser(person).get(PATH, **asked).json()["items"]
    return items


def test_everybody_reads_their_own_and_nobody_elses(told: Told) -> None:
    told.here.declare("amina")
    told.goes()
    (raised,) = told.happened(AlertRaised)
    (item,) = listed(told, "carol")
    assert (item["person"], item["channel"], item["state"]) == (
        "carol",
        Channel.EMAIL,
        Delivery.SENT,
    )
    assert item["sent_at"] is not None
    assert item["goes_at"] is item["reason"] is None
    (tells,) = item["tells"]
    assert tells["cause"] == Cause.RAISED
    assert tells["alert"] == str(raised.originator_id)
    assert tells["due_at"] is not None
    for person in ("amina", "ben", "dev"):
        assert listed(told, person) == []


def test_nothing_in_it_tells_the_kind_or_the_person(told: Told) -> None:
    told.here.declare("amina")
    told.goes()
    for reader in ("carol", "ada"):
        said = told.browser(reader).get(PATH).text.casefold()
        for word in ("gift", "amina", "su-1042", "frame", "decide", "elm", "example.org"):
            assert word not in said


def test_what_waits_says_when_it_goes_and_what_failed_says_why(told: Told) -> None:
    told.mail.refuses.add("carol@example.org")
    told.here.declare("amina")
    told.mail.stop()
    told.goes()
    (waits,) = listed(told, "carol", stuck="true")
    assert (waits["state"], waits["reason"]) == ("waiting", "not_reached")
    assert waits["goes_at"] is not None
    assert listed(told, "carol") == [waits]


def test_an_administrator_reads_what_their_page_shows(told: Told) -> None:
    told.here.declare("amina")
    told.here.declare("eve")
    told.reaching.try_out("ada")
    told.goes()
    lines = told.here.register.notices.outbox.lines("ada")
    items = listed(told, "ada")
    assert [each["id"] for each in items] == [str(each.id) for each in lines]
    assert {"carol", "ada"} < {each["person"] for each in items}
    for each in items:
        assert all(one["alert"] is one["due_at"] is None for one in each["tells"])


def test_it_has_pages(told: Told) -> None:
    for _ in range(5):
        told.here.declare("amina")
        told.goes()
        told.here.clock.goes_on(A_MINUTE)
    for person in ("carol", "ada"):
        whole, found, after = listed(told, person), [], None
        while True:
            asked = {} if after is None else {"after": after}
            page = told.browser(person).get(PATH, limit=2, **asked).json()
            found += page["items"]
            after = page["next"]
            if after is None:
                break
        assert found == whole
        assert len(found) == 5
        moments = [each["made_at"] for each in found]
        assert moments == sorted(moments, reverse=True)


def test_of_what_one_is_barred_from_there_is_nothing(told: Told) -> None:
    with dropped_in(worry_about_a_colleague):
        told.here.declare("amina", "worry-about-a-colleague", subject="ada")
        told.here.declare("eve")
        told.goes()
        assert [each["person"] for each in listed(told, "ada")] == ["femi"]
        page = told.browser("ada").get(PATH, limit=1).json()
        assert page["next"] is None


def test_whoever_is_barred_since_reads_nothing_of_it_in_their_own(told: Told) -> None:
    kind = "worry-about-a-colleague"
    with dropped_in(worry_about_a_colleague):
        new = told.here.declare("amina", kind, subject="gus")
        told.goes()
        assert len(listed(told, "carol")) == 1
        about = details(kind, subject="carol")
        correction = {"details": about, "reason": "It was somebody else"}
        told.here.register.correct("amina", str(new), correction)
        assert listed(told, "carol") == []


def test_a_token_for_some_services_reads_what_is_of_these_and_its_owners_own(told: Told) -> None:
    told.here.register.change_directory([directed("elm-house", "femi")])
    for person in ("amina", "eve"):
        told.here.clock.goes_on(A_MINUTE)
        told.here.declare(person)
        told.goes()
    found = {
        service: Program(told.here, "femi", *service).call("GET", PATH).json()["items"]
        for service in ((), ("elm-house",), ("riverside",))
    }
    assert [len(each) for each in found.values()] == [2, 1, 1]
    assert found["elm-house",] + found["riverside",] == found[()][::-1]
    assert Program(told.here, "ada", "elm-house").call("GET", PATH).json()["items"] == []
