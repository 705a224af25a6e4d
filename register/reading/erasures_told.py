"""What the register's entries say of an erasure: one sentence for each event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from events.erasing import ErasureAsked, ErasureConfirmed, ErasureDone, ErasureRefused
from events.event import Event
from events.names import ErasureOf

Name = Callable[[str], str]

WHAT = {
    ErasureOf.ENTRY: "an entry of a declaration",
    ErasureOf.PHOTOGRAPH: "a photograph",
    ErasureOf.DECLARATION: "a declaration",
    ErasureOf.PERSON: "the words of a person",
    ErasureOf.SERVICE_USER: "all about a service user",
}


def _by(by: str | None, name: Name) -> str:
    return "The register's keeper, or its policy," if by is None else name(by)


def _asked(event: ErasureAsked, name: Name) -> str:
    return f"{_by(event.asked_by, name)} asked that {WHAT[event.of]} be erased."


def _confirmed(event: ErasureConfirmed, name: Name) -> str:
    by = "The policy" if event.confirmed_by is None else name(event.confirmed_by)
    return f"{by} confirmed that {len(event.entries)} entries be erased."


def _refused(event: ErasureRefused, name: Name) -> str:
    return f"{name(event.refused_by)} refused that it be erased, or took it back."


def _done(event: ErasureDone, _name: Name) -> str:
    return f"It was erased: {event.keys} keys were destroyed, as tombstone {event.tombstone} says."


SENTENCES: dict[type[Event], Callable[[Any, Name], str]] = {
    ErasureAsked: _asked,
    ErasureConfirmed: _confirmed,
    ErasureRefused: _refused,
    ErasureDone: _done,
}
