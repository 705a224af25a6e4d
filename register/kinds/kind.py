"""The parts of a kind of declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import Field

from events.names import Role, Status
from register.answers import Answers, Text
from register.policy import PolicyInForce, Rule, Then

NOT_IN_THIS_POLICY = "not in this policy"
NO_POLICY_IN_FORCE = "no policy in force"
USUAL_PATIENCE = 5
"""Working days in which nothing is done until the worker is shown what ways remain, if the pack
does not say."""


def told_and_acknowledged() -> Rule:
    """The rule where a policy says nothing: the line manager is told, and acknowledges."""
    return Rule(
        tells=(Role.LINE_MANAGER,),
        then=Then.ACKNOWLEDGEMENT,
        acts=Role.LINE_MANAGER,
        clause=NOT_IN_THIS_POLICY,
        duty=False,
    )


class NoSettings(Answers):
    """For a kind for which a policy sets only rules."""


class Asked(StrEnum):
    """Whether a kind asks for a service user."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "absent"


class Group(StrEnum):
    """Under what heading a worker finds a kind, in this order: what happens most often first."""

    SERVICE_USER = "With a service user"
    OWN_LIFE = "Life outside work"
    BEFOREHAND = "Before something changes"
    COLLEAGUES = "Colleagues, and what was said"
    ELSE = "Something else"


@dataclass(frozen=True)
class Lead:
    """One way in which "Should I declare this?" leads to a kind."""

    happened: str
    """What somebody would say happened, in their own words."""
    fills: Mapping[str, Any] = field(default_factory=dict)
    """The answers of the kind that follow from `happened`."""
    asks: tuple[str, ...] = ()
    """The questions of the kind that must be answered before the policy's rule is known."""


class Ends(StrEnum):
    """For whom the work with a service user ends."""

    FOR_ITS_WORKER = "for_its_worker"
    FOR_EVERYBODY = "for_everybody"


class NoFindings(Answers):
    """For a kind whose outcomes depend on no findings."""


class Completion(Answers):
    """What somebody says who has done an action, if the action asks for nothing else."""

    evidence: Text = Field(
        title="How can it be seen?", description="Such as: given back to her daughter on Monday."
    )


def _always(_details: Any) -> bool:
    return True


@dataclass(frozen=True)
class Brought:
    """An action that an outcome brings for the worker."""

    name: str
    """Its name in the log and in the API."""
    words: str
    """What is to be done, as it is said to people, such as "give it back"."""
    once_done: str = ""
    """The same once it is done, such as "given it back"; empty if there are no words for it."""
    is_needed: Callable[[Any], bool] = _always
    """Whether it is still to be done, by the answers of the declaration."""
    done: type[Answers] = Completion
    """What the worker says who has done it."""
    changes: str = ""
    """The question of the kind whose answer is no longer true once it is done, by name."""
    since_done: Callable[[Any], str] | None = None
    """What is true of it instead, from what the worker says who has done it."""
    after: Callable[[Any], date] | None = None
    """The day, by the answers, after which it is to be done; None if that is the day on which it
    was decided."""
    working_days: int = 2
    """How many working days after that it is due."""


def _lacks_nothing(_said: Sequence[Any], _policy: PolicyInForce) -> str:
    return ""


@dataclass(frozen=True)
class Outcome:
    """One way in which a declaration of a kind may be decided or answered."""

    says: str
    """What it means, such as "it goes back"."""
    says_to_worker: str = ""
    """The same as it is said to the worker; empty if that is no different."""
    needs: tuple[str, ...] = ()
    """The findings that must all be true for it."""
    brings: tuple[Brought, ...] = ()
    has_conditions: bool = False
    """Whether whoever says so says on what conditions: each is an action for somebody."""
    lacks: Callable[[Sequence[Any], PolicyInForce], str] = _lacks_nothing
    """What is missing for it, in a sentence, or nothing: by all answers of the worker since
    somebody last acted or looked, the newest last."""
    last_day: Callable[[Any], date] | None = None
    """The last day on which it holds, by the answers; None if it holds for good."""

    @property
    def to_worker(self) -> str:
        return self.says_to_worker or self.says


def _the_day_it_happened(_details: Any, happened_on: date, _policy: PolicyInForce) -> date:
    return happened_on


