"""The register asks its witnesses, keeps what they sign, and counts it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from events.log.database import Database
from events.proof.checkpoints import checkpoint_of
from events.proof.cosignatures import CosigningKey, cosigners
from events.proof.notes import SecretKey, read_note
from events.proof.witnessing import origin_hash
from register.notices.message import Later
from register.notices.posting import Answer, Poster
from register.proving.cosigned.asking import Asker, Asking
from register.proving.cosigned.kept import (
    Witnessed,
    last_witnessed,
    with_cosignatures,
    witnessed,
    wrong,
)
from register.proving.cosigned.policy import Policy, Uncosigned, WitnessAt
from register.proving.kept import Kept, last_kept
from register.proving.tables import cosignatures, witnesses
from register.setup.settings import SettingsError
from register.setup.witnesses import read_policy
from tests.postgres import free_port
from tests.proof.signers import ORIGIN, Bench
from tests.witness.served import Served, opened, served

LATER = timedelta(hours=2)
WITNESS_LOGS = 'name = "witness.example/{name}"\n\n[[log]]\norigin = "{origin}"\nkeys = ["{key}"]\n'


@dataclass
class Register:
    """A register whose log is signed, and who witnesses it."""

    bench: Bench
    stack: ExitStack
    database: Database

    def grows(self) -> None:
        self.bench.append(3)
        assert self.bench.sign() is None

    def witness(self, name: str, key: str | None = None) -> Served:
        folder = self.bench.folder / name
        folder.mkdir()
        known = key or str(self.bench.keys[0].public)
        logs = WITNESS_LOGS.format(name=name, origin=ORIGIN, key=known)
        return self.stack.enter_context(served(opened(folder, logs)))

    def asks(self, *asked: Served | WitnessAt, quorum: int = 1) -> Policy:
        at = (
            each if isinstance(each, WitnessAt) else WitnessAt(each.key, each.url) for each in asked
        )
        policy = Policy(tuple(at), quorum)
        Asker(self.database, policy).ask_all()
        return policy

    def counted(self, policy: Policy) -> Witnessed:
        with self.database.read() as connection:
            last = last_kept(connection)
            assert last is not None
            return witnessed(connection, last, policy)

    def last_witnessed(self, policy: Policy) -> Kept | None:
        with self.database.read() as connection:
            last = last_kept(connection)
            assert last is not None
            return last_witnessed(connection, policy, last.key)

    def words(self) -> list[str | None]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(witnesses.c.word)).scalars())

    def wrong(self, policy: Policy, after: timedelta = timedelta()) -> list[str]:
        with self.database.read() as connection:
            return list(wrong(connection, policy, datetime.now(UTC) + after))


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    bench = Bench(tmp_path)
    bench.append(2)
    assert bench.sign() is None
    with ExitStack() as stack, closing(Database(bench.url)) as database:
        yield Register(bench, stack, database)


def names(counted: Witnessed) -> list[str]:
    return [each.witness.removeprefix("witness.example/") for each in counted.by]


def test_witnesses_cosign_and_are_counted(register: Register) -> None:
    policy = register.asks(register.witness("a"), register.witness("b"), quorum=2)
    counted = register.counted(policy)
    assert (names(counted), counted.of, counted.is_enough) == (["a", "b"], 2, True)
    assert all(abs(each.at - datetime.now(UTC)) < timedelta(minutes=1) for each in counted.by)
    assert register.wrong(policy, LATER) == []


def test_the_checkpoint_has_their_signatures(register: Register) -> None:
    """So that a proof can carry them."""
    policy = register.asks(register.witness("a"), register.witness("b"))
    with register.database.read() as connection:
        last = last_kept(connection)
        assert last is not None
        note = read_note(bytes(with_cosignatures(connection, last)))
    assert len(note.signed_by([register.bench.keys[0].public, *policy.keys])) == 3


def test_as_the_log_grows_they_cosign_again(register: Register) -> None:
    witness = register.witness("a")
    for _ in range(3):
        policy = register.asks(witness)
        assert names(register.counted(policy)) == ["a"]
        register.grows()
        assert names(register.counted(policy)) == []
    last = witness.witness.latest(origin_hash(ORIGIN))
    assert last is not None
    assert checkpoint_of(read_note(last)).size == 8


def test_who_has_cosigned_is_not_asked_again(register: Register) -> None:
    witness = register.witness("a")
    register.asks(witness)
    asked: list[str] = []
    witness.witness.point = asked.append
    register.asks(witness)
    assert asked == []


def test_a_register_that_forgot_what_they_signed_is_told(register: Register) -> None:
    """It begins at zero, and the witness says from where it goes on."""
    witness = register.witness("a")
    register.asks(witness)
    with register.database.write_beside() as connection:
        connection.execute(sa.delete(cosignatures))
    register.grows()
    assert names(register.counted(register.asks(witness))) == ["a"]


def test_one_who_is_away_holds_up_no_other(register: Register) -> None:
    away = WitnessAt(
        CosigningKey.new("witness.example/x").public, f"http://127.0.0.1:{free_port()}"
    )
    policy = register.asks(away, register.witness("b"), quorum=2)
    assert names(register.counted(policy)) == ["b"]
    assert set(register.words()) == {None, Uncosigned.AWAY}
    assert register.wrong(policy) == []
    assert register.wrong(policy, LATER) == ["too_few_witnesses"]


def test_all_are_asked_at_the_same_time(register: Register) -> None:
    """One who takes long to answer holds up no other."""
    asked = [register.witness(name) for name in "abc"]
    policy = Policy(tuple(WitnessAt(each.key, each.url) for each in asked), quorum=3)
    all_there = threading.Barrier(len(asked))

    class Waiting(Poster):
        def call(self, *what: Any, **more: Any) -> Answer | Later:
            all_there.wait(timeout=10)
            return super().call(*what, **more)

    Asker(register.database, policy, Waiting()).ask_all()
    assert names(register.counted(policy)) == ["a", "b", "c"]


def test_the_newest_with_enough_stays_known_while_more_is_signed(register: Register) -> None:
    witness, other = register.witness("a"), register.witness("b")
    assert register.last_witnessed(register.asks(witness, other, quorum=3)) is None
    policy = register.asks(witness, other, quorum=2)
    register.grows()
    register.asks(witness)
    register.grows()
    found = register.last_witnessed(policy)
    assert found is not None
    assert found.size == 2
    assert len(cosigners(read_note(found.note.encode()), policy.keys)) == 2
    assert register.last_witnessed(Policy()) is None


def test_after_a_quiet_time_they_have_an_hour_too(register: Register) -> None:
    """It begins with what they have not cosigned yet, and not with what they cosigned last."""
    policy = register.asks(register.witness("a"))
    long_ago = datetime.now(UTC) - LATER
    with register.database.write_beside() as connection:
        connection.execute(sa.update(cosignatures).values(cosigned_at=long_ago))
    register.grows()
    assert register.wrong(policy) == []
    assert register.wrong(policy, LATER) == ["too_few_witnesses"]


def test_too_few_are_only_too_few_for_a_while(register: Register) -> None:
    """Once there are enough again, the hour begins anew with the next checkpoint."""
    witness = register.witness("a")
    policy = register.asks(witness)
    register.grows()
    assert register.wrong(policy) == []
    assert register.wrong(policy, LATER) == ["too_few_witnesses"]
    register.asks(witness)
    assert register.wrong(policy, LATER) == []


def test_a_witness_that_has_seen_more_is_told_of_at_once(register: Register) -> None:
    """The register was put back to a back-up, or somebody else signs with its key."""
    witness, backup = register.witness("a"), register.bench.back_up()
    register.grows()
    register.asks(witness)
    register.database.close()
    register.bench.restore(backup)
    register.database = register.stack.enter_context(closing(Database(register.bench.url)))
    policy = register.asks(witness)
    assert names(register.counted(policy)) == []
    assert register.wrong(policy) == ["witness_has_seen_more"]


def test_a_witness_that_does_not_know_the_log_is_told_of(register: Register) -> None:
    strange = register.witness("a", key=str(SecretKey.new(ORIGIN).public))
    assert register.wrong(register.asks(strange)) == ["witness_refuses"]


def test_a_signature_by_another_key_counts_for_nothing(register: Register) -> None:
    """Somebody else answers at the witness's address."""
    witness = register.witness("a")
    posing = WitnessAt(CosigningKey.new("witness.example/a").public, witness.url)
    policy = register.asks(posing)
    assert names(register.counted(policy)) == []
    assert register.wrong(policy) == ["witness_answers_badly"]


