"""The event that marks a register as a demo."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from events.event import Event


class DemoBegun(Event, frozen=True, kw_only=True):
    """The first entry of a demo. All later entries up to the day `made_up_on` are made up, and
    so are their moments."""

    TOPIC: ClassVar[str] = "demo-begun"

    made_up_on: date
