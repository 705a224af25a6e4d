"""A year in which people are silent, in twelve ways: every alert ends acted on, or with somebody
of the last resort and said again each week. `make test-year` lives a whole year with 1,000
declarations and prints what became of their alerts; `make test` lives six weeks with twelve."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from events.alerts import AlertFailed, AlertUnreachable
from register.deadlines import LONDON
from register.policy import SHIPPED, Policies
from register.turns.clock import Clock
from tests.cast import left, moved
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague
from tests.year_told import YEAR
from tests.years import FIRST, SMALL, WHOLE, Size, Trouble, Year, lived, managers, outcomes

WEEK = timedelta(days=7)


def usual(_year: Year, person: str) -> float:
    return 0.0 if person.startswith("manager") and person.endswith("0") else 0.7


def silent_managers(_year: Year, person: str) -> float:
    return 0.0 if person.startswith(("manager", "director")) else 0.6


def all_silent(_year: Year, person: str) -> float:
    return 0.0 if not person.startswith("worker") else 0.3


def leaving(year: Year) -> None:
    """Every other week a manager leaves, and their workers are another's."""
    here = managers(year)
    if year.now.toordinal() % 14 == 0 and len(here) > 1:
        gone, new = year.chance.sample(here, 2)
        people = year.register.read.directory().people
        below = [each for each in people.values() if each.line_manager == gone]
        day = year.now.astimezone(LONDON).date()
        year.register.change_directory(
            [left(gone, day), *(moved(each.id, under=new) for each in below)]
        )


