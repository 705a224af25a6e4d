"""Of a worry about a colleague, whoever may not know of it learns nothing: every page and every
call answers as in a register without it.

Run by `test_few_may_know.py` where that kind is dropped in. Two copies of one register are compared
byte by byte: in one of them the worry is declared and acted on, in the other as many entries are
made that mean nothing to anybody.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.alerts import AlertDone, AlertRaised
from events.event import Event
from register.kinds import all_kinds
from tests.browser import Browser, Office, office
from tests.cast import directed, joined, moved, told
from web.api.calls import WITH_BODY
from web.urls import OPERATIONS, PAGES

KIND = "worry-about-a-colleague"
WORRY = UUID("9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a01")
GIFT = UUID("9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a02")
SEEN = "He was given a watch and hid it"
ABOUT_BEN = {"subject": "ben", "subject_note": None, "seen": SEEN, "at_risk": True}
ABOUT_GUS = {**ABOUT_BEN, "subject": "gus"}
OUTSIDERS = ("ada", "ben", "dev", "eve", "gus")
"""The administrator; the line manager, who is the subject; the auditor; a worker elsewhere; and a
colleague, who becomes the line manager."""


class Twins:
    """Two registers that are the same but for the worry."""

    def __init__(self, with_it: Office, without: Office) -> None:
        self.with_it, self.without = with_it, without

    def happens(self, *events: Event) -> None:
        """Something that happens in both."""
        for each in (self.with_it, self.without):
            each.register.change_directory(events)
        self._even()

    def worry(self, told_of: dict[str, Any]) -> None:
        body = told(KIND, "amina", **told_of)
        self.with_it.register.declare("amina", str(WORRY), body)
        self._even()

    def acted(self, by: str, act: str, body: dict[str, Any]) -> None:
        getattr(self.with_it.register, act)(by, str(WORRY), body)
        self._even()

    def _even(self) -> None:
        """Make entries that mean nothing, until both registers have equally many."""
        wanted = self.with_it.log.last_position() - self.without.log.last_position()
        now = self.without.register.now()
        nothing = [AlertDone(originator_id=uuid4(), done_at=now) for _ in range(wanted)]
        self.without.register.turns.run(lambda turn: turn.append(nothing))


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    here, there = (tmp_path_factory.mktemp(name) for name in ("with", "without"))
    with office(here) as before:
        before.register.change_directory([joined("rhea", roles=("auditor-restricted",))])
        body = told("gift", "amina", at=before.clock.shows)
        before.register.declare("amina", str(GIFT), body)
        before.register.decide("carol", str(GIFT), {"outcome": "keep", "reason": "A farewell"})
    shutil.copytree(here, there, dirs_exist_ok=True)
    with office(here) as with_it, office(there) as without:
        yield Twins(with_it, without)


# Everything that there is to open


VALUES = {
    "id": (str(WORRY), str(GIFT)),
    "kind": ("gift",),
    "action": ("9b1fd5a1-66fc-8f0c-9d47-2f2d5c1f7a03",),
    "photograph": ("9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a04",),
    "worker": ("amina", "ben"),
    "policy": ("residential-short-breaks",),
    "version": ("2026-04-01",),
}
SHOWS_THE_LOG = ("/entries", "/api/entries", "/looks", "/api/looks")
"""What shows the log itself, and who looked; these have tests of their own."""
DECLARES = ("/api/declarations/{id}",)
"""To declare under an id that is taken is refused, and has a test of its own."""
FILTERS = (
    f"kind={KIND}",
    "flag=at-risk",
    "worker=amina",
    "status=awaiting_acknowledgement",
    "as_at=2026-11-17T00:00:00Z",
)


def addresses(path: str) -> Iterator[str]:
    names = re.findall(r"{(\w+)}", path)
    if not set(names) <= VALUES.keys():
        return
    for values in product(*(VALUES[name] for name in names)):
        yield path.format(**dict(zip(names, values, strict=True)))


def looked_at() -> Iterator[str]:
    """The address of everything that can be read, lists also filtered."""
    paths = {each.path for each in (*PAGES, *OPERATIONS) if each.method == "GET"}
    paths -= {"/account", "/api/sessions"}  # other for each session
    paths = {each for each in paths if not each.endswith("/options")}  # other each time
    for path in sorted(paths):
        if not path.startswith(SHOWS_THE_LOG):
            yield from addresses(path)
    for path in ("/register", "/register.csv", "/team", "/api/declarations"):
        yield from (f"{path}?{each}" for each in FILTERS)
    yield "/register/compare?from=2026-11-01"


def sent() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every call and form about a declaration, and every search."""
    for place, kind_of_body in ((OPERATIONS, "json"), (PAGES, "data")):
        for each in place:
            if each.method in WITH_BODY and each.path.count("/") > 2 and each.path not in DECLARES:
                of_it = (at for at in addresses(each.path) if str(WORRY) in at)
                yield from ((each.method, at, {kind_of_body: {}}) for at in of_it)
    found = {"service_user": "SU-1042"}
    yield "POST", "/api/declarations/search", {"json": found}
    yield "POST", "/register", {"data": found}
    yield "POST", "/team", {"data": {"text": "SU-1042"}}


ALL = [*(("GET", at, {}) for at in looked_at()), *sent()]
FRESH = re.compile(rb'name="id" value="[0-9a-f-]{36}"|sought(=|%3D)[A-Za-z0-9_-]+')
"""The id that a new form brings, other each time; and that of what was looked for."""


