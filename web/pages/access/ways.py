"""A way in which a person can sign in, as the page of their account lists it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """A way in which a person can sign in."""

    name: str
    about: str
    """When it was last used, and the like."""
    remove: str | None = None
    """Where the form is sent that removes it; None if it cannot be removed here."""
    id: str = ""
    """What the form sends as `id`."""
