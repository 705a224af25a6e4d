"""A worker confirms, or corrects, what somebody entered for them."""

from __future__ import annotations

from typing import Any

import pytest

from events.confirming import DeclarationConfirmed
from events.names import Role, Why
from register.acts.acknowledging import acknowledge
from register.acts.confirming import confirm
from register.acts.correcting import correct
from register.acts.withdrawing import withdraw
from register.alerts.duties import duties
from register.alerts.whose_move import whose_move
from register.declarations.history import lines
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.at_length import on_both_engines
from tests.browser import Office
from tests.cast import A_DAY, CAST, NOW, TODAY, cast, days_ago, gift, left, london
from tests.covering import days_go_by
from tests.gifts import assert_refused, day, new_id, taken
from tests.gifts import gift as sent_gift
from tests.server import Server
from tests.spec import declared, did, entered, given, said

FRAME = entered("gift", "ben", "amina", told_on=days_ago(3))
CONFIRMED = did(confirm, "amina", {})
DEARER = {"details": gift(worth="70.00"), "reason": "It was dearer"}


def waits(step: Any, *then: Any) -> list[tuple[str | None, Role | None]]:
    found = duties(given(step, *then).state, CAST).values()
    return [(each.person, each.role) for each in found if each.why == Why.CONFIRM]


def test_the_worker_is_asked_and_confirms() -> None:
    assert waits(FRAME) == [("amina", Role.WORKER)]
    given(FRAME).when(confirm, by="amina", body={}).then(
        said(DeclarationConfirmed, confirmed_by="amina", confirmed_at=NOW)
    )
    state = given(FRAME, CONFIRMED).state
    assert state.on_behalf is not None
    assert state.on_behalf.confirmed_at == NOW
    assert waits(FRAME, CONFIRMED) == []


def test_nothing_else_waits_for_that() -> None:
    """Whoever acts may do so before; and what was asked stays as it was once it is confirmed."""
    move = whose_move(given(FRAME).state, CAST)
    assert move is not None
    assert (move.person, move.why) == ("carol", Why.DECIDE)
    before, after = given(FRAME).state, given(FRAME, CONFIRMED).state
    assert (before.status, before.waiting_for) == (after.status, after.waiting_for)


def test_it_can_be_confirmed_once_it_is_settled_too() -> None:
    met = entered("out-of-hours-encounter", "ben", "gus")
    read = did(acknowledge, "carol", {"note": "We talked", "actions": []})
    state = given(met, read, did(confirm, "gus", {})).state
    assert (state.status, state.on_behalf and state.on_behalf.waits) == ("closed", False)


@pytest.mark.parametrize("by", ["ben", "carol"])
def test_nobody_confirms_in_the_workers_place(by: str) -> None:
    given(FRAME).when(confirm, by=by, body={}).then_refused(ForbiddenError)


def test_for_whoever_may_not_know_of_it_there_is_nothing_to_confirm() -> None:
    given(FRAME).when(confirm, by="eve", body={}).then_refused(NotFoundError)


def test_what_the_worker_declared_is_not_to_be_confirmed() -> None:
    given(declared("gift", by="amina")).when(confirm, by="amina", body={}).then_refused(
        ConflictError
    )


def test_the_same_again_brings_nothing_about() -> None:
    given(FRAME, CONFIRMED).when(confirm, by="amina", body={}).then_nothing_is_said()


def test_nothing_else_can_be_said_with_it() -> None:
    given(FRAME).when(confirm, by="amina", body={"note": "Yes"}).then_refused(
        InvalidError, field="note"
    )


@pytest.mark.parametrize(
    "instead", [did(correct, "amina", DEARER), did(withdraw, "amina", {"reason": "It was a loan"})]
)
def test_whoever_says_something_else_has_nothing_to_confirm_any_more(instead: Any) -> None:
    assert waits(FRAME, instead) == []
    story = given(FRAME, instead)
    story.when(confirm, by="amina", body={}).then_refused(ConflictError)
    assert story.state.on_behalf is not None
    assert story.state.on_behalf.confirmed_at is None


def test_what_was_confirmed_can_still_be_corrected() -> None:
    state = given(FRAME, CONFIRMED, did(correct, "amina", DEARER)).state
    assert state.details is not None
    assert (state.details["worth"], state.on_behalf and state.on_behalf.confirmed_at) == (
        "70.00",
        NOW,
    )


