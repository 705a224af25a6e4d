"""Who reads what a worker declares at a service, by its policy: for the page on privacy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from events.names import SeenBy
from register.directory.service import Service
from register.kinds import all_kinds
from register.kinds.kind import Kind
from register.policy import Policies, PolicyInForce, Rule
from register.ruling.ruling import policy_in_force, rule_for, seen_by_of


@dataclass(frozen=True)
class Readers:
    """Kinds of declaration that the same people read."""

    kinds: tuple[str, ...]
    """What each is called."""
    seen_by: tuple[SeenBy, ...]


def who_reads(policies: Policies, service: Service, day: date) -> list[Readers]:
    """Every kind of declaration, those together that the same people read."""
    found: dict[tuple[SeenBy, ...], list[str]] = {}
    for name, kind in all_kinds().items():
        policy = policy_in_force(policies, service, name, day)
        found.setdefault(_readers(kind, policy), []).append(kind.title_for_others)
    return [Readers(tuple(kinds), readers) for readers, kinds in found.items()]


def _readers(kind: Kind, policy: PolicyInForce) -> tuple[SeenBy, ...]:
    """Everybody who reads it in one of its cases."""
    rules = list(policy.rules.values()) or [rule_for(policy, kind, "")]
    readers = {each for rule in rules for each in _of_one(rule, kind)}
    return tuple(each for each in SeenBy if each in readers)


def _of_one(rule: Rule, kind: Kind) -> set[SeenBy]:
    """Whoever is told reads it too, but where whoever acts is alone to see it."""
    seen_by = set(seen_by_of(rule, kind))
    return seen_by if SeenBy.ACTING in seen_by else seen_by | {SeenBy(role) for role in rule.tells}
