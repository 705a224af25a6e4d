"""A way in which a person can sign in, as the page of their account lists it."""

from __future__ import annotations

from dataclasses import dataclass

from register.access.means import How


@dataclass(frozen=True)
class Way:
    """A way in which a person can sign in."""

    how: How
    name: str
    about: str
    """When it was last used, and the like."""
    remove: str
    """Where its owner sends the form that removes it."""
    id: str = ""
    """What the form sends as `id`."""
