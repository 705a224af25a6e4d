"""What somebody entered for a worker who had told them: who, how they were told, and whether the
worker has said that it is so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from events.confirming import DeclarationConfirmed
from events.declarations import DeclarationMade, OnBehalf
from events.names import ToldBy
from register.deadlines import in_words

HOW = {
    ToldBy.IN_PERSON: "in person",
    ToldBy.TELEPHONE: "on the telephone",
    ToldBy.PAPER: "on paper",
}


class Entered(Struct, frozen=True):
    """What is known of a declaration that somebody else entered for its worker."""

    entered_by: str
    told_by: ToldBy
    told_on: date
    confirm_by_at: datetime | None = None
    """When the worker should have said whether it is what they told."""
    confirmed_at: datetime | None = None
    is_corrected: bool = False
    """Whether the worker has said something else since."""

    @property
    def waits(self) -> bool:
        """Whether the worker has not said yet whether it is what they told."""
        return self.confirmed_at is None and not self.is_corrected


def entered(event: DeclarationMade) -> Entered | None:
    told = event.on_behalf
    if told is None:
        return None
    return Entered(told.entered_by, told.told_by, told.told_on, event.confirm_by_at)


def confirmed(before: Entered | None, event: DeclarationConfirmed) -> Entered | None:
    return before and replace(before, confirmed_at=event.confirmed_at)


def corrected(before: Entered | None) -> Entered | None:
    return before and replace(before, is_corrected=True)


def told_for_good(event: DeclarationMade) -> frozenset[str]:
    """Whoever entered it knows of it; where they covered for another, that one does for good."""
    return frozenset([event.for_person or event.on_behalf.entered_by] if event.on_behalf else ())


def told_covering(event: DeclarationMade) -> frozenset[tuple[str, str]]:
    if event.on_behalf is None or event.for_person is None:
        return frozenset()
    return frozenset([(event.on_behalf.entered_by, event.for_person)])


def how_told(told: OnBehalf | Entered) -> str:
    """Such as "on the telephone on 3 May 2026"."""
    return in_what_way(told.told_by, told.told_on)


def in_what_way(told_by: ToldBy, told_on: date) -> str:
    return f"{HOW[told_by]} on {in_words(told_on)}"


def who_declared(event: DeclarationMade, name: Callable[[str], str], what: str) -> str:
    """Who declared what, and who entered it, if that was somebody else."""
    worker = name(event.worker)
    if event.on_behalf is None:
        return f"{worker} declared {what}"
    by, told = name(event.on_behalf.entered_by), how_told(event.on_behalf)
    return f"{by} entered for {worker} {what}, which {worker} had told {told}"


def confirmed_in_words(event: DeclarationConfirmed, name: Callable[[str], str]) -> str:
    on = in_words(event.confirmed_at.date())
    return f"{name(event.confirmed_by)} confirmed on {on} that this is what was told."
