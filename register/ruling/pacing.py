"""How fast what somebody is to do is chased: by the pack under which it is asked."""

from __future__ import annotations

from collections.abc import Callable

from events.declarations import Source
from events.names import Why
from register.deadlines import Pace, Steps, StepsInstead
from register.policy import Pack, Policies
from register.ruling.ruling import DEFAULT_NATION

Paces = Callable[[Source, Why], Pace]


def pace_of(policies: Policies, source: Source, why: Why) -> Pace:
    """The pace by the version of the pack that held on the day of receipt; the usual one where
    there was no policy, or its file is gone."""
    versions = policies.packs.get(source.policy or "", {})
    pack = versions.get(source.version) if source.version else None
    return _pace(pack, why)


def usual_pace(_source: Source, why: Why) -> Pace:
    """The pace without a policy."""
    return _pace(None, why)


def _pace(pack: Pack | None, why: Why) -> Pace:
    steps = pack.steps if pack else Steps()
    instead: StepsInstead = getattr(steps, why)
    return Pace(
        nation=pack.nation if pack else DEFAULT_NATION,
        remind=steps.remind if instead.remind is None else instead.remind,
        escalate=instead.escalate or steps.escalate,
        repeat=instead.repeat or steps.repeat,
    )
