"""The demo: a made-up year that the real register has taken, at moments in the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.alerts import AlertPassed
from events.declarations import (
    ActionCompleted,
    DeclarationCorrected,
    DeclarationDecided,
    DeclarationMade,
    DeclarationPassed,
    ExclusionLifted,
    InformationAdded,
    InformationRequested,
)
from events.demo import DemoBegun
from events.directory import PersonLeft, PolicyAdopted
from events.event import Event
from events.further import DeclarationTakenFurther
from register.console.rebuilding import rebuild
from register.deadlines import london_day
from register.declarations.declaration import Declaration
from register.declarations.history import sentence
from register.declarations.replaying import declarations_at
from register.demo.marking import is_demo
from register.demo.opening import NotADemoError, open_demo
from register.demo.stories import read_stories
from register.directory.directory import Directory
from register.directory.files import read_files
from register.directory.loading import compare
from register.errors import ForbiddenError, NotFoundError
from register.kinds import all_kinds
from register.register import Register
from register.setup.opening import open_log, open_register
from register.setup.settings import Settings
from tests.at_length import first_now
from tests.browser import Browser
from tests.cast import london
from tests.logs import rows
from web.app import create_app

CASES = Path(__file__).parent / "cases"
NOW = london("2026-11-16 15:00")
KINDS = {
    "gift",
    "out-of-hours-encounter",
    "personal-number",
    "post-service-friendship",
    "prior-acquaintance",
}
DUTIES = {
    "boundary-difficulty",
    "colleague-concern",
    "ending",
    "own-conduct",
    "permission",
    "talk-about-others",
}
"""Of these there are a few each. A kind that is dropped in beside all these needs no stories."""
GROUPS = {
    "Workers": "amina",
    "Line managers": "femi",
    "Service directors": "carol",
    "Auditors": "dev",
    "Administrators": "ada",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demo was played at `NOW`; tests that write take another."""
    folder = tmp_path_factory.mktemp("demo")
    open_demo(Settings(data_dir=folder), lambda: NOW).close()
    return folder


@pytest.fixture(scope="module")
def register(folder: Path) -> Iterator[Register]:
    register = open_register(Settings(data_dir=folder), lambda: NOW)
    yield register
    register.close()


@pytest.fixture(scope="module")
def year(register: Register) -> Sequence[Event]:
    return list(register.log.after())


@pytest.fixture(scope="module")
def declarations(register: Register) -> Sequence[Declaration]:
    return list(declarations_at(register.log, register.log.last_position()))


def of(kind: type[Event], year: Sequence[Event]) -> list[Event]:
    return [event for event in year if isinstance(event, kind)]


def test_every_kind_and_every_status_is_there(declarations):
    assert 150 <= len(declarations) <= 250
    kinds = Counter(each.kind for each in declarations)
    assert kinds.keys() == KINDS | DUTIES
    assert min(kinds[each] for each in KINDS) >= 15
    assert min(kinds[each] for each in DUTIES) >= 2
    assert {each.status for each in declarations} == {
        "awaiting_acknowledgement",
        "awaiting_decision",
        "awaiting_answer",
        "awaiting_action",
        "closed",
        "withdrawn",
    }


def test_every_flag_is_there(declarations):
    flags = {flag for each in declarations for flag in each.ruling.flags}
    assert flags == {flag for kind in KINDS | DUTIES for flag in all_kinds()[kind].flag_names}


def test_moments_lie_in_the_past_in_order_over_a_year(year):
    moments = [event.recorded_at for event in year]
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    told = [event.received_at for event in of(DeclarationMade, year)]
    assert told[0] < NOW - timedelta(days=350)
    assert [moment for moment in told if london_day(moment) == NOW.date()]
    assert len({moment.astimezone(UTC).strftime("%Y-%m") for moment in told}) >= 12


def test_what_an_event_says_of_its_moment_is_when_it_was_recorded(year):
    for made in of(DeclarationMade, year):
        assert made.recorded_at - made.received_at < timedelta(seconds=1)


