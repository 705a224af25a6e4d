"""A worker does all that a worker can, in any order: what is asked of others never falls by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from register.acts.acknowledging import acknowledge
from register.acts.answering import answer
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.alerts.duties import duties
from register.alerts.sort import Duty
from register.declarations.declaration import Declaration
from register.declarations.names import Status, Why
from register.declarations.versions import versions
from register.errors import RegisterError
from register.ruling.stricter import RANK
from tests.cast import CAST, NOW, days_ago, usual
from tests.spec import Step, World, declared, did, follow_on

WORKER, MANAGER, DIRECTOR = "amina", "ben", "carol"
KINDS = ["gift", "prior-acquaintance", "personal-number", "post-service-friendship"]
CHANGES: dict[str, dict[str, Sequence[Any]]] = {
    "gift": {
        "form": ["goods", "cash", "bequest"],
        "token": [True, False],
        "worth": ["2.00", "60.00", "2200.00", None],
        "offer": ["received", "declined"],
        "without_warning": [True, False],
        "whereabouts": ["with_me", "given_back"],
    },
    "prior-acquaintance": {
        "relationship": ["related", "neighbour", "former_service_user"],
        "key_worker_now": [True, False],
    },
    "personal-number": {
        "contact_kind": ["mobile", "email"],
        "given_on": ["2025-11-02", "2026-06-10"],
    },
    "post-service-friendship": {
        "still_receiving_service": [True, False],
        "still_vulnerable": ["yes", "no", "unsure"],
    },
}
"""Answers on which what is asked depends, by kind."""
texts = st.integers(0, 99).map(lambda number: f"Words {number}")
days = st.sampled_from([str(days_ago(days)) for days in (0, 1, 9, 40)])
ASKED = (Why.ACKNOWLEDGE, Why.DECIDE, Why.ANSWER, Why.REVIEW)
"""What somebody else than the worker is alerted to do about what the worker said."""


def answers_to(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    chosen = {name: st.sampled_from(list(choices)) for name, choices in CHANGES[kind].items()}
    return st.fixed_dictionaries(chosen).map(lambda answers: {**usual(kind), **answers})


class WorkerAtWork(RuleBasedStateMachine):
    """One declaration, what its worker does with it, and what others do in between."""

    def __init__(self) -> None:
        super().__init__()
        self.state: Declaration | None = None
        self.now: datetime = NOW

    @property
    def declaration(self) -> Declaration:
        assert self.state is not None
        return self.state

    def _do(self, step: Step) -> bool:
        """Whether it was taken; what is refused leaves nothing behind."""
        self.now += timedelta(minutes=7)
        try:
            events = step.events(self.state, World())
        except RegisterError:
            return False
        self.state = follow_on(self.state, events, self.now)
        return bool(events)

    def _by_the_worker(self, step: Step) -> None:
        before = self.declaration
        if self._do(step):
            check_nothing_fell(before, self.declaration)

    @initialize(data=st.data(), kind=st.sampled_from(KINDS), day=days)
    def declare(self, data: st.DataObject, kind: str, day: str) -> None:
        details = data.draw(answers_to(kind))
        self._do(declared(kind, by=WORKER, happened_on=day, **details))

    @rule(data=st.data(), reason=texts, day=st.none() | days)
    def correct(self, data: st.DataObject, reason: str, day: str | None) -> None:
        details = data.draw(answers_to(self.declaration.kind))
        body = {"details": details, "happened_on": day, "reason": reason}
        self._by_the_worker(did(correct, WORKER, body, at=self.now))

    @rule(reason=texts)
    def withdraw(self, reason: str) -> None:
        self._by_the_worker(did(withdraw, WORKER, {"reason": reason}, at=self.now))

    @rule(text=texts)
    def inform(self, text: str) -> None:
        self._by_the_worker(did(inform, WORKER, {"text": text}, at=self.now))

    @precondition(lambda self: bool(self.declaration.open_actions))
    @rule(evidence=texts)
    def complete(self, evidence: str) -> None:
        action = self.declaration.open_actions[0].id
        body = {"evidence": evidence}
        self._by_the_worker(did(complete, WORKER, body, at=self.now, action=action))

    # What others do

    @rule(outcome=st.sampled_from(["keep", "return"]), reason=texts)
    def decide(self, outcome: str, reason: str) -> None:
        self._do(did(decide, DIRECTOR, {"outcome": outcome, "reason": reason}, at=self.now))

    @rule(outcome=st.sampled_from(["appropriate", "not_appropriate"]), reason=texts)
    def answer(self, outcome: str, reason: str) -> None:
        found = {"no_longer_vulnerable": True, "no_imbalance_of_power": True}
        body = {"outcome": outcome, **found, "reason": reason}
        self._do(did(answer, MANAGER, body, at=self.now))

    @rule(note=texts, acts=st.booleans())
    def acknowledge(self, note: str, acts: bool) -> None:
        action = {"what": "Talk to the team", "by": WORKER, "due_on": "2026-12-01"}
        body = {
            "note": note,
            "actions": [action] if acts else [],
            "confidentiality_discussed": True,
            "risk_assessment": "In the plan",
        }
        self._do(did(acknowledge, MANAGER, body, at=self.now))

    @rule(by=st.sampled_from([MANAGER, DIRECTOR]), text=texts)
    def ask(self, by: str, text: str) -> None:
        self._do(did(ask, by, {"text": text}, at=self.now))

    @rule(
        by=st.sampled_from([MANAGER, DIRECTOR]),
        stands=st.booleans(),
        settled=st.sampled_from([None, True]),
        reason=texts,
    )
    def review(self, by: str, stands: bool, settled: bool | None, reason: str) -> None:
        body = {"stands": stands, "settled": settled, "reason": reason}
        self._do(did(review, by, body, at=self.now))


def asked_of_others(declaration: Declaration) -> dict[str, Duty]:
    return {key: duty for key, duty in duties(declaration, CAST).items() if duty.why in ASKED}


def check_nothing_fell(before: Declaration, after: Declaration) -> None:
    """After something that the worker did, and nobody else."""
    were, are = asked_of_others(before), asked_of_others(after)
    assert not were or are, "a duty ended"
    assert len(are.keys() - were.keys()) <= 1, "somebody is asked more than once for one thing"
    check_no_deadline_moved(before, after)
    assert after.ruling.late or not before.ruling.late
    assert after.excludes or not before.excludes
    assert set(before.ruling.needs) <= set(after.ruling.needs)
    assert after.told >= before.told
    assert {action.id for action in before.actions} <= {action.id for action in after.actions}
    check_rank(before, after)
    check_flags(before, after)
    check_settled_facts(before, after)


def check_no_deadline_moved(before: Declaration, after: Declaration) -> None:
    if before.is_undecided and after.is_undecided and before.review is None is after.review:
        assert before.ruling.due_at is not None
        assert after.ruling.due_at is not None
        assert after.ruling.due_at <= before.ruling.due_at


def check_rank(before: Declaration, after: Declaration) -> None:
    """What is asked is at least as much as before; unless the rule itself gives the answer."""
    if after.ruling.answered is None:
        assert RANK[after.ruling.status] >= RANK[before.ruling.status]
    if before.ruling.status == after.ruling.status and before.ruling.outcomes:
        assert set(after.ruling.outcomes) <= set(before.ruling.outcomes)


def check_flags(before: Declaration, after: Declaration) -> None:
    """A flag that is no longer there is marked as lost in the newest version."""
    lost = set(before.newest.ruling.flags) - set(after.newest.ruling.flags)
    shown = versions(after)
    assert lost <= {flag for version in shown for flag in version.lost_flags}


def check_settled_facts(before: Declaration, after: Declaration) -> None:
    """Nothing that somebody settled comes to stand on other facts."""
    if after.status in (Status.CLOSED, Status.AWAITING_ACTION) and before.is_firm_settled:
        assert after.details == before.details
        assert after.happened_on == before.happened_on


class TestWorkerAtWork(WorkerAtWork.TestCase):  # type: ignore[name-defined]
    settings = settings(max_examples=50, stateful_step_count=20)


@pytest.mark.long
class TestWorkerAtWorkAtLength(WorkerAtWork.TestCase):  # type: ignore[name-defined]
    settings = settings(max_examples=500, stateful_step_count=40)
