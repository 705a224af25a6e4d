"""Compares what is erased with the tombstones that were published, inside the database and outside
it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from events.log.database import Database
from events.proof.notes import BadNoteError, PublicKey
from events.proof.tombstones import Tombstone, check_chain, tombstone_of
from register.proving.memory import NotOursError
from register.proving.places import Place, PlaceAwayError
from register.proving.tables import tombstones
from register.proving.tombstones import published_at
from register.proving.verifying import Fault


def not_in_tombstones(
    database: Database,
    erased: Iterable[tuple[int, UUID, int]],
    places: Sequence[Place],
    keys: Sequence[PublicKey],
) -> Iterator[Fault]:
    """Of each entry whose words are erased, position, stream and version are given."""
    with database.read() as connection:
        notes = connection.execute(
            sa.select(tombstones.c.key, tombstones.c.note).order_by(tombstones.c.number)
        ).all()
    chain: list[Tombstone] = []
    try:
        for key, note in notes:
            chain.append(tombstone_of(note, [PublicKey.read(key)]))
        check_chain(chain)
    except (BadNoteError, ValueError) as error:
        yield Fault(0, f"the tombstones in the database are no chain: {error}")
    yield from _others_outside(chain, places, keys)
    named = {(each.stream, each.version) for one in chain for each in one.entries}
    whole = {each for one in chain for each in one.declarations}
    for position, stream, version in erased:
        if stream not in whole and (stream, version) not in named:
            yield Fault(position, "is erased, and no tombstone names it")


def _others_outside(
    chain: Sequence[Tombstone], places: Sequence[Place], keys: Sequence[PublicKey]
) -> Iterator[Fault]:
    for number, place in enumerate(places, 1):
        try:
            there = [each.tombstone for each in published_at(place, keys)]
        except PlaceAwayError:
            continue  # it is said of its checkpoints
        except NotOursError as error:
            yield Fault(0, f"place {number} outside has tombstones that are no chain: {error}")
            continue
        if there[: len(chain)] != list(chain) and chain[: len(there)] != there:
            yield Fault(0, f"place {number} outside has other tombstones than the database")