def answer(browser: Browser, method: str, address: str, more: dict[str, Any]) -> tuple[int, bytes]:
    headers = {"origin": "http://register.test", "sec-fetch-site": "same-origin"}
    response = browser.call(method, address, headers=headers, **more)
    if (method, address, response.status_code) == ("POST", "/team", 303):
        response = browser.get(response.headers["location"])
    return response.status_code, FRESH.sub(b"", response.content)


def check_nothing_is_learned(twins: Twins, people: tuple[str, ...] = OUTSIDERS) -> None:
    for person in people:
        with_it, without = twins.with_it.browser(person), twins.without.browser(person)
        for method, address, more in ALL:
            one, other = (answer(each, method, address, more) for each in (with_it, without))
            assert one == other, (person, method, address)
            assert one[0] < 500, (person, method, address)


def test_there_is_much_to_open() -> None:
    assert KIND in all_kinds()
    assert len(ALL) > 100
    assert any(at == f"/declarations/{WORRY}/acknowledgement" for _, at, _ in ALL)


def test_first_both_are_the_same(twins: Twins) -> None:
    check_nothing_is_learned(twins, ("dev", "amina"))


def test_once_it_is_declared_nobody_else_learns_of_it(twins: Twins) -> None:
    twins.worry(ABOUT_BEN)
    check_nothing_is_learned(twins)


def test_whoever_acts_and_the_auditor_of_what_few_may_know_see_it(twins: Twins) -> None:
    for person in ("amina", "carol", "rhea"):
        page = twins.with_it.browser(person).get(f"/declarations/{WORRY}")
        assert SEEN in page.text, person
        assert "Ben Okoro" in page.text, person
        assert "At risk" in page.text, person
    listed = twins.with_it.browser("rhea").get(f"/api/declarations?kind={KIND}").json()["items"]
    assert [each["id"] for each in listed] == [str(WORRY)]
    assert listed[0]["flags"] == ["at-risk"]
    assert [each["person"] for each in listed[0]["tells"]] == ["carol"]


def test_of_its_entries_others_see_that_they_are_there_when_and_their_digest(twins: Twins) -> None:
    log = twins.with_it.log
    raised = [each for each in log.after() if isinstance(each, AlertRaised)]
    alerts = {each.originator_id for each in raised if each.subject.id == WORRY}
    of_it = {each.position for each in log.after() if each.originator_id in {WORRY, *alerts}}
    assert len(of_it) >= 2
    seen_by = {
        person: twins.with_it.browser(person).get("/api/entries?limit=200").json()["items"]
        for person in ("dev", "rhea")
    }
    for plain, whole in zip(*seen_by.values(), strict=True):
        assert plain["digest"] == whole["digest"]
        if plain["position"] in of_it:
            assert plain.keys() == {"position", "recorded_at", "digest", "spoiled"}
            assert {"stream", "event", "version", "state"} <= whole.keys()
        else:
            assert plain == whole
    for position in of_it:
        page = twins.with_it.browser("dev").get(f"/entries/{position}").text
        assert "Few may know what this entry is about" in page
        assert str(WORRY) not in page
        assert "declaration-made" not in page
        assert KIND not in page


def test_no_look_at_it_is_shown_to_whoever_may_not_know_of_it(twins: Twins) -> None:
    here = twins.with_it
    for person in ("carol", "rhea"):
        assert here.browser(person).get(f"/declarations/{WORRY}").status_code == 200
        assert here.browser(person).get(f"/declarations/{GIFT}").status_code == 200
    for address in ("/looks", "/looks.ndjson", "/api/looks?limit=200"):
        to_dev, to_rhea = (here.browser(each).get(address).text for each in ("dev", "rhea"))
        assert str(GIFT) in to_dev, address
        assert str(WORRY) not in to_dev, address
        assert str(WORRY) in to_rhea, address
    assert str(WORRY) in here.browser("amina").get("/looked").text
    assert str(WORRY) not in here.browser("ben").get("/api/looks?by=ben").text


def test_its_id_is_taken_and_that_is_all_there_is_to_learn(twins: Twins) -> None:
    body = told("gift", "gus")
    taken = twins.with_it.browser("gus").call(
        "PUT", f"/api/declarations/{WORRY}", json=body, headers={"origin": "http://register.test"}
    )
    assert taken.status_code == 409
    assert "current" not in taken.json()
    assert KIND not in taken.text


def test_what_is_done_about_it_is_not_seen_either(twins: Twins) -> None:
    twins.acted("carol", "ask", {"text": "When was it?"})
    twins.acted("amina", "inform", {"text": "On Monday"})
    note = {"note": "I spoke with him.", "actions": []}
    twins.acted("carol", "acknowledge", note)
    check_nothing_is_learned(twins, ("ben", "dev"))


def test_neither_who_takes_over_nor_whoever_it_is_about_learns_of_it(twins: Twins) -> None:
    """Gus becomes her line manager, and Ben, whom it is about, the director."""
    twins.happens(moved("amina", under="gus"), directed("elm-house", by="ben"))
    check_nothing_is_learned(twins, ("gus", "ben"))


def test_whoever_it_was_about_is_barred_for_good(twins: Twins) -> None:
    twins.acted("amina", "correct", {"details": ABOUT_GUS, "reason": "It was Gus"})
    check_nothing_is_learned(twins, ("gus", "ben", "dev"))
