"""Twelve attacks by somebody who owns the database, each tried again and again; and a table of what
tells of each. `make test-tamper` tries each 400 times."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from events.log.database import Database
from events.log.log import Log
from events.log.mapper import SealingMapper
from events.proof.notes import SecretKey, read_note
from events.proof.proofs import Proof
from events.proof.witnessing import NotCosignedError, Submission, origin_hash
from register.console.verifying import Verified, verify
from register.proving.kept import last_kept
from register.proving.places import Folder
from register.proving.signing import Signer
from register.proving.stored_tree import StoredTree
from register.proving.witness.logs import Known as Logs
from register.proving.witness.service import Witness, opened_witness
from tests.logs import NOON, said, some_keys
from tests.shaped import bring_into_shape
from tests.tampering import attacks
from tests.tampering.attacks import COVERED, SIGNED, Attack

TRIALS = int(os.environ.get("TRIALS", "10"))
KEY = SecretKey.new("register.example.org/log")
OTHERS = [KEY.public]
VERIFY, OUTSIDE, RECEIPT, WITNESS = "verify", "checkpoint outside", "receipt", "witness"


@dataclass(frozen=True)
class Case:
    """An attack, and what alone tells of it, if nothing before it does."""

    name: str
    how: Attack
    told_by: str
    recompute: bool = True
    with_key: bool = False


CASES = [
    Case("edit, with its leaf", attacks.edit_and_leaf, VERIFY, recompute=False),
    Case("edit and recompute", attacks.edit, OUTSIDE),
    Case("delete", attacks.delete, OUTSIDE),
    Case("insert", attacks.insert, OUTSIDE),
    Case("swap", attacks.swap, OUTSIDE),
    Case(
        "truncate below a checkpoint",
        attacks.shorten(lambda chance: chance.randint(1, SIGNED - 1)),
        OUTSIDE,
    ),
    Case(
        "truncate above one that a receipt covers",
        attacks.shorten(lambda chance: chance.randint(SIGNED, COVERED - 1)),
        RECEIPT,
    ),
    Case("move a sealed part", attacks.move_sealed_part, OUTSIDE),
    Case("an older back-up", attacks.shorten(lambda chance: SIGNED // 2), OUTSIDE),
    Case("a value, while leaf and tree stay", attacks.change_value, VERIFY, recompute=False),
    Case(
        "with the real log key, shorten and sign on",
        attacks.shorten(lambda chance: chance.randint(1, SIGNED - 1)),
        RECEIPT,
        with_key=True,
    ),
    Case("show two people two histories", attacks.rewrite_the_end, WITNESS, with_key=True),
]


@dataclass
class Signed:
    """A log of which the first entries are signed outside; a receipt covers more."""

    folder: Path
    file: Path
    outside: Path
    receipt: Path
    witness: Witness
    """It has cosigned what the receipt's checkpoint covers."""


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    folder = tmp_path_factory.mktemp("signed")
    file, outside, later = folder / "log.sqlite", folder / "outside", folder / "later"
    outside.mkdir()
    bring_into_shape(f"sqlite:///{file}")
    append(file, SIGNED)
    sign(file, folder / "own", outside)
    shutil.copytree(outside, later)
    append(file, COVERED - SIGNED)
    sign(file, folder / "own", later)
    (covering,) = later.glob(f"*/{COVERED}")
    note = read_note(covering.read_bytes())
    with closing(Database(f"sqlite:///{file}")) as database, database.read() as connection:
        hashes = tuple(StoredTree(connection).inclusion(COVERED - 1, COVERED))
    receipt = folder / "receipt.tlog-proof"
    receipt.write_text(str(Proof(COVERED - 1, hashes, note)))
    witness = opened_witness(Logs("witness.example", {KEY.public.name: OTHERS}), folder / "witness")
    witness.add_checkpoint(bytes(Submission(0, (), note)))
    return Signed(folder, file, outside, receipt, witness)


def append(file: Path, number: int) -> None:
    clock = iter(NOON + timedelta(seconds=each) for each in range(number + 1))
    with closing(Log(f"sqlite:///{file}", some_keys(), clock=lambda: next(clock))) as log:
        for _ in range(number):
            log.append([said(uuid4())])


def sign(file: Path, own: Path, outside: Path) -> None:
    own.mkdir(exist_ok=True)
    with closing(Database(f"sqlite:///{file}")) as database:
        assert Signer(database, Folder(own), Folder(outside), lambda: [KEY]).sign() is None


def verified(file: Path, outside: Path | None, *kept: Path, opens: bool = False) -> Verified:
    mapper = SealingMapper(some_keys()) if opens else None
    places = [Folder(outside)] if outside is not None else []
    with closing(Database(f"sqlite:///{file}")) as database:
        return verify(database, mapper, places, OTHERS, kept, lambda _done, _total: None)


