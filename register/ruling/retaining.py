"""How long a declaration is kept, as the policy says under which it was received."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from events.names import CameOut
from register.deadlines import Retention
from register.kinds import all_kinds
from register.policy import HOUSE_RULE, Pack, Policies


@dataclass(frozen=True)
class Term:
    """How long a declaration is kept that came out so, and who says it."""

    days: int
    clause: str
    house: str | None
    goes_by_itself: bool

    def last_day(self, over_on: date) -> date:
        return over_on + timedelta(days=self.days)


def term_of(
    policies: Policies, policy: str | None, version: date | None, kind: str, outcome: str
) -> Term | None:
    """None where the policy does not say, or is not known any more: then it is kept until somebody
    asks for its erasure."""
    if policy is None or version is None:
        return None
    pack = policies.packs.get(policy, {}).get(version)
    said = pack.retention if pack else None
    if said is None:
        return None
    return Term(
        said.days_for(kind, outcome), said.clause or HOUSE_RULE, said.house, said.goes_by_itself
    )


def wrong_terms(pack: Pack) -> Iterator[str]:
    """What of its retention names something that is not there, in words."""
    said = pack.retention
    if said is None:
        return
    everywhere = {outcome for kind in all_kinds() for outcome in outcomes_of(kind)}
    yield from _unknown("retention.outcomes", said.outcomes, everywhere)
    for kind, kept in said.kinds.items():
        place = f"retention.kinds.{kind}"
        if kind not in all_kinds():
            yield f"{place}: there is no such kind: {', '.join(all_kinds())}"
        else:
            yield from _unknown(f"{place}.outcomes", kept.outcomes, outcomes_of(kind))


def outcomes_of(kind: str) -> set[str]:
    return {*all_kinds()[kind].outcomes, *CameOut}


def _unknown(place: str, said: Iterable[str], known: set[str]) -> Iterator[str]:
    for outcome in said:
        if outcome not in known:
            yield f"{place}: {outcome!r} is none of {', '.join(sorted(known))}"


def retention_in_words(said: Retention | None) -> Iterator[str]:
    """How long things are kept, line by line, for whoever reads the policy."""
    if said is None:
        yield "The policy says nothing of how long anything is kept: it is, until it is erased."
        return
    yield f"What is over is kept for {said.days} days from the day on which it was over."
    yield from _outcomes_in_words(said.outcomes)
    for kind, kept in said.kinds.items():
        title = all_kinds()[kind].title_for_others if kind in all_kinds() else kind
        if kept.days is not None:
            yield f"{title}: {kept.days} days."
        for line in _outcomes_in_words(kept.outcomes):
            yield f"{title}: {line}"
    if said.goes_by_itself:
        yield "What is due goes by itself."
    else:
        yield "Nothing goes without a data protection officer's word."
    yield f"{said.clause or HOUSE_RULE.capitalize()}." + (f" {said.house}" if said.house else "")


def _outcomes_in_words(outcomes: dict[str, int]) -> Iterator[str]:
    for outcome, days in outcomes.items():
        yield f"{outcome.replace('_', ' ').capitalize()}: {days} days."
