"""What a database that was put back has lost of what was signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from events.keeping import LogRestored
from events.log.database import Database
from events.log.tables import entries
from events.proof.checkpoints import Checkpoint
from events.proof.notes import PublicKey, to_base64
from events.proof.successions import succession_of
from register.proving.comparing import Both, contradicts
from register.proving.kept import successors
from register.proving.memory import SUCCESSION, NotOursError, folder_of
from register.proving.places import Place
from register.proving.succeeding import Restored


class Loss(Struct, frozen=True):
    """The entries after those that are surely the same, up to the last that was signed."""

    last: Checkpoint
    kept: int


class SaidLost(Struct, frozen=True):
    """What the log says was lost; the key that signed it has said so as well."""

    origin: str
    kept: int
    last: int

    def has(self, checkpoint: Checkpoint) -> bool:
        return checkpoint.origin == self.origin and self.kept < checkpoint.size <= self.last


def said_lost(connection: sa.Connection) -> list[SaidLost]:
    """What is missing and need not be looked for: both an entry and a note of the old key tell."""
    ended = list(_ended(connection))
    query = sa.select(entries.c.state).where(entries.c.topic == LogRestored.TOPIC)
    told = (
        msgspec.json.decode(state, type=Restored) for state in connection.execute(query).scalars()
    )
    return [
        SaidLost(each.origin, each.kept_size, each.last_size)
        for each in told
        if (each.origin, each.last_size, each.last_root, each.new_origin) in ended
    ]


def _ended(connection: sa.Connection) -> Iterator[tuple[str, int, str, str]]:
    for key, note in successors(connection).items():
        try:
            old = PublicKey.read(key)
            found = succession_of(note, old)
            new = PublicKey.read(found.new)
        except ValueError:  # of a key or a note: verifying says so
            continue
        if not found.loses_nothing:
            yield old.name, found.last_size, to_base64(found.last_root), new.name


def with_those_after(place: Place, keys: Sequence[PublicKey]) -> list[PublicKey]:
    """Keys of a log with those that followed them, as each has signed at a place. Raises
    `PlaceAwayError` and `NotOursError`."""
    found = list(keys)
    for each in found:  # it grows
        text = place.read(folder_of(each), SUCCESSION)
        if text is None:
            continue
        try:
            following = PublicKey.read(succession_of(text, each).new)
        except ValueError as error:  # of a key or a note
            raise NotOursError(f"{SUCCESSION}: {error}") from None
        if following not in found:
            found.append(following)
    return found


def loss_of(database: Database, size: int, both: Both, known: Iterable[Checkpoint]) -> Loss | None:
    """What is lost of what was signed; None if nothing is."""
    if not any(contradicts(database, each, size) for each in both.known):
        return None
    same = (each.size for each in known if not contradicts(database, each, size))
    return Loss(both.known[-1], max(same, default=0))
