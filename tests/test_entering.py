"""A line manager or a director enters what a worker told them, in the worker's name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from events.declarations import DeclarationMade, OnBehalf
from events.names import Status, ToldBy
from register.acts.acknowledging import acknowledge
from register.acts.answering import answer
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.declaring import declare
from register.acts.handing_over import hand_over
from register.acts.informing import inform
from register.acts.lifting import lift
from register.acts.reopening import reopen
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.declarations.history import lines
from register.errors import ConflictError, ForbiddenError, InvalidError, RegisterError
from register.kinds import all_kinds
from register.standing.entering import enters_for
from register.standing.seeing import may_see
from tests.cast import (
    A_DAY,
    CAST,
    NOW,
    SERVICE_USERS,
    SHORT_BREAKS,
    TODAY,
    amended,
    cast,
    covered,
    days_ago,
    gift,
    left,
    london,
    moved,
    told,
)
from tests.spec import Step, declared, did, entered, given, said

MET = entered("out-of-hours-encounter", "ben", "gus")
FRAME = entered("gift", "ben", "amina")
NAMES = {"amina": "Amina Diallo", "ben": "Ben Okoro", "carol": "Carol Price", "gus": "Gus Hall"}


def without(step: Step, *fields: str, **more: Any) -> Step:
    assert isinstance(step.body, dict)
    body = {name: each for name, each in step.body.items() if name not in fields}
    return did(step.verb, step.by, {**body, **more})


# Who may enter, and for whom


@pytest.mark.parametrize("by", ["ben", "carol"])
def test_the_line_manager_and_the_director_there_enter_what_a_worker_told(by: str) -> None:
    step = entered("gift", by, "amina", told_by="paper", told_on=days_ago(1))
    given().when(step.verb, by=by, body=step.body).then(
        said(
            DeclarationMade,
            worker="amina",
            on_behalf=OnBehalf(by, ToldBy.PAPER, days_ago(1)),
            for_person=None,
            confirm_by_at=london("2026-11-18 17:00"),
        )
    )


@pytest.mark.parametrize("by", ["gus", "femi", "dana", "dev", "ada", "amina", "eve"])
def test_nobody_else_does(by: str) -> None:
    step = entered("gift", by, "amina")
    given().when(step.verb, by=by, body=step.body).then_refused(ForbiddenError)


def test_whoever_enters_it_needs_no_workers_role_and_the_worker_does() -> None:
    no_worker = cast(moved("ben", under="carol", roles=()))
    assert given(FRAME, directory=no_worker).state.worker == "amina"
    no_worker = cast(moved("amina", under="ben", roles=()))
    given(directory=no_worker).when(declare, by="ben", body=FRAME.body).then_refused(
        InvalidError, field="on_behalf_of", words="nothing to declare"
    )


def test_whoever_is_not_known_is_refused_as_somebody_elses_worker_is() -> None:
    refusals = set()
    for worker in ("eve", "nobody-here", "ben"):
        step = entered("gift", "ben", worker, service_user="SU-1042")
        when = given().when(step.verb, by="ben", body=step.body)
        refusals.add(str(when.then_refused(ForbiddenError)))
    assert len(refusals) == 1


def test_that_is_asked_before_anything_is_read() -> None:
    body = {"on_behalf_of": "eve", "kind": "no such kind"}
    given().when(declare, by="ben", body=body).then_refused(ForbiddenError)


def test_a_director_enters_only_what_belongs_to_their_own_service() -> None:
    """Eve works at Riverside; what she met at Elm House is Carol's to decide, not to enter."""
    step = entered("gift", "dana", "eve", service_user="SU-1042")
    given().when(step.verb, by="dana", body=step.body).then_refused(ForbiddenError)
    own = entered("gift", "dana", "eve", service_user="RV-007")
    assert given(own).state.worker == "eve"


def test_whoever_covers_enters_in_that_place() -> None:
    directory = cast(covered("ben", "femi"))
    step = entered("gift", "femi", "amina")
    when = given(directory=directory).when(step.verb, by="femi", body=step.body)
    told_femi = OnBehalf("femi", ToldBy.TELEPHONE, TODAY)
    when.then(said(DeclarationMade, for_person="ben", on_behalf=told_femi))
    assert when.state.told >= {"ben"}
    assert ("femi", "ben") in when.state.told_covering


def test_for_whoever_has_left_nobody_enters_anything() -> None:
    directory = cast(left("amina"))
    given(directory=directory).when(declare, by="ben", body=FRAME.body).then_refused(
        InvalidError, field="on_behalf_of", words="do not work here"
    )


def test_the_page_offers_exactly_those_for_whom_it_would_be_taken() -> None:
    for by in CAST.people:
        taken = set()
        for worker in CAST.people:
            user = SERVICE_USERS[next(iter(CAST.people[worker].services), "elm-house")]
            try:
                given(entered("gift", by, worker, service_user=user))
            except RegisterError:
                continue
            taken.add(worker)
        assert set(enters_for(by, CAST)) == taken, by
    assert set(enters_for("ben", CAST)) == {"amina", "gus"}


