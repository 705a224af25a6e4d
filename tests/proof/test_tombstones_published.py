"""What is to be erased is published outside before anything is destroyed."""

from __future__ import annotations

from contextlib import closing
from uuid import UUID, uuid4

import pytest

from events.erasing import ErasureConfirmed
from events.log.database import Database
from events.log.log import Log
from events.proof.checkpoints import checkpoint_of
from events.proof.notes import BadNoteError
from events.proof.tombstones import ErasedEntry, Tombstone, check_none_missing
from register.proving.memory import Memory, NotOursError, folder_of
from register.proving.names import Unsigned
from register.proving.places import Folder
from register.proving.tombstones import are_tombstoned, kept_tombstones, published_at
from tests.logs import some_keys
from tests.proof.signers import ORIGIN, Bench
from tests.proof.signers import bench as bench


def confirmed(bench: Bench) -> UUID:
    new, declaration = uuid4(), uuid4()
    entry = ErasedEntry(declaration, 1, uuid4())
    event = ErasureConfirmed(
        originator_id=new, confirmed_by="otto", declarations=(declaration,), entries=(entry,)
    )
    with closing(Log(bench.url, some_keys())) as log:
        log.append([event])
    return new


def there(bench: Bench) -> list[UUID]:
    found = published_at(Folder(bench.outside), [each.public for each in bench.keys])
    return [each.tombstone.erasure for each in found]


def kept(bench: Bench) -> dict[UUID, Tombstone]:
    with closing(Database(bench.url)) as database, database.read() as connection:
        return kept_tombstones(connection)


def test_each_is_published_once_in_order_and_named_in_the_next_checkpoint(bench: Bench) -> None:
    first, second = confirmed(bench), confirmed(bench)
    assert bench.sign() is None
    assert bench.sign() is None
    assert list(kept(bench)) == there(bench) == [first, second]
    gone = kept(bench)[first].declarations
    with closing(Database(bench.url)) as database, database.read() as connection:
        assert are_tombstoned(connection, [*gone, uuid4()]) == set(gone)
    bench.append()
    bench.sign()
    last = Memory(Folder(bench.outside), bench.keys[-1].public).seen().last
    assert last is not None
    said = checkpoint_of(last).extensions
    check_none_missing(list(kept(bench).values()), said)
    with pytest.raises(BadNoteError):
        check_none_missing([kept(bench)[first]], said)


def test_while_the_place_is_away_none_is_kept_and_later_it_is(bench: Bench) -> None:
    new = confirmed(bench)
    away = bench.outside.rename(bench.outside.with_name("away"))
    assert bench.sign() is Unsigned.PLACE_AWAY
    assert not kept(bench)
    away.rename(bench.outside)
    assert bench.sign() is None
    assert list(kept(bench)) == [new]


def test_a_database_from_an_older_copy_learns_them_from_the_place(bench: Bench) -> None:
    bench.append()
    bench.sign()
    copy = bench.back_up()
    new = confirmed(bench)
    bench.sign()
    bench.restore(copy)
    assert not kept(bench)
    assert bench.sign() is Unsigned.SHORTER
    bench.tell_restored("register.example.org/log-2")
    assert bench.sign() is None
    assert list(kept(bench)) == there(bench) == [new]


def test_the_chain_goes_on_under_another_key(bench: Bench) -> None:
    erasures = [confirmed(bench)]
    bench.sign()
    bench.new_key(ORIGIN)
    erasures.append(confirmed(bench))
    bench.sign()
    bench.sign()
    assert there(bench) == erasures


def test_one_that_was_changed_outside_is_noticed(bench: Bench) -> None:
    confirmed(bench), confirmed(bench)
    bench.sign()
    folder = bench.outside / folder_of(bench.keys[-1].public)
    (folder / "tombstone-1").write_text((folder / "tombstone-2").read_text())
    with pytest.raises(NotOursError):
        there(bench)
