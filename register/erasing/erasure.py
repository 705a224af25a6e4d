"""An erasure: what somebody asked to be erased, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from events.erasing import ErasureAsked, ErasureConfirmed, ErasureDone, ErasureRefused
from events.event import Event
from events.names import ErasureOf, ErasureState


@dataclass(frozen=True)
class Erasure:
    id: UUID
    of: ErasureOf
    asked_by: str | None
    """None for whoever keeps the register, and for what a policy asks."""
    asked_at: datetime
    declaration: UUID | None
    version: int | None
    photograph: UUID | None
    person: str | None
    service_user: str | None
    """None once it is erased."""
    reason: str | None
    state: ErasureState = ErasureState.ASKED
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    declarations: tuple[UUID, ...] = ()
    """Those that go whole, once it is confirmed."""
    entries: int = 0
    """How many entries go, once it is confirmed."""
    refused_by: str | None = None
    refused_at: datetime | None = None
    refused_because: str | None = None
    done_at: datetime | None = None
    tombstone: int | None = None
    master: int | None = None
    """The newest master key when it was done: copies from before are gone once it is."""

    @property
    def by_whom(self) -> tuple[str | None, ...]:
        """Who asked for it, and who confirmed or refused it."""
        return self.asked_by, self.confirmed_by, self.refused_by


def erasure_of(events: Iterable[Event]) -> Erasure | None:
    found: Erasure | None = None
    for event in events:
        if isinstance(event, ErasureAsked):
            found = _asked(event)
        elif found is not None:
            found = _after(found, event)
    return found


def _asked(event: ErasureAsked) -> Erasure:
    return Erasure(
        event.originator_id,
        event.of,
        event.asked_by,
        event.moment,
        event.declaration,
        event.version,
        event.photograph,
        event.person,
        event.words.service_user if event.words else None,
        event.words.reason if event.words else None,
    )


def _after(before: Erasure, event: Event) -> Erasure:
    match event:
        case ErasureConfirmed():
            return replace(
                before,
                state=ErasureState.CONFIRMED,
                confirmed_by=event.confirmed_by,
                confirmed_at=event.moment,
                declarations=event.declarations,
                entries=len(event.entries),
            )
        case ErasureRefused():
            return replace(
                before,
                state=ErasureState.REFUSED,
                refused_by=event.refused_by,
                refused_at=event.moment,
                refused_because=event.words.reason if event.words else None,
            )
        case ErasureDone():
            return replace(
                before,
                state=ErasureState.DONE,
                done_at=event.moment,
                tombstone=event.tombstone,
                master=event.master,
            )
        case _:
            return before