# What is said


@pytest.mark.parametrize("missing", ["told_by", "told_on"])
def test_how_and_when_it_was_told_is_always_said(missing: str) -> None:
    step = without(FRAME, missing)
    given().when(declare, by="ben", body=step.body).then_refused(InvalidError, field=missing)


@pytest.mark.parametrize(("field", "value"), [("told_by", "paper"), ("told_on", str(TODAY))])
def test_and_never_of_ones_own(field: str, value: str) -> None:
    body = {**told("gift", "amina"), field: value}
    given().when(declare, by="amina", body=body).then_refused(InvalidError, field=field)


@pytest.mark.parametrize(
    ("field", "value"),
    [("told_by", "by pigeon"), ("told_on", str(TODAY + A_DAY)), ("told_on", "yesterday")],
)
def test_what_cannot_be_is_refused_by_its_field(field: str, value: str) -> None:
    step = without(FRAME, **{field: value})
    given().when(declare, by="ben", body=step.body).then_refused(InvalidError, field=field)


# What few may know


def test_nobody_enters_a_kind_that_few_may_know_of(monkeypatch: pytest.MonkeyPatch) -> None:
    restricted = replace(all_kinds()["gift"], is_restricted=True)
    monkeypatch.setitem(all_kinds(), "gift", restricted)
    given().when(declare, by="ben", body=FRAME.body).then_refused(
        InvalidError, field="on_behalf_of", words="the worker has to declare it themselves"
    )


def test_nor_what_few_may_know_of_by_its_facts(tmp_path: Path) -> None:
    """The policy lets nobody see it but whoever acts."""
    was = "[kinds.gift.cases.received]\n"
    policies = amended(tmp_path, SHORT_BREAKS, was, f'{was}seen_by = ["acting"]\n')
    own = declared("gift", by="amina")
    assert given(own, policies=policies).state.is_restricted
    given(policies=policies).when(declare, by="ben", body=FRAME.body).then_refused(
        InvalidError, field="on_behalf_of"
    )


# Lateness


@pytest.mark.parametrize(
    ("happened", "told_on", "late"), [(9, 9, False), (9, 8, False), (9, 7, True), (40, 39, False)]
)
def test_it_is_late_by_the_day_on_which_the_worker_told_it(
    happened: int, told_on: int, late: bool
) -> None:
    """And not by the day on which the manager got round to entering it."""
    step = entered(
        "gift", "ben", "amina", happened_on=days_ago(happened), told_on=days_ago(told_on)
    )
    given(step).then_state(late=late, received_at=NOW)
    own = declared("gift", by="amina", happened_on=days_ago(happened))
    given(own).then_state(late=True)


def test_a_correction_counts_to_that_day_too() -> None:
    step = entered("gift", "ben", "amina", happened_on=days_ago(9), told_on=days_ago(8))
    body = {"details": gift(worth="70.00"), "reason": "It was dearer"}
    given(step, did(correct, "amina", body)).then_state(late=False)
    earlier = {**body, "happened_on": str(days_ago(12))}
    given(step, did(correct, "amina", earlier)).then_state(late=True)


# Whoever entered it never settles it


def test_it_goes_to_the_next_above() -> None:
    given(MET).then_state(tells=["line_manager:carol"], waiting_for="line_manager")
    given(entered("out-of-hours-encounter", "carol", "gus")).then_state(tells=["line_manager:ben"])


def test_what_the_director_entered_somebody_else_decides() -> None:
    state = given(entered("gift", "carol", "amina")).state
    (who,) = (each.person for each in state.ruling.tells if each.role == "service_director")
    assert who not in ("carol", "amina")


STANDS = {"stands": True, "reason": "It did happen"}
READ = {"note": "We talked", "actions": []}
KEEP = {"outcome": "keep", "reason": "A farewell"}
FRIEND = entered("post-service-friendship", "ben", "gus")
FINE = {
    "outcome": "appropriate",
    "no_longer_vulnerable": True,
    "no_imbalance_of_power": True,
    "reason": "Long ago",
}


@pytest.mark.parametrize(
    ("story", "verb", "by", "body"),
    [
        ((MET,), acknowledge, "ben", READ),
        ((MET,), ask, "ben", {"text": "Where?"}),
        ((FRIEND,), answer, "ben", FINE),
        ((entered("gift", "carol", "amina"),), decide, "carol", KEEP),
        ((MET, did(withdraw, "gus", {"reason": "No"})), review, "ben", STANDS),
        ((MET, did(acknowledge, "carol", READ)), reopen, "ben", {"reason": "There is more"}),
    ],
    ids=["acknowledgement", "question", "answer", "decision", "review", "reopening"],
)
def test_whoever_entered_it_is_refused(
    story: tuple[Step, ...], verb: Any, by: str, body: Any
) -> None:
    given(*story).when(verb, by=by, body=body).then_refused(
        ForbiddenError, words="You entered this for somebody else"
    )


