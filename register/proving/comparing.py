"""Compares the tree with what was signed of it, wherever that is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.log.database import Database
from events.proof.checkpoints import Checkpoint
from events.proof.notes import PublicKey
from register.proving.memory import Memory, Seen
from register.proving.names import Unsigned
from register.proving.places import Place
from register.proving.stored_tree import StoredTree


class StoppedError(Exception):
    """Nothing is signed; `why` says why."""

    def __init__(self, why: Unsigned) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Both:
    """What the signer's own folder and the place outside remember of one key."""

    own: Memory
    outside: Memory
    seen: tuple[Seen, Seen]

    @classmethod
    def of(cls, own: Place, outside: Place, key: PublicKey) -> Both:
        mine, there = Memory(own, key), Memory(outside, key)
        return cls(mine, there, (mine.seen(), there.seen()))

    @property
    def is_empty(self) -> bool:
        return all(each.is_empty for each in self.seen)

    @property
    def known(self) -> list[Checkpoint]:
        """What was signed, or was about to be; the largest last."""
        found = [known for each in self.seen for known in (each.signed, each.begun) if known]
        return sorted(found, key=lambda each: each.size)

    @property
    def ending(self) -> str | None:
        return self.seen[1].ending or self.seen[0].ending


def in_force(own: Place, outside: Place, held: Sequence[PublicKey]) -> Both | None:
    """What is remembered of the newest of the keys that ever began; None if none has."""
    for key in reversed(held):
        both = Both.of(own, outside, key)
        if not both.is_empty:
            return both
    return None


def root_at(database: Database, size: int) -> bytes:
    with database.read() as connection:
        return StoredTree(connection).root(size)


def contradicts(database: Database, known: Checkpoint, size: int) -> Unsigned | None:
    """Why a tree of this size is not the one that was signed; None if it begins with that."""
    if known.size > size:
        return Unsigned.SHORTER
    return None if root_at(database, known.size) == known.root else Unsigned.DIFFERS


def check(database: Database, both: Both, size: int) -> None:
    """Raises `StoppedError` if the tree does not begin with all that is known."""
    for known in both.known:
        if why := contradicts(database, known, size):
            raise StoppedError(why)
