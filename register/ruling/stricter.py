"""What is asked once a worker has corrected the facts: it never falls by the worker's hand."""

from __future__ import annotations

from msgspec.structs import replace

from events.declarations import Ruling, Source, Told
from events.names import SeenBy, Status
from register.policy import WHOEVER_ACTS

RANK = {
    Status.CLOSED: 0,
    Status.AWAITING_ACKNOWLEDGEMENT: 1,
    Status.AWAITING_ANSWER: 2,
    Status.AWAITING_DECISION: 3,
}
"""What a ruling asks for, from what asks least to what asks most."""


def stricter(before: Ruling, after: Ruling) -> Ruling:
    """The stricter of what was asked before and of what the new facts ask for.

    The higher rank holds, with its role and its outcomes; at the same rank, the outcomes that both
    allow. An answer of the rule itself holds, whichever gave it. Every duty, record, action,
    deadline and person of both stays.
    """
    higher, other = _in_order(before, after)
    return replace(
        higher,
        flags=after.flags,
        late=before.late or after.late,
        tells=_told(before, after),
        outcomes=_outcomes(higher, other),
        due_at=min(filter(None, (before.due_at, after.due_at)), default=None),
        needs=tuple(dict.fromkeys((*before.needs, *after.needs))),
        excludes=before.excludes or after.excludes,
        seen_by=_seen_by(before, after),
        restricted=before.restricted or after.restricted,
        source=higher.source,
        also=_also(higher, other),
    )


def strictest(here: Ruling, elsewhere: Ruling) -> Ruling:
    """What two policies ask for because of the same facts; the flags are those of what holds."""
    higher, _ = _in_order(here, elsewhere)
    return replace(stricter(here, elsewhere), flags=higher.flags)


def opens_again(settled: Ruling, after: Ruling) -> bool:
    """Whether new facts ask for more than what was settled: a higher rank, fewer outcomes, or more
    records or actions."""
    allowed, before = _allowed(after), _allowed(settled)
    return (
        RANK[after.status] > RANK[settled.status]
        or (bool(allowed) and allowed < before)
        or not set(after.needs) <= set(settled.needs)
    )


def _in_order(before: Ruling, after: Ruling) -> tuple[Ruling, Ruling]:
    """The ruling whose rank and role hold, then the other."""
    if before.answered is None and after.answered is not None:
        return after, before
    if before.answered is None and RANK[after.status] > RANK[before.status]:
        return after, before
    return before, after


def _outcomes(higher: Ruling, other: Ruling) -> tuple[str, ...]:
    if higher.status != other.status:
        return higher.outcomes
    both = tuple(each for each in higher.outcomes if each in other.outcomes)
    return both or higher.outcomes


def _allowed(ruling: Ruling) -> set[str]:
    return {ruling.answered} if ruling.answered else set(ruling.outcomes)


def _told(before: Ruling, after: Ruling) -> tuple[Told, ...]:
    told: dict[str, Told] = {}
    for each in (*before.tells, *after.tells):
        told.setdefault(each.person, each)
    return tuple(told.values())


def _seen_by(before: Ruling, after: Ruling) -> tuple[SeenBy, ...]:
    if WHOEVER_ACTS in (before.seen_by, after.seen_by):
        return WHOEVER_ACTS
    return tuple(each for each in before.seen_by if each in after.seen_by)


def _also(higher: Ruling, other: Ruling) -> tuple[Source, ...]:
    """The duties of both that are not already those of what holds."""
    sources = (*higher.also, other.source, *other.also)
    duties = (each for each in sources if each.asks and _cited(each) != _cited(higher.source))
    return tuple({_cited(each): each for each in duties}.values())


def _cited(source: Source) -> tuple[object, ...]:
    return source.policy, source.version, source.clause
