"""What is erased is published in a chain of signed notes, none of which can be left out."""

from __future__ import annotations

from uuid import UUID

import pytest

from events.proof.notes import BadNoteError, SecretKey, signed
from events.proof.tombstones import (
    NOTHING_BEFORE,
    ErasedEntry,
    Tombstone,
    check_chain,
    check_none_missing,
    tombstone_of,
)

KEY = SecretKey.new("register.example/log")
FIRST = Tombstone(
    1,
    NOTHING_BEFORE,
    UUID(int=1),
    (UUID(int=2),),
    (ErasedEntry(UUID(int=2), 1, UUID(int=3)), ErasedEntry(UUID(int=2), -2, UUID(int=4))),
    (UUID(int=5),),
)
SECOND = Tombstone(2, FIRST.digest, UUID(int=6))


def test_a_tombstone_is_read_as_it_was_signed():
    assert tombstone_of(str(FIRST.signed(KEY)), [KEY.public]) == FIRST


def test_one_that_another_signed_is_refused():
    other = SecretKey.new("register.example/log")
    with pytest.raises(BadNoteError):
        tombstone_of(str(FIRST.signed(other)), [KEY.public])


@pytest.mark.parametrize("line", ["entry 1", "person 7", f"declaration {UUID(int=9)} ", "key x"])
def test_what_is_written_otherwise_is_refused(line: str):
    text = f"{SECOND}{line}\n"
    with pytest.raises(BadNoteError):
        tombstone_of(str(signed(text, KEY)), [KEY.public])


def test_one_left_out_of_the_chain_is_noticed():
    check_chain([FIRST, SECOND])
    third = Tombstone(3, SECOND.digest, UUID(int=7))
    for chain in ([SECOND], [FIRST, third], [SECOND, FIRST]):
        with pytest.raises(BadNoteError, match="does not follow"):
            check_chain(chain)


def test_the_last_left_out_is_noticed_by_a_checkpoint():
    check_none_missing([FIRST, SECOND], [SECOND.extension])
    check_none_missing([FIRST, SECOND], [FIRST.extension, "something else"])
    for chain in ([], [FIRST]):
        with pytest.raises(BadNoteError, match="Of 2 tombstones"):
            check_none_missing(chain, [SECOND.extension])
