"""Whom a declaration waits for: whose move it is, since when, and by when."""

from __future__ import annotations

from dataclasses import replace

from register.acts.acknowledging import acknowledge
from register.acts.completing import complete
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.requesting import ask
from register.alerts.whose_move import Move, whose_move
from register.directory.directory import Directory
from tests.cast import A_DAY, A_TOKEN, CAST, NOW, cast, left, london
from tests.spec import Step, declared, did, given
from tests.test_completing import TWO_ACTIONS

FRAME = declared("gift", by="amina")
TO_BE_DECIDED_BY, TO_BE_SAID_BY = london("2026-11-23 17:00"), london("2026-11-18 17:00")
ASKED = did(ask, "carol", {"text": "Who gave it?"}, at=NOW + A_DAY)
TOLD = did(inform, "amina", {"text": "Her sister"}, at=NOW + 2 * A_DAY)
RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"}, at=NOW + A_DAY)


def move(*steps: Step, directory: Directory = CAST) -> Move:
    """To the minute: each event has a moment of its own."""
    found = whose_move(given(*steps).state, directory)
    assert found is not None
    return replace(found, since=found.since.replace(microsecond=0))


def test_a_gift_waits_for_the_director_since_it_was_declared():
    assert move(FRAME) == Move("carol", "service_director", "decide", NOW, TO_BE_DECIDED_BY)


def test_a_question_makes_it_the_worker_s_move_since_it_was_asked():
    found = move(FRAME, ASKED)
    assert (found.person, found.role, found.since) == ("amina", "worker", NOW + A_DAY)


def test_once_answered_it_is_the_director_s_again_since_the_answer():
    expected = Move("carol", "service_director", "decide", NOW + 2 * A_DAY, TO_BE_DECIDED_BY)
    assert move(FRAME, ASKED, TOLD) == expected


def test_what_is_to_go_back_waits_for_the_worker_since_the_decision():
    found = move(FRAME, RETURN)
    assert (found.person, found.since) == ("amina", NOW + A_DAY)


def test_of_several_actions_the_first_that_is_due_is_waited_for():
    cash = declared("gift", by="eve", form="cash")
    first = move(cash, TWO_ACTIONS)
    assert (first.person, first.due_at) == ("femi", TO_BE_SAID_BY)
    done = did(complete, "femi", {"evidence": "Rang them"}, action=1, at=NOW + A_DAY)
    second = move(cash, TWO_ACTIONS, done)
    assert (second.person, second.since) == ("eve", NOW + A_DAY)


def test_it_waits_for_whoever_holds_the_role_now():
    found = move(FRAME, directory=cast(left("carol")))
    assert found.person == "dana"


def test_what_is_closed_waits_for_nobody():
    met = declared("out-of-hours-encounter", by="amina")
    noted = did(acknowledge, "ben", {"note": "Talked it over", "actions": []})
    assert move(met).person == "ben"
    assert whose_move(given(met, noted).state, CAST) is None
    assert whose_move(given(declared("gift", by="amina", **A_TOKEN)).state, CAST) is None
