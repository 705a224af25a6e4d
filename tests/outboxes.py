"""Phones behind a wire, on which something waits to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from tests.phones import (
    MEETING,
    Phones,
    declare,
    heading,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page


def somewhere() -> str:
    """Where nobody else met."""
    return f"Station {uuid4().hex[:8]}"


def at(place: str) -> dict[str, str]:
    return {**MEETING, "Where was it?": place}


def saved_without_signal(phones: Phones, person: str = "gus", **answers: str) -> tuple[Page, str]:
    """Somebody declared without a signal: their phone, and where it was that they met."""
    page, place = phones.ready(person), somewhere()
    phones.wire.cut()
    declare(page, at(place) | answers)
    heading(page, "Saved on this phone. Not sent yet.")
    return page, place
