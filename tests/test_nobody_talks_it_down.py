"""A worker does all that a worker can, in any order: what is asked of others never falls by it, and
somebody hears of it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from events.log.log import Log
from events.names import Role
from register.acts import completing
from register.alerts.duties import duties
from register.alerts.sort import Duty
from register.declarations.declaration import Declaration
from register.declarations.history import actor_of
from register.declarations.names import Status, Why
from register.declarations.versions import versions
from register.errors import RegisterError
from register.kinds.kind import Completion
from register.register import Register
from register.ruling.stricter import RANK
from register.standing.holding import who_holds
from tests.cast import GIVEN_BACK, NOW, POLICIES, days_ago, told
from tests.logs import some_keys
from tests.registers import opened_register
from tests.usual import usual

WORKER, OTHERS = "amina", ("ben", "carol", "dana", "femi")
KINDS = [
    "gift",
    "gift",
    "prior-acquaintance",
    "out-of-hours-encounter",
    "personal-number",
    "post-service-friendship",
]
SERVICE_USERS = ["SU-1042", "SU-1077", "RV-007", "SU-2001"]
"""Two of the worker's service, one of another, and one that nobody knows."""
CHANGES: dict[str, dict[str, Sequence[Any]]] = {
    "gift": {
        "form": ["goods", "cash", "bequest"],
        "token": [True, False],
        "worth": ["9.00", "45.00", "2200.00", None],
        "offer": ["received", "declined"],
        "without_warning": [True, False],
        "whereabouts": ["with_me", "given_back"],
    },
    "prior-acquaintance": {
        "relationship": ["related", "neighbour", "former_service_user"],
        "key_worker_now": [True, False],
    },
    "out-of-hours-encounter": {
        "arranged": [True, False],
        "minutes": [3, 240],
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
others = st.sampled_from(OTHERS)
ASKED = (Why.ACKNOWLEDGE, Why.DECIDE, Why.ANSWER, Why.REVIEW)
"""What somebody else than the worker is alerted to do about what the worker said."""


def answers_to(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    chosen = {name: st.sampled_from(list(choices)) for name, choices in CHANGES[kind].items()}
    return st.fixed_dictionaries(chosen).map(lambda answers: {**usual(kind), **answers})


@pytest.fixture(scope="module", autouse=True)
def prepared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A register with the cast in it, copied for every run."""
    file = tmp_path_factory.mktemp("prepared") / "register.sqlite"
    with opened_register(f"sqlite:///{file}", clock=lambda: NOW):
        WorkerAtWork.prepared = file


class WorkerAtWork(RuleBasedStateMachine):
    """One declaration, what its worker does with it, and what others do in between."""

    prepared: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.id = uuid4()
        self.opened = ExitStack()

    def _open(self) -> Register:
        folder = self.opened.enter_context(TemporaryDirectory())
        file = shutil.copy(self.prepared, Path(folder) / "register.sqlite")
        log = Log(f"sqlite:///{file}", some_keys(), clock=lambda: self.now)
        return self.opened.enter_context(closing(Register(log, POLICIES)))

    def teardown(self) -> None:
        self.opened.close()

    @property
    def declaration(self) -> Declaration:
        found = self.register.unguarded.declaration(self.id)
        assert found is not None
        return found

    def _do(self, verb: str, by: str, *said: Any) -> None:
        """What is refused leaves nothing behind."""
        self.now += timedelta(minutes=7)
        before, were = self.declaration, self._excluded()
        try:
            getattr(self.register, verb)(by, str(self.id), *said)
        except RegisterError:
            assert self.declaration == before
            return
        after = self.declaration
        if by == WORKER and after.version > before.version:
            check_nothing_fell(before, after, self.register)
            assert were <= self._excluded(), "somebody may be a key worker again"
            check_somebody_hears_of_it(after, self.register)
        if verb == "correct" and after.version > before.version:
            check_no_sum_is_missed(after, self.register)

    def _excluded(self) -> set[str | None]:
        """The service users whose key worker the worker may not be."""
        return {each.service_user for each in self.register.key_working.listed("dev")}

    @initialize(data=st.data(), kind=st.sampled_from(KINDS), day=days)
    def declare(self, data: st.DataObject, kind: str, day: str) -> None:
        self.register = self._open()
        details, about = data.draw(answers_to(kind)), data.draw(st.sampled_from(SERVICE_USERS))
        body = told(kind, WORKER, happened_on=day, service_user=about, **details)
        self.register.declare(WORKER, str(self.id), body)
        check_somebody_hears_of_it(self.declaration, self.register)

    @rule(about=st.sampled_from(SERVICE_USERS), worth=st.sampled_from(["9.00", "45.00"]))
    def receive_something_else(self, about: str, worth: str) -> None:
        self.now += timedelta(minutes=7)
        body = told("gift", WORKER, at=self.now, service_user=about, token=True, worth=worth)
        other = self.register.declare(WORKER, str(uuid4()), body).state
        check_no_sum_is_missed(other, self.register)

    @rule(
        data=st.data(),
        reason=texts,
        day=st.none() | days,
        about=st.none() | st.sampled_from(SERVICE_USERS),
    )
    def correct(self, data: st.DataObject, reason: str, day: str | None, about: str | None) -> None:
        details = data.draw(answers_to(self.declaration.kind))
        body = {"details": details, "happened_on": day, "reason": reason, "service_user": about}
        self._do("correct", WORKER, {name: each for name, each in body.items() if each})

    @rule(reason=texts)
    def withdraw(self, reason: str) -> None:
        self._do("withdraw", WORKER, {"reason": reason})

    @rule(text=texts)
    def inform(self, text: str) -> None:
        self._do("inform", WORKER, {"text": text})

    @precondition(lambda self: bool(self.declaration.open_actions))
    @rule(evidence=texts)
    def complete(self, evidence: str) -> None:
        action = self.declaration.open_actions[0]
        asked = completing.done_by(self.declaration.kind, action.brought)
        body = {"evidence": evidence} if asked is Completion else {**GIVEN_BACK, "how": evidence}
        self._do("complete", WORKER, action.id, body)

    # What others do

    @rule(by=others, outcome=st.sampled_from(["keep", "return"]), reason=texts)
    def decide(self, by: str, outcome: str, reason: str) -> None:
        self._do("decide", by, {"outcome": outcome, "reason": reason})

    @rule(by=others, outcome=st.sampled_from(["appropriate", "not_appropriate"]), reason=texts)
    def answer(self, by: str, outcome: str, reason: str) -> None:
        found = {"no_longer_vulnerable": True, "no_imbalance_of_power": True}
        self._do("answer", by, {"outcome": outcome, **found, "reason": reason})

    @rule(by=others, note=texts, acts=st.booleans())
    def acknowledge(self, by: str, note: str, acts: bool) -> None:
        action = {"what": "Talk to the team", "by": WORKER, "due_on": "2026-12-01"}
        body = {
            "note": note,
            "actions": [action] if acts else [],
            "confidentiality_discussed": True,
            "risk_assessment": "In the plan",
        }
        self._do("acknowledge", by, body)

    @rule(by=others, text=texts)
    def ask(self, by: str, text: str) -> None:
        self._do("ask", by, {"text": text})

    @rule(by=others, reason=texts)
    def reopen(self, by: str, reason: str) -> None:
        self._do("reopen", by, {"reason": reason})

    @rule(
        by=others,
        stands=st.booleans(),
        settled=st.sampled_from([None, True]),
        reason=texts,
    )
    def review(self, by: str, stands: bool, settled: bool | None, reason: str) -> None:
        self._do("review", by, {"stands": stands, "settled": settled, "reason": reason})

    @rule(by=others)
    def look(self, by: str) -> None:
        try:
            self.register.look_at(by, str(self.id))
        except RegisterError:
            return
        assert not self.register.read.has_news(by, self.id)


def asked_of_others(declaration: Declaration, register: Register) -> dict[str, Duty]:
    found = duties(declaration, register.read.directory()).items()
    return {key: duty for key, duty in found if duty.why in ASKED}


def check_nothing_fell(before: Declaration, after: Declaration, register: Register) -> None:
    """After something that the worker did, and nobody else."""
    were, are = asked_of_others(before, register), asked_of_others(after, register)
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
    check_every_director_is_told(after, register)


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
    """A flag that is no longer there is marked as lost where all versions are shown; or it is among
    those of the last that was said, where a withdrawal took its place."""
    lost = set(before.newest.ruling.flags) - set(after.newest.ruling.flags)
    shown = versions(after)
    marked = {flag for version in shown for flag in version.lost_flags}
    assert lost <= marked | set(shown[-1].account.ruling.flags)


def check_settled_facts(before: Declaration, after: Declaration) -> None:
    """Nothing that somebody settled comes to stand on other facts."""
    if after.status in (Status.CLOSED, Status.AWAITING_ACTION) and before.is_firm_settled:
        assert after.details == before.details
        assert after.happened_on == before.happened_on
        assert after.service_user == before.service_user


def check_every_director_is_told(declaration: Declaration, register: Register) -> None:
    """The director of another service is told once a service user of theirs is named."""
    directory = register.read.directory(declaration.service_user)
    service = directory.service_of(declaration.service_user)
    if service is not None and service != declaration.places[0].service:
        director = who_holds(directory, Role.SERVICE_DIRECTOR, declaration.matter)
        assert director in declaration.told


def check_no_sum_is_missed(declaration: Declaration, register: Register) -> None:
    """What follows as from a token is one: with all else it comes to no more than 50 pounds."""
    said = declaration.newest
    if said.ruling.case != "token" or said.details is None:
        return
    all_of_them = register.read.workers_declarations(WORKER, WORKER, None, 100).items
    received = [
        Decimal(each.details["worth"] or 0)
        for each in all_of_them
        if each.id != declaration.id
        and (each.kind, each.service_user) == (declaration.kind, said.service_user)
        and each.status != Status.WITHDRAWN
        and each.details is not None
        and each.details["offer"] == "received"
    ]
    assert sum(received) + Decimal(said.details["worth"]) <= Decimal(50)


def check_somebody_hears_of_it(declaration: Declaration, register: Register) -> None:
    done = max(event.moment for event in declaration.past if actor_of(event) == WORKER)
    news = (each for person in OTHERS for each in register.read.news(person, 100).items)
    heard = (new for new in news if new.declaration.id == declaration.id)
    assert any(step.at >= done for new in heard for step in new.steps)


class TestWorkerAtWork(WorkerAtWork.TestCase):  # type: ignore[name-defined]
    settings = settings(max_examples=25, stateful_step_count=15)


@pytest.mark.long
class TestWorkerAtWorkForLong(WorkerAtWork.TestCase):  # type: ignore[name-defined]
    settings = settings(max_examples=500, stateful_step_count=30)
