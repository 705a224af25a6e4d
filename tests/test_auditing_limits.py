"""An auditor reads on the days of the audit, and of its services; else it is as if they had no such
role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest

from events.alerts import AlertRaised
from events.directory import PersonMoved
from events.names import Role, SeenBy
from register.access.token_holders import NewToken
from register.access.tokens import Scope
from register.acts.correcting import correct
from register.declarations.ids import short_reference
from register.declarations.replaying import declarations_at
from register.directory.directory import Directory
from register.standing.held import roles_held
from register.standing.looked import may_know_of_look
from register.standing.seeing import (
    WhyReads,
    exclusions_seen_by,
    may_see_exclusion,
    readers,
    why_may_see,
)
from register.standing.unheld import unheld
from tests.auditing import PAGES
from tests.browser import HOME, Browser, Office, office, words
from tests.cast import (
    A_DAY,
    A_MINUTE,
    TODAY,
    audits,
    cast,
    covered,
    directed,
    gift,
    joined,
    london,
    told,
)
from tests.pictures import with_a_place
from tests.spec import Story, declared, did, given
from tests.test_looks_of_every_route import CANARY, GIFT, PHOTOGRAPH, READING, asked

FRAME, PERFUME = given(declared("gift", by="amina")), given(declared("gift", by="eve"))
"""At Elm House, and at Riverside."""
YESTERDAY, TOMORROW = TODAY - A_DAY, TODAY + A_DAY


def why(directory: Directory, story: Story, person: str = "dev") -> WhyReads | None:
    return why_may_see(directory.people[person], story.state, directory)


# Days


@pytest.mark.parametrize(
    ("first_on", "last_on", "is_one"),
    [
        (None, None, True),
        (TODAY, None, True),
        (None, TODAY, True),
        (TODAY, TODAY, True),
        (YESTERDAY, TOMORROW, True),
        (TOMORROW, None, False),
        (None, YESTERDAY, False),
    ],
)
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AUDITOR_RESTRICTED])
def test_an_audit_goes_from_its_first_day_to_the_end_of_its_last(
    role: Role, first_on: date | None, last_on: date | None, is_one: bool
) -> None:
    then = cast(audits("gus", first_on=first_on, last_on=last_on, role=role))
    assert (role in roles_held("gus", then)) is is_one
    assert (why(then, PERFUME, "gus") is WhyReads.AUDITS) is is_one
    assert ("gus" in readers(PERFUME.state, then)) is is_one
    assert Role.WORKER in roles_held("gus", then)


def test_nobody_audits_once_the_last_audit_is_over() -> None:
    over = cast(audits("dev", last_on=YESTERDAY))
    assert Role.AUDITOR in {each.role for each in unheld(over)}
    assert Role.AUDITOR not in {each.role for each in unheld(over.on(YESTERDAY))}


# Services


@pytest.mark.parametrize(
    ("services", "seen"),
    [
        ((), {"frame", "perfume"}),
        (("elm-house",), {"frame"}),
        (("riverside",), {"perfume"}),
        (("elm-house", "riverside"), {"frame", "perfume"}),
    ],
)
def test_of_some_services_they_read_what_was_declared_there(
    services: tuple[str, ...], seen: set[str]
) -> None:
    then = cast(audits("dev", *services))
    stories = {"frame": FRAME, "perfume": PERFUME}
    assert {each for each, story in stories.items() if why(then, story)} == seen


def test_what_concerned_their_service_once_stays_theirs_to_read() -> None:
    body = {"details": gift(), "service_user": "RV-007", "reason": "It was somebody else"}
    moved = given(declared("gift", by="amina"), did(correct, "amina", body))
    assert moved.state.matter.services == {"elm-house", "riverside"}
    for service in ("elm-house", "riverside"):
        assert why(cast(audits("dev", service)), moved) is WhyReads.AUDITS


def test_what_they_see_for_another_reason_is_not_narrowed() -> None:
    own = given(declared("gift", by="gus"))
    then = cast(audits("gus", "riverside"))
    assert why(then, own, "gus") is WhyReads.OWN
    assert why(cast(audits("ben", "riverside")), FRAME, "ben") is WhyReads.TOLD
    directs = cast(audits("gus", "riverside"), directed("elm-house", "gus"))
    assert why(directs, FRAME, "gus") is WhyReads.DIRECTS


@pytest.mark.parametrize("service", ["elm-house", "riverside"])
def test_of_what_few_may_know_they_read_what_is_of_their_services(service: str) -> None:
    few = msgspec.structs.replace(PERFUME.state, is_restricted=True, seen_by=(SeenBy.ACTING,))
    then = cast(audits("gus", service, role=Role.AUDITOR_RESTRICTED))
    is_theirs = service == "riverside"
    found = why_may_see(then.people["gus"], few, then)
    assert found is (WhyReads.AUDITS_RESTRICTED if is_theirs else None)
    assert ("gus" in readers(few, then)) is is_theirs


def test_whoever_covers_for_an_auditor_does_not_audit() -> None:
    then = cast(audits("carol"), covered("carol", by="gus"))
    assert why(then, PERFUME, "carol") is WhyReads.AUDITS
    assert why(then, PERFUME, "gus") is None


def test_they_read_who_is_excluded_at_their_services() -> None:
    for service in ("elm-house", "riverside"):
        then = cast(audits("dev", service))
        assert exclusions_seen_by(then.people["dev"], then) == {service}
        assert may_see_exclusion(then.people["dev"], "amina", [service], then)
        assert not may_see_exclusion(then.people["dev"], "amina", ["mill"], then)


def test_they_know_of_looks_at_what_is_of_their_services() -> None:
    then = cast(audits("dev", "riverside"))
    knows = partial(may_know_of_look, then.people["dev"], "carol", directory=then)
    assert knows(PERFUME.state)
    assert not knows(FRAME.state)


# On every page and in every call


THEIRS = UUID("c4e81d07-3a52-4b6e-8f19-70d5b2a96e33")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """With much at Elm House, and a gift at Riverside, which alone dev audits."""
    with office(tmp_path_factory.mktemp("audited")) as here:
        body = told("gift", "amina", at=here.clock.shows, item=CANARY)
        here.register.declare("amina", str(GIFT), body)
        here.register.add_photograph("amina", str(GIFT), str(PHOTOGRAPH), with_a_place())
        here.declare("amina", "prior-acquaintance", relationship_note=CANARY)
        here.register.decide("carol", str(GIFT), {"outcome": "keep", "reason": CANARY})
        here.browser("carol").get(f"/declarations/{GIFT}")
        here.register.declare("eve", str(THEIRS), told("gift", "eve", at=here.clock.shows))
        here.browser("dana").get(f"/declarations/{THEIRS}")
        here.register.change_directory([joined("rhea", roles=("auditor",))])
        here.register.change_directory([audits("dev", "riverside")])
        yield here


def betrays(answer: httpx.Response) -> bool:
    hints = (CANARY, short_reference(GIFT), str(PHOTOGRAPH), str(GIFT))
    if answer.status_code in (403, 404):  # what was asked for may be named
        hints = hints[:2]
    is_picture = answer.headers.get("content-type") == "image/jpeg"
    return is_picture or any(each in answer.text for each in hints)


def test_no_route_that_reads_betrays_what_they_do_not_audit(here: Office) -> None:
    whole, limited = here.browser("rhea"), here.browser("dev")
    shown = 0
    for route in READING:
        answer = asked(limited, route, here)
        assert answer.status_code < 500, route.path
        assert not betrays(answer), f"{route.method} {route.path}: {answer.status_code}"
        shown += betrays(asked(whole, route, here))
    assert shown > 12


def searches(browser: Browser) -> Iterator[httpx.Response]:
    """What they find who ask for it by name, by service user, and at an earlier moment."""
    body = {"service_user": "SU-1042"}
    yield browser.call("POST", "/api/declarations/search", json=body, headers={"origin": HOME})
    for path, said in {
        "/service-user": {"service_user": "SU-1042"},
        "/register": {"text": "Amina"},
        "/looks": {"text": "Carol"},
        "/exclusions": {"text": "Amina"},
    }.items():
        yield browser.get(browser.post(path, said).headers["location"])
    last = str(browser_position(browser))
    yield browser.get("/register", as_at=last)
    yield browser.get("/register.csv", as_at=last)
    yield browser.get("/register/compare", **{"from": "1", "to": last})
    yield browser.get("/api/looks", declaration=str(GIFT))
    yield browser.get("/api/looks", worker="amina")
    yield browser.get("/api/workers/amina/declarations")


def browser_position(browser: Browser) -> int:
    items = browser.get("/api/entries", limit="200").json()["items"]
    return int(items[-1]["position"])


def test_nor_does_anything_they_look_for(here: Office) -> None:
    for answer in searches(here.browser("dev")):
        assert answer.status_code in (200, 404), answer.text
        assert not betrays(answer), answer.request.url
    assert sum(map(betrays, searches(here.browser("rhea")))) > 6


def test_what_is_of_their_service_is_there(here: Office) -> None:
    dev = here.browser("dev")
    assert dev.get(f"/declarations/{THEIRS}").status_code == 200
    assert dev.get(f"/api/declarations/{THEIRS}/history").status_code == 200
    assert short_reference(THEIRS) in dev.get("/register").text
    assert str(THEIRS) in dev.get("/register.csv").text
    assert str(THEIRS) in dev.get("/looks").text


def test_of_an_entry_they_do_not_audit_they_know_that_it_is_there_and_nothing_else(
    here: Office,
) -> None:
    known = {
        person: {
            each["position"]: "event" in each
            for each in here.browser(person).get("/api/entries", limit="200").json()["items"]
        }
        for person in ("dev", "rhea")
    }
    assert known["dev"].keys() == known["rhea"].keys()
    assert all(known["rhea"].values())
    hidden = {position for position, is_told in known["dev"].items() if not is_told}
    assert hidden == set(entries_at_elm_house(here))
    page = here.browser("dev").get(f"/entries/{min(hidden)}")
    assert "Few may know what this entry is about" in words(page)


def entries_at_elm_house(here: Office) -> Iterator[int]:
    """The positions of the entries of its declarations, and of their alerts."""
    own = {each.id for each in declarations_at(here.log, 10**9) if each.service == "elm-house"}
    alerts = {
        each.originator_id
        for each in here.log.after()
        if isinstance(each, AlertRaised) and each.subject.id in own
    }
    assert len(own) == 2
    assert alerts
    yield from (each.position for each in here.log.after() if each.originator_id in own | alerts)


def test_who_is_excluded_is_checked_at_their_services_alone(here: Office) -> None:
    body = {"worker": "amina", "service_user": "SU-1042"}
    answers = {
        person: here.browser(person)
        .call("POST", "/api/exclusions/check", json=body, headers={"origin": HOME})
        .status_code
        for person in ("dev", "rhea")
    }
    assert answers == {"dev": 404, "rhea": 200}


# At the door


def test_the_day_after_the_last_nothing_is_left_of_it(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        declared = here.declare("amina")
        here.register.change_directory([audits("dev", last_on=TODAY)])
        (token,) = here.register.tokens.make(None, [NewToken("dev", scopes=(Scope.READ,))])
        program = {"authorization": f"Bearer {token}"}
        dev, nobody = here.browser("dev"), Browser(here.app, None)
        assert dev.get("/register").status_code == 200
        calls = ("/api/entries", f"/api/declarations/{declared}")
        assert [nobody.get(each, program).status_code for each in calls] == [200, 200]
        here.clock.shows = london(f"{TODAY} 23:59")
        assert nobody.get(calls[0], program).status_code == 200
        here.clock.goes_on(A_MINUTE)
        assert dev.get("/register").status_code in (303, 401, 403)
        assert [nobody.get(each, program).status_code for each in calls] == [403, 404]
        again = here.browser("dev")
        assert [again.get(each).status_code for each in PAGES] == [403] * len(PAGES)
        assert again.get("/account").status_code == 200


def test_a_token_for_a_service_is_narrower_still(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        declared = [here.declare("amina"), here.declare("eve")]
        here.register.change_directory([audits("dev", "riverside")])
        for service, found in {"riverside": declared[1:], "elm-house": []}.items():
            new = NewToken("dev", scopes=(Scope.READ,), services=(service,))
            (token,) = here.register.tokens.make(None, [new])
            headers = {"authorization": f"Bearer {token}"}
            items = Browser(here.app, None).get("/api/declarations", headers).json()["items"]
            assert [each["id"] for each in items] == [str(each) for each in found]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (audits("dev"), "You audit the register of all services."),
        (
            audits("dev", "riverside", first_on=TODAY, last_on=date(2027, 1, 31)),
            "You audit what was declared at Riverside from 16 November 2026 until 31 January 2027.",
        ),
        (
            audits("dev", last_on=YESTERDAY),
            "You audited the register of all services until 15 November 2026. You do so no more.",
        ),
    ],
)
def test_their_account_says_what_they_audit(tmp_path: Path, event: PersonMoved, said: str) -> None:
    with office(tmp_path) as here:
        here.register.change_directory([event])
        assert said in words(here.browser("dev").get("/account"))
        assert "You audit" not in words(here.browser("amina").get("/account"))
