"""That master keys were changed or destroyed, and that copies of the register were made."""

from __future__ import annotations

from typing import ClassVar

from events.event import Event


class MasterKeysRotated(Event, frozen=True, kw_only=True):
    """Every key in the database was wrapped anew, under a newer version of the master key."""

    TOPIC: ClassVar[str] = "master-keys-rotated"

    version: int
    """The version under which they are wrapped now."""
    before: tuple[int, ...]
    """The versions under which some were wrapped when this began."""
    keys: dict[str, int]
    """How many were wrapped anew, by the names of their tables."""
    damaged: int
    """How many no master key opens: they are as they were."""


class MasterKeyDestroyed(Event, frozen=True, kw_only=True):
    """A version of the master key is no longer among the keys of the register."""

    TOPIC: ClassVar[str] = "master-key-destroyed"

    version: int
    damaged: int
    """How many keys, all of them damaged, were still said to be wrapped under it."""


class BackupMade(Event, frozen=True, kw_only=True):
    """A copy of the database was made, up to and with a position."""

    TOPIC: ClassVar[str] = "backup-made"

    last: int
    size: int
    """In bytes."""
    digest: str
    """SHA-256 of the copy's manifest, which has the sizes and digests of its files."""