def _no_hints(_settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


def _nothing_to_do(_details: Any, _status: Status) -> Sequence[str]:
    return ()


def _nothing_differs(_details: Any, _ended_on: date | None, _received_on: date) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Mark:
    """How a flag is said to people."""

    label: str
    """To whoever acts, in a few words."""
    to_worker: str = ""
    """The same as a sentence for the worker; empty if they are told nothing of it."""
    so_to_worker: Callable[[Any], str] | None = None
    """Gives that sentence from the answers, where it depends on them."""
    is_pressing: bool = False
    """Whether a declaration with it comes before others in the inbox."""
    is_urgent: bool = False
    """Whether somebody is at risk now: pages show whom to call before anything else, and the
    director of the service and its reserve are asked at the same time as whoever acts."""

    def sentence(self, details: Any) -> str:
        """What the worker is told of it; `details` is None where nobody can read the answers."""
        is_known = self.so_to_worker is not None and details is not None
        return self.so_to_worker(details) if self.so_to_worker and is_known else self.to_worker


@dataclass(frozen=True)
class Kind:
    """One kind: its questions, and what the answers mean under a policy.

    `route` gives the name of the policy's rule for the answers: it tries names from the most
    specific to the most general, and takes the first for which the policy has a rule.
    """

    title: str
    """What a worker chooses, in their words, such as "A gift"."""
    details: type[Answers]
    happened_on: str
    """What happened on the day that `happened_on` asks for."""
    route: Callable[[Any, PolicyInForce], str]
    flags: Callable[[Any, PolicyInForce], tuple[str, ...]]
    sentence: Callable[[Any], str]
    """What was declared, without names: the history puts it after "Amina declared"."""
    sentence_to_worker: Callable[[Any, str], str] | None = None
    """The same as it is said to the worker, who is told whom it is about, by the reference; empty
    where it is about nobody. None if it is no different."""
    group: Group = Group.ELSE
    """Under what heading a worker finds it."""
    asks_day: str = "Which day was it?"
    """The question for `happened_on`."""
    asks_day_last: bool = False
    """Whether that is asked after all else: it is today's date for nearly everybody."""
    hints: Callable[[Mapping[str, Any]], Mapping[str, str]] = _no_hints
    """The hints of questions, by name, that depend on what a policy pack sets for this kind."""
    to_do_now: Callable[[Any, Status], Sequence[str]] = _nothing_to_do
    """What the worker does, or does not do, once it is declared, until it is over: from the answers
    and how it stands."""
    flag_names: tuple[str, ...] = ()
    """All flags that `flags` may give."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Flags in words, by their names; one without words is said by its name."""
    cases: Mapping[str, str] = field(default_factory=dict)
    """The cases that `route` may name, in words; one without words is said by its name."""
    default: Rule = field(default_factory=told_and_acknowledged)
    service_user: Asked = Asked.REQUIRED
    """Whether it is about a service user."""
    is_restricted: bool = False
    """Whether few may know of it: its worker, those whom a policy lets see it, and the auditors of
    what is restricted."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """How it may be decided or answered, if a policy asks for that; a policy may allow fewer."""
    asks_outcome: str = "What is decided?"
    """The question to which an outcome is the answer."""
    findings: type[Answers] = NoFindings
    """What whoever decides or answers must have found: questions of yes or no."""
    photographs: int = 0
    """How many photographs a worker may add."""
    leads: tuple[Lead, ...] = ()
    """The ways from "Should I declare this?" to this kind; without any, it is only listed there."""
    settings: type[Answers] = NoSettings
    """What a policy pack may set for this kind besides its rules."""
    may_be_to_come: bool = False
    """Whether the day that it tells of may be to come, at most a year from now."""
    late_from: Callable[[Any, date, PolicyInForce], date] = _the_day_it_happened
    """The day from which the deadline for telling counts."""
    worth: Callable[[Any], Decimal | None] | None = None
    """The pounds of what the worker received, if anything was received that has a worth; what was
    received about one service user is then added up. None for a kind that adds up nothing."""
    several: str = "declarations of this kind"
    """What several of them are called, such as "gifts"."""
    title_to_others: str = ""
    """The title as others than the worker read it; empty if that is no different."""
    that_day: str = "it happened"
    """What came about on the day that it tells of; empty if that is the day of telling."""
    asks_to_settle: str = ""
    """What whoever decides or answers is to do, such as "Say whether it is appropriate"; empty if
    the act's own words will do."""

    asks_once_sent: str = ""
    """What the worker is asked once it is sent; `{whoever}` is whoever acts. Empty for a kind that
    asks nothing."""
    goes_further: bool = False
    """Whether the worker may take it further, outside the line, and is shown what ways remain when
    nothing is done. That is for a kind of which few may know."""

    ends: Callable[[Any], Ends] | None = None
    """For whom the work with the service user ends on its day, by the answers; None for a kind that
    ends nothing."""
    may_come_after_ending: bool = False
    """Whether it is to be seen where it came after the work with the service user had ended."""
    asks_last_day: str = ""
    """The question to which the directory's last day of the service user is an answer as well, by
    name; empty if there is none."""
    differs: Callable[[Any, date | None, date], tuple[str, ...]] = _nothing_differs
    """The answers that are otherwise than what the directory knows, by name; it is given the last
    day of the service user, if they have one, and the day of receipt."""

    @property
    def title_for_others(self) -> str:
        return self.title_to_others or self.title

    @property
    def may_be_urgent(self) -> bool:
        """Whether it may say that somebody is at risk now."""
        return any(mark.is_urgent for mark in self.marks.values())

    @property
    def names_subject(self) -> bool:
        """Whether it asks which person of the directory it is about: the answer `subject`."""
        return "subject" in self.details.model_fields