def test_the_next_above_does_it() -> None:
    given(MET).when(acknowledge, by="carol", body=READ).then_state(status=Status.CLOSED)
    given(FRIEND).when(answer, by="carol", body=FINE).then_state(status=Status.CLOSED)


def test_also_after_a_correction_of_the_worker() -> None:
    body = {"details": gift(worth="70.00"), "reason": "It was dearer"}
    story = given(entered("gift", "carol", "amina"), did(correct, "amina", body))
    story.when(decide, by="carol", body=KEEP).then_refused(ForbiddenError)


def test_a_cover_who_entered_it_does_not_act_in_that_place_either() -> None:
    directory = cast(covered("ben", "femi"))
    story = given(entered("out-of-hours-encounter", "femi", "gus"), directory=directory)
    story.then_state(tells=["line_manager:ben"])
    story.when(acknowledge, by="femi", body=READ).then_refused(ForbiddenError)
    assert story.when(acknowledge, by="ben", body=READ).state.status == Status.CLOSED


def test_who_covers_for_whoever_entered_it_does_not_act_for_them() -> None:
    directory = cast(covered("ben", "femi"))
    story = given(MET, directory=directory)
    story.when(acknowledge, by="femi", body=READ).then_refused(ForbiddenError)
    story.then_state(tells=["line_manager:carol"])


def test_what_a_leaver_was_to_do_does_not_come_to_whoever_entered_it() -> None:
    agreed = {"note": "x", "actions": [{"what": "Call", "by": "gus", "due_on": str(TODAY)}]}
    gone = cast(left("gus", TODAY + A_DAY))
    story = given(MET, did(acknowledge, "carol", agreed), directory=gone)
    later = NOW + 2 * A_DAY
    done = {"evidence": "I called"}
    story.when(complete, by="ben", body=done, at=later).then_refused(ForbiddenError)
    assert story.when(complete, by="carol", body=done, at=later).state.status == Status.CLOSED


def test_an_action_that_another_agreed_with_them_is_theirs_to_do() -> None:
    agreed = {"note": "x", "actions": [{"what": "Call", "by": "ben", "due_on": str(TODAY)}]}
    story = given(MET, did(acknowledge, "carol", agreed))
    assert story.when(complete, by="ben", body={"evidence": "I called"}).state.status == "closed"


def test_they_may_note_and_hand_over_which_settles_nothing() -> None:
    body = {"to": "safeguarding", "reference": "SG-1"}
    assert given(MET).when(hand_over, by="ben", body=body).state.handed_over
    given(MET).when(inform, by="ben", body={"text": "More"}).then_refused(ForbiddenError)


def test_and_lift_the_exclusion_as_the_line_manager_always_does() -> None:
    known = entered("prior-acquaintance", "ben", "amina")
    assert given(known).when(lift, by="ben", body={"reason": "They moved"}).events


# Who knows of it


def test_the_worker_and_whoever_entered_it_see_it_like_those_who_always_would() -> None:
    state = given(FRAME).state
    assert [each.id for each in CAST.people.values() if may_see(each, state, CAST)] == [
        "amina",
        "ben",
        "carol",
        "dev",
    ]


def test_its_history_says_who_declared_and_who_entered() -> None:
    (line,) = lines(given(MET).state.past, lambda each: NAMES.get(each, each))
    assert line.actor == "ben"
    assert "On 16 November 2026 Ben Okoro entered for Gus Hall a" in line.sentence
    assert "which Gus Hall had told on the telephone on 16 November 2026" in line.sentence


# The same again


def test_the_same_again_brings_nothing_about() -> None:
    given(FRAME).when(declare, by="ben", body=FRAME.body).then_nothing_is_said()
    given(FRAME).when(declare, by="ben", body=FRAME.body, at=NOW + A_DAY).then_nothing_is_said()


@pytest.mark.parametrize(
    ("by", "step"),
    [
        ("ben", without(FRAME, told_by="paper")),
        ("ben", without(FRAME, told_on=str(days_ago(1)))),
        ("ben", entered("gift", "ben", "gus")),
        ("carol", FRAME),
        ("amina", without(FRAME, "on_behalf_of", "told_by", "told_on")),
    ],
    ids=["told otherwise", "another day", "another worker", "another enters", "the worker"],
)
def test_anything_else_under_its_id_is_refused(by: str, step: Step) -> None:
    given(FRAME).when(declare, by=by, body=step.body).then_refused(ConflictError)


def test_under_the_id_of_what_a_worker_declared_nobody_enters() -> None:
    own = declared("gift", by="amina")
    given(own).when(declare, by="ben", body=FRAME.body).then_refused(ConflictError)
