"""Whom a worker named by a role while that role changed hands: before the register had it, as it
waited for a signal, or between one sending and the next."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from msgspec import structs

from events.directory import PersonMoved
from events.names import Role
from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.deadlines import LONGEST_WITHOUT_SIGNAL, written_since
from register.directory.directory import Directory
from register.errors import InvalidError
from register.kinds import answers_in
from register.ruling.subjects import NOT_CLEAR, PLACE, by_id
from tests.browser import Office
from tests.cast import (
    A_DAY,
    A_MINUTE,
    CAST,
    NOW,
    TODAY,
    cast,
    details,
    directed,
    joined,
    left,
    moved,
    told,
)
from tests.spec import Step, When, declared, did, given

KIND = "colleague-concern"
MANAGER, DIRECTOR = "line_manager", "service_director"


def at_services(person: str, *services: str) -> PersonMoved:
    """Somebody works elsewhere now."""
    known = moved(person, under=CAST.people[person].line_manager)
    return structs.replace(known, services=services)


def about(who: str | None, **said: Any) -> Step:
    return declared(KIND, by="eve", subject=who, **said)


def now_about(who: str) -> Step:
    said = {"details": details(KIND, subject=who), "reason": "I had not said who it is"}
    return did(correct, "eve", said)


UNDER_BEN = cast(moved("eve", under="ben"))
AT_ELM_HOUSE = cast(at_services("eve", "elm-house"))


# While it waited for a signal


def meant(role: str, *then: Directory, now: Directory = CAST) -> str | None:
    """Whom Eve means by a role, by what the directory said since she wrote it."""
    said = answers_in(KIND, details(KIND, subject=role))
    assert said is not None
    found: str = getattr(by_id(said, "eve", "riverside", now, lately=lambda: then), "subject", "")
    return None if found == role else found


def test_whoever_holds_a_role_all_the_while_is_meant() -> None:
    assert meant(MANAGER, CAST, CAST) == "femi"
    assert meant(DIRECTOR, CAST, CAST) == "dana"


@pytest.mark.parametrize(
    ("role", "then", "now"),
    [
        (MANAGER, [CAST], UNDER_BEN),
        (MANAGER, [CAST, UNDER_BEN], CAST),
        (
            MANAGER,
            [CAST.on(TODAY - 2 * A_DAY)],
            cast(left("femi"), moved("eve", under="ben")),
        ),
        (DIRECTOR, [CAST], cast(directed("riverside", by="carol"))),
        (DIRECTOR, [AT_ELM_HOUSE], CAST),
    ],
)
def test_nobody_is_named_where_another_held_the_role_since_it_was_written(
    role: str, then: list[Directory], now: Directory
) -> None:
    assert meant(role, *then, now=now) is None


def test_whoever_has_left_since_it_was_written_is_meant_still() -> None:
    later = cast(left("femi", on=TODAY))
    assert meant(MANAGER, CAST.on(TODAY - A_DAY), now=later) == "femi"
    assert meant(MANAGER, CAST.on(TODAY), now=later) is None


def test_before_the_register_began_nobody_held_anything() -> None:
    assert meant(MANAGER, Directory(TODAY - A_DAY), CAST) == "femi"


def test_a_clock_that_is_ahead_may_have_written_it_a_fortnight_ago() -> None:
    a_day_ago, a_fortnight_ago = NOW - A_DAY, NOW - LONGEST_WITHOUT_SIGNAL
    assert written_since(a_day_ago, NOW) == a_day_ago
    assert written_since(NOW + A_DAY, NOW) == a_fortnight_ago


def test_who_held_it_since_any_moment_is_looked_up(here: Office) -> None:
    """On three days: Ben is made Eve's manager, then Riverside is Carol's, then Eve moves away."""
    changes = moved("eve", under="ben"), directed("riverside", by="carol")
    for each in (*changes, at_services("eve", "elm-house")):
        here.clock.goes_on(A_DAY)
        here.register.change_directory([each])

    def since(days: float) -> list[tuple[str | None, str, tuple[str, ...]]]:
        found = here.register.read.lately("eve", "riverside", NOW + days * A_DAY)
        known = [(then.people["eve"], then.services["riverside"].director) for then in found]
        return [(eve.line_manager, director, eve.services) for eve, director in known]

    at_first = ("femi", "dana", ("riverside",))
    after_one = ("ben", "dana", ("riverside",))
    after_two = ("ben", "carol", ("riverside",))
    at_last = ("femi", "carol", ("elm-house",))
    assert since(0.5) == [at_first, after_one, after_two, at_last]
    assert since(1.5) == [after_one, after_two, at_last]
    assert since(2.5) == [after_two, at_last]
    assert since(3.5) == since(1000) == [at_last]
    assert since(-1)[0] == (None, "", ())
    assert since(-1)[-4:] == since(-10_000)[-4:] == since(0.5)


def test_a_concern_is_not_taken_once_another_is_the_line_manager(here: Office) -> None:
    """By then it would have come to Femi, of whom it tells, as he manages whoever is named."""
    body = told(KIND, "eve", subject=MANAGER)
    here.clock.goes_on(A_DAY)
    here.register.change_directory(
        [joined("nora", under="dana"), moved("femi", under="dana"), moved("eve", under="nora")]
    )
    here.clock.goes_on(A_MINUTE)
    with pytest.raises(InvalidError) as refusal:
        here.register.declare("eve", str(uuid4()), body)
    (error,) = refusal.value.errors
    assert (error.field, error.message) == (PLACE, NOT_CLEAR[Role.LINE_MANAGER])
    with pytest.raises(InvalidError):
        here.register.preview("eve", body)
    since = told(KIND, "eve", subject=MANAGER, at=here.clock.shows)
    concern = here.register.declare("eve", str(uuid4()), since).state
    assert concern.subjects == {"nora"}


# Sent again


def corrected_again(*steps: Step) -> When:
    """Eve says the last correction once more, when Ben is her manager."""
    story = given(*steps)
    return story.when(correct, by="eve", body=steps[-1].body, directory=UNDER_BEN)


def test_the_same_correction_again_is_the_same_whoever_holds_the_role_by_then() -> None:
    by_now = now_about(MANAGER)
    corrected_again(about("dana"), by_now).then_nothing_is_said()
    corrected_again(about(None, subject_note="Him"), by_now).then_nothing_is_said()


def test_so_it_is_where_the_correction_waits_for_somebody_to_look() -> None:
    settled = did(acknowledge, "femi", {"note": "I have read it", "actions": []})
    story = given(about("gus"), settled, now_about(MANAGER))
    assert story.state.review is not None
    corrected_again(about("gus"), settled, now_about(MANAGER)).then_nothing_is_said()