def test_a_log_that_nobody_touched_is_as_it_was(signed: Signed) -> None:
    found = verified(signed.file, signed.outside, signed.receipt, opens=True)
    assert (found.faults, found.entries, found.outside) == ([], COVERED, 2)


def copies(signed: Signed, trials: int) -> Iterator[tuple[Path, random.Random]]:
    for trial in range(trials):
        copy = signed.folder / "copy.sqlite"
        for each in signed.folder.glob("copy.sqlite*"):
            each.unlink()
        shutil.copy(signed.file, copy)
        yield copy, random.Random(trial)


def tells(signed: Signed, copy: Path) -> dict[str, bool]:
    """What each way of looking finds by itself, those that need less first."""
    ways: dict[str, Callable[[], Verified]] = {
        VERIFY: lambda: verified(copy, None),
        OUTSIDE: lambda: verified(copy, signed.outside),
        RECEIPT: lambda: verified(copy, None, signed.receipt),
    }
    found = {name: bool(way().faults) for name, way in ways.items()}
    return found | {WITNESS: not is_cosigned(signed, copy)}


def is_cosigned(signed: Signed, copy: Path) -> bool:
    """Whether the witness cosigns what this log has come to, with the best proof that it can make.
    Without the log's key its owner has nothing new to show, and the witness's own is compared."""
    with closing(Database(f"sqlite:///{copy}")) as database, database.read() as connection:
        kept, tree = last_kept(connection), StoredTree(connection)
        if kept is None or kept.size < COVERED:
            last = signed.witness.latest(origin_hash(KEY.public.name))
            assert last is not None
            (signed.folder / "cosigned").write_bytes(last)
        else:
            proof = tuple(tree.consistency(COVERED, kept.size))
            try:
                signed.witness.add_checkpoint(
                    bytes(Submission(COVERED, proof, read_note(kept.note.encode())))
                )
            except NotCosignedError:
                return False
            return True
    return not verified(copy, None, signed.folder / "cosigned").faults


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_attack_is_detected(signed: Signed, case: Case) -> None:
    found: dict[str, int] = {}
    for copy, chance in copies(signed, TRIALS):
        attacks.attack(copy, case.how, chance, recompute=case.recompute)
        if case.with_key:
            signs_on(signed, copy, chance)
        for name, is_told in tells(signed, copy).items():
            found[name] = found.get(name, 0) + is_told
    print(f"| {case.name} | {' | '.join(f'{found[each]} of {TRIALS}' for each in found)} |")
    if case.told_by == VERIFY:
        assert found[VERIFY] == TRIALS
    elif case.told_by == OUTSIDE:
        assert (found[VERIFY], found[OUTSIDE]) == (0, TRIALS), "it was made to fit"
    elif case.told_by == RECEIPT and not case.with_key:
        assert (found[OUTSIDE], found[RECEIPT]) == (0, TRIALS), "no checkpoint outside covers it"
    else:
        assert (found[VERIFY], found[RECEIPT]) == (0, TRIALS), "what others keep tells of it"
    if case.told_by != VERIFY:
        assert found[WITNESS] == TRIALS


def signs_on(signed: Signed, copy: Path, chance: random.Random) -> None:
    """With the real key, an empty memory, and a place that the operator owns."""
    for each in ("their own", "theirs"):
        shutil.rmtree(signed.folder / each, ignore_errors=True)
        (signed.folder / each).mkdir()
    append(copy, chance.randint(1, 3))
    sign(copy, signed.folder / "their own", signed.folder / "theirs")


def test_a_sealed_part_that_was_moved_is_found_with_the_master_keys_alone(signed: Signed) -> None:
    for copy, chance in copies(signed, TRIALS):
        attacks.attack(copy, attacks.move_sealed_part, chance, recompute=True)
        (fault, *_) = verified(copy, None, opens=True).faults
        assert "cannot be opened" in fault.what


def test_the_first_bad_position_is_named(signed: Signed) -> None:
    for copy, chance in copies(signed, TRIALS):
        with attacks.by_its_owner(copy) as connection:
            position = attacks.some(connection, chance, SIGNED)
            connection.execute("UPDATE entries SET topic = 'other' WHERE id = ?", [position])
        assert verified(copy, None).faults[0].position == position


@pytest.mark.parametrize("table", ["entries", "tree_leaves"])
def test_a_trigger_that_is_gone_is_found(signed: Signed, table: str) -> None:
    for copy, _ in copies(signed, 1):
        with closing(Database(f"sqlite:///{copy}")) as database, database.write() as connection:
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
        assert "trigger" in verified(copy, None).faults[0].what


def test_a_key_that_is_gone_without_a_mark_is_found(signed: Signed) -> None:
    for copy, _ in copies(signed, 1):
        with attacks.by_its_owner(copy) as connection:
            connection.execute("DELETE FROM entry_keys WHERE rowid = 7")
        faults = verified(copy, None, opens=True).faults
        assert [each.position for each in faults] == [7]
        assert "missing" in faults[0].what
