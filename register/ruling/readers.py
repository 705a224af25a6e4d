"""Who reads what a worker declares at a service, by its policy: for the page on privacy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from events.names import SeenBy
from register.directory.service import Service
from register.kinds import all_kinds, case_of
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
        for called, rules in _called(name, kind, policy):
            found.setdefault(_readers(kind, rules), []).append(called)
    return [Readers(tuple(kinds), readers) for readers, kinds in found.items()]


def _called(name: str, kind: Kind, policy: PolicyInForce) -> Iterator[tuple[str, list[Rule]]]:
    """What a kind is called, with its rules; a case of which few may know has its own."""
    rules = dict(policy.rules) or {"": rule_for(policy, kind, "")}
    few = [case for case, rule in rules.items() if SeenBy.ACTING in _of_one(rule, kind)]
    if len(few) < len(rules):
        for case in few:
            words = case_of(name, case)
            yield f"{kind.title_for_others}: {words[0].lower()}{words[1:]}", [rules.pop(case)]
    yield kind.title_for_others, list(rules.values())


def _readers(kind: Kind, rules: Sequence[Rule]) -> tuple[SeenBy, ...]:
    """Everybody who reads it in one of these cases."""
    readers = {each for rule in rules for each in _of_one(rule, kind)}
    return tuple(each for each in SeenBy if each in readers)


def _of_one(rule: Rule, kind: Kind) -> set[SeenBy]:
    """Whoever is told reads it too, but where whoever acts is alone to see it."""
    seen_by = set(seen_by_of(rule, kind))
    return seen_by if SeenBy.ACTING in seen_by else seen_by | {SeenBy(role) for role in rule.tells}
