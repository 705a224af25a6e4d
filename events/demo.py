"""What marks a register as a demo's."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from events.event import Event


class DemoBegun(Event, frozen=True, kw_only=True):
    """The first entry of a demo: everything after it up to `made_up_on` is made up, and so are
    its moments."""

    TOPIC: ClassVar[str] = "demo-begun"

    made_up_on: date
