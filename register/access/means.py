"""The ways in which people sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from events.names import How as How

PROOFS = frozenset({How.PROVIDER, How.PASSKEY, How.PASSWORD, How.DEMO})
"""Those that prove who somebody is; whoever has a link may have it from anywhere."""
MEANS = {
    How.LINK: "a link",
    How.PROVIDER: "a sign-in elsewhere",
    How.PASSKEY: "a passkey",
    How.PASSWORD: "a password",
    How.DEMO: "the list of the demonstration",
}
"""What each is called."""

Still = Callable[[sa.Connection], None]
"""Checks that what proved who somebody is has not been changed or removed since: within the
transaction in which that is used. Raises the refusal."""


@dataclass(frozen=True)
class Proved:
    """Who proved who they are, and by what."""

    person: str
    how: How
    still: Still
    which: str = ""
    """The passkey that it was."""


def nothing_to_check(_connection: sa.Connection) -> None:
    """For what was used up in the same transaction, or is never removed."""


def way_of(how: How, which: str = "") -> str:
    """One way of one person, such as one of their passkeys, as their sessions keep it."""
    return f"{how}/{which}" if which else how
