"""What a kind of declaration is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from events.names import Role
from register.answers import Answers
from register.policy import PolicyInForce, Rule, Then

NOT_IN_THIS_POLICY = "not in this policy"
NO_POLICY_IN_FORCE = "no policy in force"


def told_and_acknowledged() -> Rule:
    """What follows where a policy says nothing: the line manager is told and reads it."""
    return Rule(
        tells=(Role.LINE_MANAGER,),
        then=Then.ACKNOWLEDGEMENT,
        acts=Role.LINE_MANAGER,
        clause=NOT_IN_THIS_POLICY,
        duty=False,
    )


class NoSettings(Answers):
    """A kind for which a policy has nothing to set but its rules."""


@dataclass(frozen=True)
class Lead:
    """What brings somebody to a kind who asks whether to declare something."""

    happened: str
    """What they would say happened, in their words."""
    fills: Mapping[str, Any] = field(default_factory=dict)
    """The kind's answers that follow from having said so."""
    asks: tuple[str, ...] = ()
    """The kind's questions that have to be answered before its policy is known."""


@dataclass(frozen=True)
class Kind:
    """One kind: its answers, and what they mean to a policy.

    `route` names the rule of the policy that these answers fall under: it offers the names
    from the most specific to the general, and takes the first that the policy has.
    """

    title: str
    """As in "Declare a gift": what a worker chooses, in their words."""
    details: type[Answers]
    happened_on: str
    """What the day in `happened_on` is the day of."""
    route: Callable[[Any, PolicyInForce], str]
    flags: Callable[[Any, PolicyInForce], tuple[str, ...]]
    sentence: Callable[[Any], str]
    """What was declared, for the history, after "Amina declared"; no names."""
    flag_names: tuple[str, ...] = ()
    """Every flag that `flags` may give."""
    default: Rule = field(default_factory=told_and_acknowledged)
    excludes_from_key_working: bool = False
    """Whether the worker should not be this service user's key worker from now on."""
    photographs: int = 0
    """How many a worker may add."""
    leads: tuple[Lead, ...] = ()
    """What leads to it in "Should I declare this?"; without any it is only in the list there."""
    settings: type[Answers] = NoSettings
    """What a policy pack may set for this kind beside its rules."""
