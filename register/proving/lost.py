"""What a database that was put back has lost of what was signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from events.log.database import Database
from events.proof.checkpoints import Checkpoint
from events.proof.notes import PublicKey
from events.proof.successions import succession_of
from register.proving.comparing import Both, contradicts
from register.proving.memory import SUCCESSION, NotOursError, folder_of
from register.proving.places import Place


class Loss(Struct, frozen=True):
    """The entries after those that are surely the same, up to the last that was signed."""

    last: Checkpoint
    kept: int


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