def covered(year: Year) -> None:
    """Each Monday some managers name another for two weeks."""
    if year.now.astimezone(LONDON).weekday() == 0:
        here = managers(year)
        first = year.now.astimezone(LONDON).date()
        days = {"first_on": str(first), "last_on": str(first + timedelta(days=13))}
        for away in year.chance.sample(here, max(1, len(here) // 8)):
            wanted = {"covered_by": next(each for each in here if each != away), **days}
            year.try_(partial(year.register.covering.name, away, wanted))


def unreachable(year: Year) -> None:
    """Each day it turns out that no notice reaches some of those asked."""
    for alert, record in list(year.alerts.items())[-5:]:
        if not record.is_done and record.person is not None:
            said = AlertUnreachable(originator_id=alert, person=record.person, noticed_at=year.now)
            year.register.turns.run(lambda turn, said=said: turn.append([said]))


def four_nations() -> Policies:
    folder = Path(FOLDER[0])
    for nation in ("ENG", "NIR", "SCT", "WLS"):
        pack = (SHIPPED / "residential-short-breaks" / "2026-04-01.toml").read_text()
        (folder / nation.lower()).mkdir(exist_ok=True)
        of_nation = pack.replace('nation = "ENG"', f'nation = "{nation}"')
        (folder / nation.lower() / "2026-04-01.toml").write_text(of_nation)
    return Policies(SHIPPED, folder)


def changed_packs() -> Policies:
    """From 15 September on it goes on sooner, and decisions at another pace."""
    folder = Path(FOLDER[0])
    pack = (SHIPPED / "residential-short-breaks" / "2026-04-01.toml").read_text()
    steps = '\n[steps]\nremind = ["0wd"]\nescalate = "+1wd"\nrepeat = "3d"\n'
    steps += '[steps.decide]\nremind = ["-2wd", "+2wd"]\nescalate = "+3wd"\n'
    (folder / "elm-pack").mkdir(exist_ok=True)
    (folder / "elm-pack" / "2026-04-01.toml").write_text(pack)
    (folder / "elm-pack" / "2026-09-15.toml").write_text(pack + steps)
    return Policies(SHIPPED, folder)


def set_back(year: Year) -> None:
    """The clock is put an hour back or forth, as by somebody who gets summer time wrong."""
    if year.now.toordinal() % 9 == 0:
        year.clock.now += timedelta(hours=year.chance.choice([-1, 1]))


def dead_mail(year: Year, person: str) -> float:
    """In the third week nobody hears of anything."""
    return 0.0 if 2 * WEEK <= year.now - FIRST < 3 * WEEK else usual(year, person)


def failing(year: Year) -> None:
    for alert, record in list(year.alerts.items())[-3:]:
        if not record.is_done and record.person is not None:
            failed = AlertFailed(
                originator_id=alert,
                person=record.person,
                channel="email",
                cause=1,
                reason="421",
                is_final=False,
                failed_at=year.now,
            )
            year.register.turns.run(lambda turn, failed=failed: turn.append([failed]))


def about_somebody(year: Year, by: str):
    """What workers saw, about their line manager, their director or each other."""
    person = year.register.read.directory().people[by]
    people = [person.line_manager, f"director-{person.services[0]}", by[:-1] + "0"]
    about = year.chance.choice([each for each in people if each != by])
    worry = {"subject": about, "subject_note": None, "seen": "He took it", "at_risk": False}
    return "worry-about-a-colleague", worry


def stopped(year: Year) -> bool:
    """The clock stands still for a day in each third week."""
    return (year.now - FIRST).days % 21 != 20


def two_at_once(year: Year) -> None:
    other = OTHER.setdefault(id(year), _second_clock(year))
    both = [threading.Thread(target=clock.tick) for clock in (year.register.clock, other)]
    for each in both:
        each.start()
    for each in both:
        each.join()


OTHER: dict[int, Clock] = {}
FOLDER: list[str] = []


def _second_clock(year: Year) -> Clock:
    register = year.register
    directories = register.clock._directories
    return Clock(
        register.turns, directories, register.now, register.log.database, register.alert_check
    )


NATIONS = tuple((nation, nation) for nation in ("eng", "nir", "sct", "wls"))
TROUBLES = [
    Trouble("a manager is silent", silent_managers),
    Trouble("managers leave", usual, daily=leaving),
    Trouble("managers are covered", usual, daily=covered),
    Trouble("whoever covers is silent too", silent_managers, daily=covered),
    Trouble("nobody can be reached", silent_managers, daily=unreachable),
    Trouble("bank holidays of four nations", usual, policies=four_nations, services=NATIONS),
    Trouble("the clocks are changed", usual, daily=set_back),
    Trouble("mail is dead for a week", dead_mail, daily=failing),
    Trouble(
        "the pack changes in the middle",
        silent_managers,
        policies=changed_packs,
        services=(("elm", "elm-pack"), ("oak", "supported-living")),
    ),
    Trouble("people are barred", usual, declares=about_somebody),
    Trouble("the clock stops for a day", usual, runs=stopped, expects_faults=lambda _: True),
    Trouble("two clocks at once", usual, ticks=two_at_once),
    Trouble("nobody ever acts", all_silent),
]
NAMES = [each.name for each in TROUBLES]


@contextmanager
def year_of(url: str, tmp_path: Path, trouble: Trouble, size: Size) -> Iterator[Year]:
    FOLDER[:] = [str(tmp_path)]
    with dropped_in(worry_about_a_colleague), lived(url, trouble, size) as year:
        yield year


def check(year: Year) -> None:
    assert year.twice == [], "nobody is told the same twice"
    ends = outcomes(year)
    assert ends["open"] == 0, {
        alert: record for alert, record in year.alerts.items() if record.outcome == "open"
    }
    for record in year.alerts.values():
        if not record.is_done:
            assert year.now - record.last_told_at <= WEEK + timedelta(minutes=2)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'register.sqlite'}"


@pytest.mark.parametrize("trouble", TROUBLES, ids=NAMES)
def test_no_alert_falls_silent(url: str, tmp_path: Path, trouble: Trouble) -> None:
    with year_of(url, tmp_path, trouble, SMALL) as year:
        check(year)
        assert len(year.alerts) >= SMALL.declarations


@pytest.mark.long
@pytest.mark.parametrize("trouble", TROUBLES, ids=NAMES)
def test_no_alert_falls_silent_in_a_whole_year(
    url: str, tmp_path: Path, trouble: Trouble, record_property: Callable[[str, object], None]
) -> None:
    with year_of(url, tmp_path, trouble, WHOLE) as year:
        for line in told(year):
            record_property(YEAR, line)
        check(year)


def told(year: Year) -> Iterator[str]:
    """The table of what became of the alerts."""
    yield f"{year.trouble.name}: {len(year.alerts)} alerts, {year.moments} moments"
    for outcome, number in sorted(outcomes(year).items()):
        yield f"  {number:>5}  {outcome}"
    for fault, number in sorted(year.faults.items()):
        yield f"  while the clock stood still, at {number} moments: {fault}"