def test_all_sorts_of_things_have_come_of_them(year, declarations):
    decided = of(DeclarationDecided, year)
    assert {(each.asked, each.decided_by is None, each.outcome) for each in decided} == {
        ("decide", False, "keep"),
        ("decide", False, "return"),
        ("decide", False, "granted"),
        ("decide", False, "granted_with_conditions"),
        ("decide", False, "refused"),
        ("answer", True, "not_appropriate"),
        ("answer", False, "appropriate"),
        ("answer", False, "not_appropriate"),
    }
    assert {each.reopened for each in of(DeclarationCorrected, year)} == {True, False}
    for kind in (ActionCompleted, InformationAdded, InformationRequested, ExclusionLifted):
        assert len(of(kind, year)) >= 3
    assert {it.to for each in declarations for it in each.handed_over} >= {"hr", "safeguarding"}
    assert of(DeclarationTakenFurther, year)
    assert any(each.excludes for each in declarations)
    assert any(each.clock_ahead for each in declarations)


def test_some_was_told_late_and_some_is_overdue(declarations):
    late = [each for each in declarations if each.ruling.late]
    assert len(late) >= 8
    assert {each.late_reason is None for each in late} == {True, False}
    assert sum(each.due_at is not None and each.due_at < NOW for each in declarations) >= 4


def test_a_policy_holds_from_its_day_on(year, declarations):
    adopted = of(PolicyAdopted, year)
    assert {event.service for event in adopted} == {"elm-house", "riverside"}
    assert all(london_day(event.recorded_at) < event.in_force_on for event in adopted)
    first = adopted[0].in_force_on
    for each in declarations:
        under = london_day(each.received_at) >= first and each.service != "orchard-court"
        assert (each.ruling.source.clause != "no policy in force") == under
    assert {each.service for each in declarations if each.ruling.source.policy is None} == {
        "elm-house",
        "riverside",
        "orchard-court",
    }


def test_alerts_were_passed_on_when_a_line_manager_changed(year):
    assert {event.person for event in of(DeclarationPassed, year)} == {"grace"}
    assert len(of(AlertPassed, year)) >= 2


def test_somebody_left_and_what_they_had_declared_was_read_afterwards(year, declarations):
    (left,) = of(PersonLeft, year)
    read = [each.acknowledged for each in declarations if each.worker == left.person]
    assert any(each is not None and each.at > left.recorded_at for each in read)


def test_several_workers_tell_of_the_same_service_user(declarations):
    tellers = {
        each.worker
        for each in declarations
        if each.service_user == "SU-1042" and each.received_at > NOW - timedelta(days=90)
    }
    assert tellers >= {"amina", "gus", "kofi", "tomos"}


@pytest.mark.parametrize("person", ["amina", "ben", "carol", "femi", "dana", "grace", "joyce"])
def test_something_awaits(person, register):
    assert register.alerts(person)


def test_whoever_was_granted_something_says_afterwards_how_it_went(declarations):
    granted = [
        each for each in declarations if each.decision and "granted" in each.decision.outcome
    ]
    assert len(granted) == 2
    for each in granted:
        (said,) = (action for action in each.actions if action.brought)
        assert each.status == "closed"
        assert london_day(said.completed_at).isoformat() > each.details["planned_on"]


@pytest.mark.parametrize("kind", ["colleague-concern", "own-conduct"])
def test_what_few_may_know_is_known_to_few(kind, register, declarations):
    for each in declarations:
        if each.kind == kind:
            for person in ("nia", "ada", "grace" if each.worker != "gus" else "joyce"):
                with pytest.raises(NotFoundError):
                    register.read.declaration(person, str(each.id))


def test_every_history_can_be_told(register, declarations):
    for each in declarations:
        assert all(sentence(event, register.read.name) for event in each.past)


