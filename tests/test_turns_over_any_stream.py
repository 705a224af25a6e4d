"""What holds for declarations holds for every sort of stream that asks something of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.alerts import AlertPassed
from events.event import Event
from events.names import Because
from register import projections
from register.acts.declaring import TAKEN
from register.alerts.alerting import follow
from register.alerts.sorts import SORTS
from register.console.rebuilding import rebuild
from register.errors import ConflictError, ForbiddenError, NotFoundError
from tests.browser import Office, links, office, words
from tests.cast import CAST, NOW, directed, told
from tests.examples.signing_off import (
    SIGN_OFFS,
    SignedOff,
    SignOffAsked,
    SignOffMoved,
    SignOffPassed,
    ToAskForIt,
    ToMove,
    ToSign,
    evolve,
)
from tests.test_orders import SECONDS, at_once, statements_of

STREAM = UUID("0b6f3a52-0f3e-4e55-9d0e-1a6c6f7a2b77")
WITH_SIGN_OFFS = {**SORTS, SIGN_OFFS.name: SIGN_OFFS}
KEEP = {"outcome": "keep", "reason": "A farewell"}


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """A register with the cast, in which policies are signed off too."""
    with office(tmp_path, url=database_url, sorts=WITH_SIGN_OFFS) as found:
        yield found


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Office]:
    """The same, on SQLite alone."""
    with office(tmp_path, sorts=WITH_SIGN_OFFS) as found:
        yield found


def ask(here: Office, stream: UUID = STREAM, **more: Any) -> Any:
    return here.register.turns.record(ToAskForIt(stream, "ben", **more))


def sign(here: Office, by: str, stream: UUID = STREAM) -> Any:
    return here.register.turns.record(ToSign(stream, by))


def declaring(here: Office, by: str = "amina") -> Callable[[], Any]:
    return lambda: here.register.declare(by, str(uuid4()), told("gift", by))


def said(here: Office, stream: UUID = STREAM) -> list[type[Event]]:
    return [type(event) for event in here.log.stream(stream)]


def alerted(here: Office, person: str) -> list[tuple[str, UUID]]:
    return [(alert.sort, alert.subject) for alert in here.register.alerts(person)]


def test_orders_on_streams_of_two_sorts_are_carried_out_in_one_group(here: Office) -> None:
    declaring(here)()  # publishes its policy
    before = here.log.last_position()
    calls = [
        declaring(here, "amina"),
        lambda: ask(here),
        lambda: sign(here, "amina"),
        lambda: ask(here, service="riverside"),
        declaring(here, "amina"),
    ]
    with at_once(here.register, calls) as answers:
        with pytest.raises(ForbiddenError):
            answers[2].result(SECONDS)
        with pytest.raises(ConflictError):
            answers[3].result(SECONDS)
        done = [answers[place].result(SECONDS) for place in (0, 1, 4)]
    assert all(each.is_new for each in done)
    assert done[1].state.asked.asked_by == "ben"
    assert here.log.last_position() == before + 6, "each with its alert"
    assert said(here) == [SignOffAsked]


def test_who_must_sign_has_the_alert_in_the_inbox_and_from_the_api(here: Office) -> None:
    ask(here)
    gift = here.declare("amina")
    assert set(alerted(here, "carol")) == {("sign-off", STREAM), ("declaration", gift)}
    carol = here.browser("carol")
    items = carol.get("/api/alerts").json()["items"]
    shown = {item["kind"]: item for item in items}
    assert shown["gift"]["declaration"] == str(gift)
    alert = shown["policy-sign-off"]
    assert alert.keys() == shown["gift"].keys()
    assert alert["declaration"] is None
    assert (alert["why"], alert["clause"], alert["state"]) == ("decide", "4.1", "raised")


def test_a_page_shows_an_alert_about_something_else_without_a_link(small: Office) -> None:
    ask(small)
    for path in ("/", "/inbox"):
        page = small.browser("carol").get(path)
        assert page.status_code == 200
        assert "Waiting for you: 1" in words(page)
        assert "Decide: policy sign off" in words(page)
        assert not [link for link in links(page) if str(STREAM) in link]


def test_the_entries_of_another_sort_and_of_its_alert_lead_to_no_declaration(small: Office) -> None:
    ask(small)
    last = small.log.last_position()
    for position in (last - 1, last):
        page = small.browser("dev").get(f"/entries/{position}")
        assert page.status_code == 200
        assert not [link for link in links(page) if link.startswith("/declarations/")]


def test_the_same_again_stores_nothing(small: Office) -> None:
    assert ask(small).is_new
    before = small.log.last_position()
    assert not ask(small).is_new
    assert sign(small, "carol").is_new
    assert not sign(small, "carol").is_new
    assert small.log.last_position() == before + 2, "the signature, and the end of the alert"


def test_an_id_of_one_sort_is_taken_or_not_there_for_the_other(small: Office) -> None:
    gift = small.declare("amina")
    ask(small)
    before = small.log.last_position()
    with pytest.raises(ConflictError, match=TAKEN):
        ask(small, gift)
    with pytest.raises(ConflictError, match=TAKEN):
        small.register.declare("amina", str(STREAM), told("gift", "amina"))
    with pytest.raises(NotFoundError):
        sign(small, "carol", gift)
    with pytest.raises(NotFoundError):
        small.register.decide("carol", str(STREAM), KEEP)
    assert small.log.last_position() == before


def test_the_alert_is_done_when_its_duty_is(here: Office) -> None:
    ask(here)
    assert sign(here, "carol").state.signed_by == "carol"
    assert said(here) == [SignOffAsked, SignedOff]
    assert alerted(here, "carol") == []


def test_open_alerts_of_every_sort_pass_on_when_the_directory_changes(here: Office) -> None:
    ask(here)
    gift = here.declare("amina")
    here.register.change_directory([directed("elm-house", by="dana")])
    assert alerted(here, "carol") == []
    assert set(alerted(here, "dana")) == {("sign-off", STREAM), ("declaration", gift)}
    passed = here.log.stream(STREAM)[-1]
    assert isinstance(passed, SignOffPassed)
    assert (passed.person, passed.because) == ("dana", Because.NAMED)
    assert sign(here, "dana").state.passed_to == ("dana",)


def test_what_is_undone_is_forgotten_whatever_its_sort(small: Office) -> None:
    def fail() -> None:
        with small.register.together():
            ask(small)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert said(small) == []
    assert ask(small).is_new


# A change of the stream itself


def test_a_change_that_makes_it_somebody_else_s_passes_the_alert_on(here: Office) -> None:
    ask(here)
    done = here.register.turns.record(ToMove(STREAM, "riverside"))
    assert done.state.passed_to == ("dana",)
    assert done.state.version == len(said(here))
    assert said(here) == [SignOffAsked, SignOffMoved, SignOffPassed]
    assert alerted(here, "carol") == []
    assert alerted(here, "dana") == [("sign-off", STREAM)]
    here.register.change_directory([directed("elm-house", by="gus")])
    assert alerted(here, "dana") == [("sign-off", STREAM)]


def test_a_change_that_leaves_it_with_the_same_person_passes_nothing_on() -> None:
    asked = SignOffAsked(originator_id=STREAM, asked_by="ben", service="elm-house", due_at=NOW)
    before = evolve(None, asked)
    same, other = (
        evolve(before, SignOffMoved(originator_id=STREAM, service=service))
        for service in ("elm-house", "riverside")
    )
    assert follow(SIGN_OFFS, before, same, CAST, NOW) == []
    _, passed = follow(SIGN_OFFS, before, other, CAST, NOW)
    assert isinstance(passed, AlertPassed)
    assert (passed.person, passed.because) == ("dana", Because.NAMED)


# As many statements, however many orders


def both(here: Office, count: int) -> list[Any]:
    """As many calls that declare as calls that ask for a sign-off, by turns."""
    calls: list[Any] = []
    for _ in range(count):
        calls += [declaring(here), lambda: ask(here, uuid4())]
    return calls


def test_those_who_wait_share_every_statement_whatever_the_sort(here: Office) -> None:
    declaring(here)()  # publishes its policy
    sent = []
    for count in (1, 10):
        with statements_of(here.log) as these, at_once(here.register, both(here, count)) as answers:
            assert all(each.result(SECONDS).is_new for each in answers)
        sent.append(len(these))
    assert sent[0] == sent[1]


def test_alerts_of_all_sorts_pass_on_with_as_many_statements_however_many(here: Office) -> None:
    sent = []
    for count in (1, 10):
        for call in both(here, count):
            call()
        with statements_of(here.log) as these:
            here.register.change_directory([directed("elm-house", by="dana")])
        sent.append(len(these))
        assert alerted(here, "carol") == []
        here.register.change_directory([directed("elm-house", by="carol")])
    assert len(alerted(here, "carol")) == 22
    assert sent[0] == sent[1]


# What else reads them


def test_read_models_are_given_the_state_of_any_sort_also_when_they_are_made_again(
    here: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, given = projections.project, []

    def remember(connection: sa.Connection, changes: Sequence[projections.Change]) -> None:
        given.extend(each for each in changes if each.event.originator_id == STREAM)
        project(connection, changes)

    monkeypatch.setattr(projections, "project", remember)
    ask(here)
    here.declare("amina")
    here.register.change_directory([directed("elm-house", by="dana")])
    sign(here, "dana")
    live = given.copy()
    assert [each.state.version for each in live] == [1, 2, 3]
    assert {each.declaration for each in live} == {None}
    given.clear()
    assert rebuild(here.log, tmp_path, lambda _done, _total: None, WITH_SIGN_OFFS) == []
    assert given == live


def test_an_alert_of_a_sort_that_is_not_known_stays_where_it_is(tmp_path: Path) -> None:
    with office(tmp_path, sorts=WITH_SIGN_OFFS) as here:
        ask(here)
    with office(tmp_path) as here:
        gift = here.declare("amina")
        here.register.change_directory([directed("elm-house", by="dana")])
        assert alerted(here, "carol") == [("sign-off", STREAM)]
        assert alerted(here, "dana") == [("declaration", gift)]
        assert here.browser("carol").get("/inbox").status_code == 200
        with pytest.raises(ConflictError, match=TAKEN):
            here.register.declare("amina", str(STREAM), told("gift", "amina"))
