"""Where two policies ask for something else: who would be told, who acts, and what is late.

Each kind is tried with every choice of its answers: two packs may call the same case by two names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial
from itertools import product
from typing import Any

from register.kinds import all_kinds
from register.kinds.kind import Kind
from register.policy import Pack, PolicyInForce, Rule
from register.ruling.describing import AT_ONCE
from register.ruling.ruling import rule_for
from register.standing.roles import ROLES

FIRST_DAY = date(2026, 1, 1)
"""The day since which a made-up service has had a policy."""
PENNY = Decimal("0.01")
SUM = r"[0-9]+\.[0-9]{2}"
NOTHING, MUCH = Decimal(0), Decimal(10**7)
"""What else was received, so that small gifts add up or do not."""

Asked = Mapping[str, str]
"""What is asked, in words, by heading."""


@dataclass(frozen=True)
class Contrast:
    kind: str
    cases: tuple[str, str]
    """What a declaration is under each policy."""
    asked: Mapping[str, tuple[str, str]]
    """What each asks, where it is not the same."""


def contrasts(one: Pack, other: Pack) -> Iterator[Contrast]:
    """Everything that is asked otherwise, each pair of cases once."""
    for name, kind in all_kinds().items():
        found = {
            (first[0], second[0]): Contrast(name, (first[0], second[0]), differing)
            for first, second in _pairs(name, kind, (one, other))
            if (differing := _differing(first[1], second[1]))
        }
        yield from found.values()


def _differing(one: Asked, other: Asked) -> dict[str, tuple[str, str]]:
    return {
        heading: (one[heading], other[heading]) for heading in one if one[heading] != other[heading]
    }


def _pairs(
    name: str, kind: Kind, packs: tuple[Pack, Pack]
) -> Iterator[tuple[tuple[str, Asked], tuple[str, Asked]]]:
    """What follows under each pack, for every choice of a kind's answers."""
    schema = kind.details.model_json_schema()["properties"]
    limits = [limit for pack in packs if name in pack.kinds for limit in _limits(name, pack)]
    samples = [list(_samples(about, limits)) for about in schema.values()]
    for besides in (NOTHING, MUCH) if kind.worth else (NOTHING,):
        one, other = (_follows(kind, _in_force(pack, name, besides)) for pack in packs)
        for answers in product(*samples):
            details = kind.details.model_construct(**dict(zip(schema, answers, strict=True)))
            yield one(details), other(details)


def _limits(kind: str, pack: Pack) -> list[Any]:
    return list(pack.kinds[kind].settings.values())


def _in_force(pack: Pack, kind: str, besides: Decimal) -> PolicyInForce:
    rules = pack.kinds.get(kind)
    return PolicyInForce(
        policy=pack.title,
        version=FIRST_DAY,
        pack=pack,
        rules=rules.cases if rules else {},
        settings=rules.settings if rules else {},
        first_adopted_on=FIRST_DAY,
        known_since=FIRST_DAY,
        worth_besides=partial(Decimal, besides),
    )


def _samples(about: Mapping[str, Any], limits: list[Any]) -> Iterator[Any]:
    """Answers to a question between which a rule may tell: every choice; sums, numbers and days on
    both sides of a limit."""
    for each in about.get("anyOf", [about]):
        match each:
            case {"type": "null"}:
                yield None
            case {"enum": choices}:
                yield from choices
            case {"const": choice}:
                yield choice
            case {"type": "boolean"}:
                yield from (True, False)
            case {"type": "integer"}:
                numbers = [limit for limit in limits if type(limit) is int]
                yield from sorted({0, *numbers, *(number + 1 for number in numbers)})
            case {"type": "array"}:
                yield []
            case {"x-widget": "money"}:
                yield from _sums(limits)
            case {"format": "date"}:
                yield from (FIRST_DAY - timedelta(days=1), FIRST_DAY)
            case _:
                yield "words"


def _sums(limits: list[Any]) -> Iterator[str]:
    sums = [Decimal(limit) for limit in limits if re.fullmatch(SUM, str(limit))]
    yield from map(str, sorted({Decimal("1.00"), *sums, *(each + PENNY for each in sums)}))


def _follows(kind: Kind, policy: PolicyInForce) -> Callable[[Any], tuple[str, Asked]]:
    """For answers: their case, with the flags that make a difference there; and what is asked."""

    @cache
    def asked(case: str, flags: tuple[str, ...]) -> tuple[str, Asked]:
        rule = rule_for(policy, kind, case)
        plain = _in_words(rule, policy)
        telling = [flag for flag in flags if _in_words(rule.under([flag]), policy) != plain]
        return " and ".join([case, *telling]), _in_words(rule.under(flags), policy)

    return lambda details: asked(kind.route(details, policy), kind.flags(details, policy))


def _in_words(rule: Rule, policy: PolicyInForce) -> Asked:
    days = policy.pack.days_for(rule.deadline) if policy.pack and rule.deadline else None
    acts = f"{rule.then} by the {ROLES[rule.acts].words}" if rule.acts else AT_ONCE
    acts += f"; the rule answers {rule.answered}" if rule.answered else ""
    outcomes = f" ({' or '.join(rule.outcomes)})" if rule.outcomes else ""
    return {
        "told": " and ".join(sorted(ROLES[role].words for role in rule.tells)),
        "then": acts + outcomes,
        "to act within": f"{rule.days_to_act()} working days" if rule.acts else "nothing to do",
        "late": "never" if days is None else f"after {days} {'day' if days == 1 else 'days'}",
        "must be declared": "yes" if rule.duty else "no",
    }


def _on_topics(one: Pack, other: Pack) -> Iterator[Contrast]:
    """What is said otherwise to whoever asks about what no declaration holds."""
    for topic in dict.fromkeys([*one.advice, *other.advice]):
        first, second = (_told_of(topic, pack) for pack in (one, other))
        differing = _differing(first, second)
        if differing:
            yield Contrast("advice", (topic, topic), differing)


def _told_of(topic: str, pack: Pack) -> Asked:
    guidance = pack.advice.get(topic)
    if guidance is None:
        return {"told": "the policy does not speak of it", "deadline for telling": "none"}
    told = " and ".join(sorted(ROLES[role].words for role in guidance.tells))
    return {"told": told or "nobody named", "deadline for telling": guidance.deadline or "none"}


def compared(one: Pack, other: Pack) -> Iterator[str]:
    """Two packs as lines of text: what each asks, the first named before the second."""
    found = [*contrasts(one, other), *_on_topics(one, other)]
    yield f"{one.title} / {other.title}"
    kind = ""
    for each in found:
        if each.kind != kind:
            kind = each.kind
            yield kind
        yield f"  {' / '.join(dict.fromkeys(each.cases))}"
        for heading, (first, second) in each.asked.items():
            yield f"    {heading}: {first} / {second}"
    if not found:
        yield "Both ask the same of every declaration."