def test_nothing_is_told_word_for_word_twice():
    stories, _ = read_stories()
    told = [str((story.kind, story.details)) for story in stories]
    assert len(told) == len(set(told))


def test_a_rebuild_finds_no_difference(folder, register):
    log = open_log(Settings(data_dir=folder))
    try:
        assert rebuild(log, folder, lambda done, total: None) == []
    finally:
        log.close()


def test_the_first_entry_marks_it(year, register):
    assert isinstance(year[0], DemoBegun)
    assert year[0].made_up_on == NOW.date()
    assert is_demo(register.log)


def test_to_open_it_again_adds_nothing(folder, year):
    again = open_demo(Settings(data_dir=folder), lambda: NOW + timedelta(days=3))
    try:
        assert is_demo(again.log)
        assert again.log.last_position() == year[-1].position
    finally:
        again.close()


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Played on its own, at the same moment."""
    demo = open_demo(Settings(data_dir=tmp_path_factory.mktemp("another")), lambda: NOW)
    yield demo
    demo.close()


def test_the_same_day_gives_the_same_year(declarations, another):
    again = declarations_at(another.log, another.log.last_position())
    assert _as_told(list(again)) == _as_told(declarations)


def test_once_it_is_played_the_clock_is_everybodys(another):
    assert abs(another.log.clock() - datetime.now(UTC)) < timedelta(minutes=1)


def _as_told(declarations: Sequence[Declaration]) -> dict[str, object]:
    return {
        str(each.id): (each.service_user, each.details, [event.recorded_at for event in each.past])
        for each in declarations
    }


def test_whom_to_be_is_chosen_by_what_they_do(another):
    page = Browser(create_app(another, is_demo=True), None).get("/sign-in").text
    people = page[: page.index("</form>")]
    groups = dict(part.split("</h2>") for part in people.split('margin-bottom-2">')[1:])
    for group, person in GROUPS.items():
        assert f'value="{person}"' in groups[group]
    assert list(groups) == list(GROUPS)
    assert "Riverside" in groups["Line managers"]
    assert page.count('name="person"') == len(here(another.read.directory()))


def here(directory: Directory) -> list[str]:
    return [each for each in directory.people if directory.is_here(each)]


@pytest.mark.parametrize("now", first_now("2028-02-29 00:10", "2026-02-01 12:00"))
def test_it_can_be_played_on_any_day(now, tmp_path):
    demo = open_demo(Settings(data_dir=tmp_path), lambda: london(now))
    try:
        assert all(demo.read.alerts(person) for person in ("ben", "carol", "femi", "dana"))
    finally:
        demo.close()


def test_it_is_played_on_postgresql_as_well(tmp_path, postgres_url):
    settings = Settings(data_dir=tmp_path, database_url=postgres_url)
    demo = open_demo(settings, lambda: NOW)
    try:
        assert is_demo(demo.log)
        assert demo.read.alerts("carol")
    finally:
        demo.close()


def test_a_register_of_somebodys_own_is_refused_and_left_alone(tmp_path):
    settings = Settings(data_dir=tmp_path)
    own = open_register(settings)
    files = read_files(CASES / "people.csv", CASES / "services.csv")
    own.change_directory(compare(files, own.log, own.read.directory(), own.policies).events)
    before = own.log.last_position()
    assert not is_demo(own.log)
    own.close()
    with pytest.raises(NotADemoError, match="not the demo's"):
        open_demo(settings)
    assert rows(settings.url(), "SELECT max(id) FROM entries") == [(before,)]


def test_a_demo_that_could_not_be_finished_is_not_there(tmp_path, monkeypatch):
    settings = Settings(data_dir=tmp_path)
    monkeypatch.setattr("register.demo.year.DAYS", 100)  # people declare who have not come yet
    with pytest.raises(ForbiddenError):
        open_demo(settings, lambda: NOW)
    monkeypatch.undo()
    demo = open_demo(settings, lambda: NOW)
    assert is_demo(demo.log)
    demo.close()
