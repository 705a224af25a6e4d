"""Which checkpoints are known, inside the database and outside it, and whether they are signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import BadKeyError, BadNoteError, PublicKey, read_note
from events.proof.proofs import FIRST_LINE, read_proof
from events.proof.successions import succession_of
from register.proving.kept import all_kept, successors
from register.proving.memory import Memory, NotOursError, folder_of
from register.proving.places import Folder, Place, PlaceAwayError
from register.proving.tables import checkpoints
from register.proving.verifying import Fault, Known

INSIDE = "as the database says"


def keys_inside(connection: sa.Connection) -> list[PublicKey]:
    """The keys by which the database says that checkpoints were signed, the oldest first."""
    first = sa.func.min(checkpoints.c.number)
    query = sa.select(checkpoints.c.key).group_by(checkpoints.c.key).order_by(first)
    found = connection.execute(query).scalars()
    return [PublicKey.read(each) for each in found if _is_key(each)]


def inside(connection: sa.Connection) -> Iterator[Known | Fault]:
    for each in all_kept(connection):
        try:
            key = PublicKey.read(each.key)
            note = read_note(each.note.encode())
            note.signed_by([key])
            found = checkpoint_of(note)
            if (found.origin, found.size) != (key.name, each.size):
                raise BadNoteError("It is not what its row says.")
        except ValueError as error:  # of a key or a note
            yield Fault(0, f"the checkpoint of size {each.size} is not one: {error}")
        else:
            yield Known(found, INSIDE)
    for key_text, text in successors(connection).items():
        try:
            succession_of(text, PublicKey.read(key_text))
        except ValueError as error:
            yield Fault(0, f"the note that names the key after {key_text} is not one: {error}")


def outside(places: Sequence[Place], keys: Sequence[PublicKey]) -> Iterator[Known | Fault]:
    """What the places remember of these keys."""
    for number, place in enumerate(places, 1):
        where = f"as place {number} outside says"
        for key in keys:
            try:
                for found in _all_of(place, key):
                    yield Known(found, where)
            except PlaceAwayError as error:
                yield Fault(0, f"place {number} outside cannot be read: {error}")
                break
            except NotOursError as error:
                yield Fault(0, f"place {number} outside holds what is not ours: {error}")


def in_file(file: Path, keys: Sequence[PublicKey]) -> Known | Fault:
    """A checkpoint that somebody kept, or a receipt, in which there is one."""
    try:
        kept = file.read_bytes()
        is_receipt = kept.startswith(FIRST_LINE.encode())
        note = read_proof(kept).note if is_receipt else read_note(kept)
        note.signed_by(keys)
        return Known(checkpoint_of(note), f"as {file.name} says")
    except (ValueError, OSError) as error:  # of a note or a proof
        return Fault(0, f"{file.name} is no checkpoint of this log: {error}")


def _all_of(place: Place, key: PublicKey) -> Iterator[Checkpoint]:
    memory = Memory(place, key)
    seen = memory.seen()
    sizes = set(_sizes(place, key))
    if seen.signed is not None:
        yield seen.signed
        sizes.discard(seen.signed.size)
    for size in sorted(sizes):
        note = memory.note(size)
        if note is not None:
            yield checkpoint_of(note)


def _sizes(place: Place, key: PublicKey) -> Iterable[int]:
    """The sizes of all checkpoints, where a place can list them."""
    if not isinstance(place, Folder):
        return []
    folder = place.path / folder_of(key)
    names = [each.name for each in folder.iterdir()] if folder.exists() else []
    return [int(each) for each in names if each.isdecimal()]


def _is_key(text: str) -> bool:
    try:
        PublicKey.read(text)
    except BadKeyError:
        return False
    return True