def test_once_the_worker_has_left_whoever_acts_says_so_but_not_whoever_entered_it() -> None:
    gone = given(FRAME, directory=cast(left("amina", TODAY + A_DAY)))
    later = NOW + 2 * A_DAY
    gone.when(confirm, by="ben", body={}, at=later).then_refused(ForbiddenError)
    assert gone.when(confirm, by="carol", body={}, at=later).events


def test_the_history_says_so() -> None:
    past = given(FRAME, CONFIRMED).state.past
    name = {"amina": "Amina", "ben": "Ben", "carol": "Carol"}.__getitem__
    last = lines(past, name)[-1]
    assert last.sentence == "Amina confirmed on 16 November 2026 that this is what was told."


# In a register


def test_it_stands_among_what_awaits_them_until_they_have_said_so(here: Office) -> None:
    new = str(here.enter("ben", "amina"))
    (alert,) = here.register.alerts("amina")
    assert (str(alert.declaration), alert.why, alert.due_at) == (
        new,
        Why.CONFIRM,
        london("2026-11-18 17:00"),
    )
    here.register.confirm("amina", new, {})
    assert here.register.alerts("amina") == []
    assert [each.why for each in here.register.alerts("carol")] == [Why.DECIDE]
    assert here.register.alerts("ben") == []


def test_as_at_a_moment_before_it_is_not_confirmed_yet(here: Office) -> None:
    new = str(here.enter("ben", "amina"))
    before = here.log.last_position()
    here.register.confirm("amina", new, {})
    then = here.register.read.declaration("amina", new, str(before))
    now = here.register.read.declaration("amina", new)
    assert then.on_behalf is not None
    assert now.on_behalf is not None
    assert (then.on_behalf.waits, now.on_behalf.waits) == (True, False)


def test_who_is_silent_is_reminded_and_at_last_the_next_above_speaks_with_them(
    here: Office,
) -> None:
    new = str(here.enter("ben", "gus", "out-of-hours-encounter"))
    here.register.acknowledge("carol", new, {"note": "We talked", "actions": []})
    assert here.register.alerts("carol") == []
    for _ in range(3):
        days_go_by(here, 5)
    assert [each.why for each in here.register.alerts("carol")] == [Why.CONFIRM]
    assert here.register.alerts("ben") == []
    here.register.confirm("carol", new, {})
    assert [here.register.alerts(each) for each in ("gus", "carol")] == [[], []]


def test_no_alert_of_it_is_unattended(here: Office) -> None:
    new = str(here.enter("ben", "amina"))
    for _ in range(8):
        days_go_by(here, 5)
        assert here.register.alert_check.make().found == {}
    here.register.confirm("amina", new, {})
    assert here.register.alert_check.make().found == {}


# Over HTTP


@on_both_engines
def test_it_is_entered_read_and_confirmed(server: Server) -> None:
    how = {"on_behalf_of": "amina", "told_by": "in_person", "told_on": day(0)}
    body = {**sent_gift(), **how}
    path = f"/api/declarations/{new_id()}"
    ben, amina = server.as_("ben"), server.as_("amina")
    made = taken(ben.put(path, json=body), 201)
    expected = {
        "entered_by": "ben",
        "told_by": "in_person",
        "told_on": day(0),
        "confirmed_at": None,
    }
    assert (made["worker"], made["on_behalf"]) == ("amina", expected)
    assert taken(ben.put(path, json=body), 200)["on_behalf"] == expected
    assert_refused(ben.put(path, json={**body, "told_by": "paper"}), 409, "conflict")
    assert_refused(server.as_("carol").put(path, json=body), 409, "conflict")
    assert_refused(server.as_("femi").put(path, json=body), 403, "forbidden")
    assert_refused(ben.post(f"{path}/confirmation", json={}), 403, "forbidden")
    assert_refused(server.as_("eve").post(f"{path}/confirmation", json={}), 404, "not_found")
    confirmed = taken(amina.post(f"{path}/confirmation", json={}), 200)
    assert confirmed["on_behalf"]["confirmed_at"] is not None
    assert taken(amina.post(f"{path}/confirmation", json={}), 200) == confirmed
    history = taken(amina.get(f"{path}/history"), 200)["items"]
    assert [(each["event"], each["actor"]) for each in history] == [
        ("declaration-made", "ben"),
        ("declaration-confirmed", "amina"),
    ]
