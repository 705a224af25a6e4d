"""A look: who was shown whose words, when, in which role and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from events.log.sealing import Keyring, SealBrokenError, Sealed, WrappedKey
from events.names import Role, Shown
from register.standing.seeing import WhyReads

AN_HOUR = timedelta(hours=1)
"""Whoever looks at the same for the same reason within this did so once, with a count."""


class Seen(msgspec.Struct, frozen=True):
    """One of the declarations whose words somebody was shown, with the role and the reason."""

    declaration: UUID
    worker: str
    role: Role | None
    why: WhyReads | None
    """None where the reason is not one to see all of it: who sees exclusions need not see why."""
    is_beside: bool = False
    """Whether it stood in a few words beside another one."""


class Look(msgspec.Struct, frozen=True):
    """What is sealed: who was shown what. `part` is the photograph or the entries it was."""

    by: str
    shown: Shown
    at: tuple[Seen, ...] = ()
    part: str | None = None
    by_program: bool = False

    def only(self, at: tuple[Seen, ...]) -> Look:
        """The same with some of the declarations that it showed. Of a page whose own declaration is
        left out, what stood beside it was a list: nothing is said of there having been another."""
        if not all(each.is_beside for each in at):
            return msgspec.structs.replace(self, at=at)
        at = tuple(msgspec.structs.replace(each, is_beside=False) for each in at)
        return msgspec.structs.replace(self, at=at, shown=Shown.LIST, part=None)

    def apart(self, few: Collection[UUID]) -> list[Look]:
        """With those of which few may know in a look of their own: the other is then the same as if
        these had not been there, also in how often it was within an hour."""
        parts = [
            tuple(each for each in self.at if (each.declaration in few) is is_of_few)
            for is_of_few in (False, True)
        ]
        return [self.only(each) for each in parts if each] or [self]


class Kept(msgspec.Struct, frozen=True):
    """A look as it was kept: how often it was, and when for the first and the last time."""

    number: int
    look: Look | None
    """None once its key is destroyed."""
    count: int
    first_at: datetime
    last_at: datetime

    def only(self, is_meant: Callable[[Seen], bool]) -> Kept | None:
        """The same with some of the declarations that it showed; None if none of them is left."""
        look = self.look
        if look is None or not look.at:
            return self
        left = tuple(filter(is_meant, look.at))
        return msgspec.structs.replace(self, look=look.only(left)) if left else None


def index_of_looker(keyring: Keyring, person: str) -> bytes:
    return keyring.blind_index(f"looks by {person}")


def index_of_worker(keyring: Keyring, worker: str) -> bytes:
    return keyring.blind_index(f"looks at what is of {worker}")


def index_of_declaration(keyring: Keyring, declaration: UUID) -> bytes:
    return keyring.blind_index(f"looks at {declaration}")


def row_of(keyring: Keyring, look: Look, count: int, now: datetime) -> dict[str, Any]:
    """The row of a new look."""
    words = msgspec.json.encode(look)
    sealed, key = keyring.seal(words, bound(now))
    return {
        "at": now,
        "again_of": None,
        "count": count,
        "same": same(keyring, look),
        "by": index_of_looker(keyring, look.by),
        "box": sealed.box,
        "key": key.id,
        "master": key.master,
        "wrapped": key.wrapped,
    }


def same(keyring: Keyring, look: Look) -> bytes:
    """The blind index of who saw what and why: the same for the same."""
    said = msgspec.json.encode(look).decode()
    return keyring.blind_index(f"look {said}")


def bound(at: datetime) -> bytes:
    """What the seal of a look binds beside its words and its key: its moment."""
    return f"look|{at.astimezone(UTC).isoformat()}".encode()


def opened(keyring: Keyring, row: Mapping[str, Any]) -> Look | None:
    """The look in a row; None if its key is destroyed. Raises `SealBrokenError`."""
    if any(row[each] is None for each in ("at", "box", "key", "master", "wrapped")):
        raise SealBrokenError("a part of the look is missing")
    key = WrappedKey(row["key"], row["master"], row["wrapped"])
    words = keyring.open(Sealed(row["key"], row["box"]), key, bound(row["at"]))
    return None if words is None else msgspec.json.decode(words, type=Look)