def test_what_was_written_by_hand_counts_for_nothing(register: Register) -> None:
    policy = register.asks(register.witness("a"))
    for line in ("nothing\n", "— witness.example/a AAAAAAAA\n"):
        with register.database.write_beside() as connection:
            connection.execute(sa.update(cosignatures).values(line=line))
        assert names(register.counted(policy)) == []


def test_signing_waits_for_no_witness(register: Register) -> None:
    """Asking is a work of its own, which hears of each checkpoint."""
    policy = register.asks(register.witness("a"))
    register.grows()
    with working(Asker(register.database, policy)) as asking:
        until(lambda: names(register.counted(policy)) == ["a"])
        register.grows()
        asking.hear(read_note(b"-\n\n" + "— x AAAAAAAA\n".encode()))
        until(lambda: names(register.counted(policy)) == ["a"])


@contextmanager
def working(asker: Asker) -> Iterator[Asking]:
    asking = Asking(asker)
    asking.start()
    try:
        yield asking
    finally:
        asking.stop()
    assert not any(each.name == "witnesses" for each in threading.enumerate())


def until(is_so: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < limit
        time.sleep(0.02)


# the file


KEY = CosigningKey.new("witness.example/w1").public
POLICY = f"""
quorum = 1

[[witness]]
key = "{KEY}"
url = "https://witness.example/"
"""


def policy_of(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / "witnesses.toml"
    file.write_text(text, encoding="utf-8")
    return read_policy(file)


def test_the_file_says_who_is_asked(tmp_path: Path) -> None:
    assert policy_of(tmp_path, POLICY) == Policy((WitnessAt(KEY, "https://witness.example/"),), 1)


def test_without_a_file_nobody_is_asked(register: Register) -> None:
    assert read_policy(None) == Policy()
    assert register.wrong(Policy(), LATER) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "quorum"),
        (POLICY.replace("quorum = 1", "quorum = 2"), "more than there are witnesses"),
        (POLICY.replace("quorum = 1", "quorum = 0"), "quorum"),
        (POLICY + POLICY.partition("\n\n")[2], "twice"),
        (POLICY.replace("https://", "http://"), "not like https://witness.example.org"),
        (POLICY.replace("w1+", "w2+"), "witness.0.key"),
        (POLICY.replace("url", "address"), "witness.0.address"),
        ("quorum", "not written in TOML"),
    ],
)
def test_a_file_that_is_not_right_is_refused_in_words(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(SettingsError, match="REGISTER_WITNESSES") as refused:
        policy_of(tmp_path, text)
    assert words in str(refused.value)
