"""The drill: the key for promises is lost. The next start makes another, which an entry of the log
names; what was promised holds, and nothing that people have is worth less."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from events.proof.notes import BadNoteError, PublicKey, SecretKey
from events.proof.promises import promise_of
from events.proof.tree import leaf_hash
from register.proving.receipts.promising import Promised
from register.register import Register
from register.setup.promising import promise
from register.setup.signing import held_keys
from tests.erased_registers import settings_of, sign
from tests.gifts import gift
from tests.restoring import ORIGIN
from tests.server import CASES, Installation


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    """One that is signed into a folder outside."""
    found = Installation(tmp_path, f"sqlite:///{tmp_path / 'data' / 'register.sqlite'}")
    (tmp_path / "outside").mkdir()
    found.settings |= {
        "REGISTER_CHECKPOINTS": str(tmp_path / "outside"),
        "REGISTER_LOG_ORIGIN": ORIGIN,
    }
    found.load(CASES)
    return found


@contextmanager
def started(place: Installation) -> Iterator[Register]:
    """As a server starts."""
    with place.opened() as register:
        promise(register, settings_of(place))
        yield register


def declared(register: Register, chosen: str) -> Promised:
    """What is promised to whoever declares, or sends the same again."""
    state = register.declare("amina", chosen, BODY).state
    found = register.receipts.promises.of(state)
    assert found is not None
    return found


BODY = gift()
FIRST, SECOND = str(uuid4()), str(uuid4())


def key_file(place: Installation) -> Path:
    return place.data_dir / "keys" / "promise"


def test_a_server_that_runs_goes_on_with_the_key_it_has(place: Installation) -> None:
    with started(place) as register:
        before = declared(register, FIRST)
        key_file(place).unlink()
        assert declared(register, SECOND).key == before.key
        assert not key_file(place).exists()


def test_the_next_start_makes_another_and_the_log_names_both(place: Installation) -> None:
    with started(place) as register:
        before = declared(register, FIRST)
    key_file(place).unlink()
    with started(place) as register:
        after = declared(register, SECOND)
        sign(place)
        assert after.key == str(SecretKey.read(key_file(place).read_text().strip()).public)
        named = register.receipts.promise_keys()
        assert [each.key for each in named] == [before.key, after.key]
        [log] = held_keys(settings_of(place))
        for each in named:
            assert each.proof is not None
            assert each.key.encode() in each.entry
            each.proof.check(leaf_hash(hashlib.sha256(each.entry).digest()), [log.public])
    with started(place) as register:
        assert len(register.receipts.promise_keys()) == 2, "the same key is named once"


def test_what_was_promised_before_holds_and_is_proved(place: Installation) -> None:
    with started(place) as register:
        before = declared(register, FIRST)
    key_file(place).unlink()
    with started(place) as register:
        sign(place)
        keys = [PublicKey.read(each.key) for each in register.receipts.promise_keys()]
        kept = promise_of(bytes(before.note), keys)
        again = declared(register, FIRST)
        assert again.key != before.key
        assert again.promise == before.promise == kept
        assert not again.promise.contradicts(kept)
        proof = register.receipts.receipt("amina", FIRST)
        assert proof.extra == bytes(again.note)
        [log] = held_keys(settings_of(place))
        proof.check(leaf_hash(kept.digest), [log.public])


def test_a_promise_by_a_key_that_no_entry_names_is_none(place: Installation) -> None:
    with started(place) as register:
        found = declared(register, FIRST)
        keys = [PublicKey.read(each.key) for each in register.receipts.promise_keys()]
        with pytest.raises(BadNoteError):
            promise_of(bytes(found.promise.signed(SecretKey.new(f"{ORIGIN}/promises"))), keys)


def test_no_command_needs_it(place: Installation, tmp_path: Path) -> None:
    with started(place) as register:
        declared(register, FIRST)
    sign(place)
    key_file(place).unlink()
    for words in (("doctor",), ("keys", "status"), ("rebuild",), ("verify",)):
        assert place.run(*words)
    place.run("backup", str(tmp_path / "backups"))
    assert not key_file(place).exists(), "and none makes another but a server"


def test_after_a_backup_that_does_not_know_it_is_put_back_the_log_names_it_anew(
    place: Installation, tmp_path: Path
) -> None:
    sign(place)
    place.run("backup", str(tmp_path / "backups"))
    with started(place) as register:
        before = declared(register, FIRST)
        sign(place)
    for each in place.data_dir.glob("register.sqlite*"):
        each.unlink()
    [backup] = (tmp_path / "backups").iterdir()
    place.run("restore", str(backup), "--origin", f"{ORIGIN}-2")
    sign(place)
    with started(place) as register:
        assert [each.key for each in register.receipts.promise_keys()] == [before.key]
        keys = [PublicKey.read(each.key) for each in register.receipts.promise_keys()]
        kept = promise_of(bytes(before.note), keys)
        assert register.log.stream(kept.declaration) == [], "so what is lost convicts the register"
