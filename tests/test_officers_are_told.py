"""Whoever must act is told of what people asked, of what they complain of, and of what is due to
go: in time, not too often, and without a name or a word of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from events.names import Cause
from events.requests import ComplaintAnswered, DisclosureDecided, RequestAnswered
from register.erasing.telling import step_of
from register.errors import ConflictError
from register.notices.tables import notices
from tests.browser import Office, office, words
from tests.cast import A_DAY, TODAY, joined, left, london
from tests.told import Told, telling

OFFICER = ("data_protection_officer",)
DUE = TODAY + 30 * A_DAY
"""Wednesday 16 December 2026; five working days before is the Wednesday before."""
NEARLY = TODAY + 23 * A_DAY
COMPLAINT = {"by_whom": "Zygomorphic Quokka", "received_on": str(TODAY), "text": "Wapiti rumour"}
TWO_YEARS = 731 * A_DAY
Row = tuple[str, str]


@pytest.fixture
def there(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with office(tmp_path, url=database_url) as found:
        found.register.change_directory([joined(each, roles=OFFICER) for each in ("otto", "olga")])
        yield found


def ask(there: Office, by: str = "otto", **more: str) -> str:
    wanted = {"received_on": str(TODAY), **(more or {"service_user": "SU-1042"})}
    return str(there.register.protection.requests.receive(by, wanted).id)


def told(there: Office) -> list[Row]:
    """Everybody who was told anything of this so far, and why."""
    query = sa.select(notices.c.person, notices.c.cause).where(
        notices.c.cause.in_((Cause.PROTECTION, Cause.NO_OFFICER))
    )
    with there.log.database.read() as connection:
        return sorted((row.person, row.cause) for row in connection.execute(query))


def on(there: Office, day: date) -> int:
    """How many were told by the end of a day, with a clock that ticks twice a day."""
    before = len(told(there))
    end = london(f"{day} 23:59")
    while there.clock.shows < end:
        there.clock.shows = min(end, there.clock.shows + timedelta(hours=12))
        there.register.clock.tick()
    return len(told(there)) - before


BOTH = [("olga", Cause.PROTECTION), ("otto", Cause.PROTECTION)]

# Requests and complaints


@pytest.mark.parametrize("of", ["request", "complaint"])
def test_all_officers_are_told_when_it_comes_in_when_it_is_nearly_due_when_late_and_each_week(
    there: Office, of: str
) -> None:
    if of == "request":
        ask(there)
    else:
        there.register.protection.complaints.receive("otto", COMPLAINT)
    assert told(there) == BOTH
    assert on(there, NEARLY - A_DAY) == 0
    assert on(there, NEARLY) == 2
    assert on(there, DUE) == 0
    assert on(there, DUE + A_DAY) == 2
    assert on(there, DUE + 7 * A_DAY) == 0
    assert on(there, DUE + 8 * A_DAY) == 2
    assert on(there, DUE + 14 * A_DAY) == 0


def test_what_was_missed_is_told_once(there: Office) -> None:
    ask(there)
    there.clock.goes_on(60 * A_DAY)
    there.register.clock.tick()
    assert told(there) == sorted(BOTH * 2)


def test_what_comes_in_late_already_is_told_once(there: Office) -> None:
    ask(there, service_user="SU-1042", received_on=str(TODAY - 40 * A_DAY))
    assert on(there, TODAY + A_DAY) == 0
    assert told(there) == BOTH


def test_nobody_is_told_of_what_is_answered(there: Office) -> None:
    request = ask(there)
    there.register.protection.requests.answer("otto", request, {"text": "Sent by post"})
    assert on(there, DUE + A_DAY) == 0


def test_two_clocks_tell_it_once(there: Office) -> None:
    ask(there)
    there.clock.goes_on(24 * A_DAY)
    tell = there.register.protection.telling.tell
    with ThreadPoolExecutor() as at_once:
        assert sorted(at_once.map(lambda _: tell(), range(2))) == [0, 2]


def test_whoever_asked_is_not_told_of_it_though_they_are_an_officer(there: Office) -> None:
    ask(there, "olga", person="otto")
    assert told(there) == [("olga", Cause.PROTECTION)]


def test_whoever_becomes_an_officer_is_told_how_it_stands(there: Office) -> None:
    ask(there)
    there.register.change_directory([joined("oona", roles=OFFICER)])
    assert on(there, TODAY) == 1
    assert ("oona", Cause.PROTECTION) in told(there)


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (0, "new"),
        (22, "new"),
        (23, "nearly"),
        (30, "nearly"),
        (31, "late 0"),
        (37, "late 0"),
        (38, "late 1"),
        (45, "late 2"),
    ],
)
def test_the_step_follows_from_the_day_alone(days: int, step: str) -> None:
    assert step_of(DUE, TODAY + days * A_DAY) == step


def test_bank_holidays_are_no_working_days() -> None:
    due_on = date(2026, 12, 31)
    assert step_of(due_on, date(2026, 12, 21)) == "new"
    assert step_of(due_on, date(2026, 12, 22)) == "nearly"


def test_nobody_is_told_at_night(there: Office) -> None:
    ask(there)
    there.clock.shows = london(f"{NEARLY} 03:00")
    there.register.clock.tick()
    assert told(there) == BOTH
    there.clock.shows = london(f"{NEARLY} 08:05")
    there.register.clock.tick()
    assert told(there) == sorted(BOTH * 2)


# What the message says


@pytest.fixture
def with_mail(tmp_path: Path, database_url: str) -> Iterator[Told]:
    with telling(tmp_path, url=database_url) as found:
        change = found.here.register.change_directory
        change([joined("otto", roles=OFFICER)])
        found.reaching.set_number("otto", "07700 900123")
        yield found


def texts(of: Told) -> list[str]:
    return [str(each) for each in of.texts.taken]


def test_the_message_says_by_when_and_where_to_look_and_nothing_else(with_mail: Told) -> None:
    here = with_mail.here
    here.register.protection.complaints.receive("otto", COMPLAINT)
    with_mail.goes()
    (text,) = texts(with_mail)
    assert "Something waits for you in the register" in text
    assert "It is due by Wednesday 16 December 2026, 17:00" in text
    assert "https://register.test/protection" in text
    for said in ("Zygomorphic", "Quokka", "Wapiti", "complain", "request", "Otto", "SU-1042"):
        assert said not in text


def test_two_things_are_told_as_two_and_what_is_answered_before_it_goes_is_not(
    with_mail: Told,
) -> None:
    here = with_mail.here
    request = ask(here)
    here.register.protection.complaints.receive("otto", COMPLAINT)
    here.register.protection.complaints.receive("otto", {**COMPLAINT, "text": "Ocelot"})
    here.register.protection.requests.answer("otto", request, {"text": "Sent by post"})
    with_mail.goes()
    (text,) = texts(with_mail)
    assert "2 things wait for you in the register" in text


def test_nothing_is_sent_where_all_of_it_is_answered(with_mail: Told) -> None:
    request = ask(with_mail.here)
    with_mail.here.register.protection.requests.answer("otto", request, {"text": "Sent"})
    with_mail.goes()
    assert texts(with_mail) == []


# What is due to go


def over(there: Office) -> None:
    there.declare("amina", offer="declined")
    there.clock.goes_on(TWO_YEARS - 40 * A_DAY)


def test_officers_are_told_every_four_weeks_as_long_as_something_is_due_within_thirty_days(
    there: Office,
) -> None:
    over(there)
    first = there.clock.shows.date()
    days = [first + each * A_DAY for each in range(100)]
    times = [each for each in days if on(there, each)]
    assert times[0] == first + 10 * A_DAY
    assert len(times) == 4
    later = {(late - early).days for early, late in pairwise(times[1:])}
    assert later == {28}


def test_nobody_is_told_of_what_is_held_or_was_refused(there: Office) -> None:
    over(there)
    held = {"service_user": "SU-1042", "reason": "A claim is made"}
    known, _ = there.register.protection.holds.place("otto", held)
    day = there.clock.shows.date()
    assert on(there, day + 50 * A_DAY) == 0
    there.register.protection.holds.lift("otto", str(known.id), {"reason": "It is over"})
    there.clock.goes_on(timedelta(hours=2))
    there.register.clock.tick()
    assert len(told(there)) == 2
    for each in there.register.erasures.all("otto"):
        assert each.erasure.declaration is not None
        there.register.erasures.refuse("otto", str(each.erasure.id), {"reason": "Not yet"})
    assert on(there, there.clock.shows.date() + 60 * A_DAY) == 0


def test_an_officer_who_must_not_know_of_all_that_is_due_is_told_nothing(there: Office) -> None:
    concern = there.declare("gus", "colleague-concern", subject="otto")
    there.register.withdraw("gus", str(concern), {"reason": "By mistake"})
    there.register.review("carol", str(concern), {"stands": False, "reason": "Agreed"})
    there.clock.goes_on(2192 * A_DAY)
    there.register.clock.tick()
    assert told(there) == [("olga", Cause.PROTECTION)]
    there.register.change_directory([left("olga", there.clock.shows.date())])
    assert on(there, there.clock.shows.date() + 40 * A_DAY) == 0  # nor an administrator


def test_where_there_is_no_officer_the_administrators_are_told(
    tmp_path: Path, database_url: str
) -> None:
    with office(tmp_path, url=database_url) as there:
        over(there)
        assert "nobody may deal with it" not in words(there.browser("ada").get("/"))
        assert on(there, there.clock.shows.date() + 11 * A_DAY) == 1
        assert told(there) == [("ada", Cause.NO_OFFICER)]
        assert "nobody may deal with it" in words(there.browser("ada").get("/"))


# Two officers at once


def at_once(there: Office, one: Any, other: Any) -> list[Any]:
    """Each sees that it is open, and only then does either go on."""

    def outcome(act: Any) -> Any:
        try:
            return act()
        except ConflictError as refusal:
            return refusal

    run, seen = there.register.turns.run, iter((lambda: outcome(other), None))
    came: list[Any] = []

    def run_after_another(*turn: Any) -> Any:
        if (before := next(seen, None)) is not None:
            came.append(before())
        return run(*turn)

    there.register.turns.run = run_after_another  # type: ignore[method-assign]
    came.append(outcome(one))
    there.register.turns.run = run  # type: ignore[method-assign]
    return came


def stored(there: Office, kind: type[Any]) -> int:
    return sum(isinstance(each, kind) for each in there.log.after())


def test_two_officers_at_once_do_not_both_answer_a_request(there: Office) -> None:
    request, answer = ask(there), there.register.protection.requests.answer
    came = at_once(
        there,
        lambda: answer("otto", request, {"text": "Sent by post"}),
        lambda: answer("olga", request, {"text": "Handed over"}),
    )
    assert isinstance(came[1], ConflictError)
    assert stored(there, RequestAnswered) == 1
    assert answer("olga", request, {"text": "Handed over"}).answered_by == "olga"  # the same again
    assert stored(there, RequestAnswered) == 1


def test_two_officers_at_once_do_not_both_answer_a_complaint(there: Office) -> None:
    complaints = there.register.protection.complaints
    complaint = str(complaints.receive("otto", COMPLAINT).id)
    came = at_once(
        there,
        lambda: complaints.answer("otto", complaint, {"text": "It will not again"}),
        lambda: complaints.answer("olga", complaint, {"text": "We are sorry"}),
    )
    assert isinstance(came[1], ConflictError)
    assert stored(there, ComplaintAnswered) == 1


def test_nothing_more_is_given_once_another_officer_answered(there: Office) -> None:
    gift = there.declare("amina")
    request = ask(there, person="amina")
    said = {"declaration": str(gift), "withheld": "words", "is_given": True, "reason": "Known"}
    requests = there.register.protection.requests
    came = at_once(
        there,
        lambda: requests.decide("otto", request, said),
        lambda: requests.answer("olga", request, {"text": "Handed over"}),
    )
    assert isinstance(came[1], ConflictError)
    assert stored(there, DisclosureDecided) == 0


def test_of_many_answers_in_threads_one_is_stored(there: Office) -> None:
    request, answer = ask(there), there.register.protection.requests.answer

    def outcome(number: int) -> bool:
        try:
            answer(("otto", "olga")[number % 2], request, {"text": f"Answer {number}"})
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(outcome, range(8))) == 1
    assert stored(there, RequestAnswered) == 1
