"""What a register says itself that it lost is no fault of its bundle, where both an entry and the
old key say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from events.log.sqlite import driver
from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import SecretKey, read_note, signed
from events.proof.tree import Tree, leaf_hash, root
from register.console.signing import record_loss
from register.proving.exporting.members import in_json
from register.proving.kept import last_kept
from tests.browser import office
from tests.cast import audits
from tests.exporting import bundles
from tests.exporting.bundles import ORIGIN, Content, Desk, Signed, altered, lines, put_together

ANOTHER = "restored.example.org/log"


@dataclass
class Restored:
    bundle: Content
    of_one_service: Content
    """As somebody has it who audits elsewhere."""
    before: str
    """A checkpoint of what both have."""
    lost: str
    """One of what is lost; there are more entries again now."""
    old: SecretKey
    size: int
    """How many entries the last checkpoint of the old key had."""


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    """A register that was put back from a back-up, and goes on under another name."""
    folder = tmp_path_factory.mktemp("register")
    with bundles.signed(folder) as found:
        found.sign()
        before = last_note(found)
        with (
            closing(driver.connect(folder / "register.sqlite")) as source,
            closing(driver.connect(folder / "copy.sqlite")) as copy,
        ):
            source.backup(copy)
        found.office.declare("gus")
        found.sign()
        lost = last_note(found)
    with office(folder, url=f"sqlite:///{folder}/copy.sqlite") as here:
        found = Signed(here, folder, found.keys, found.gift, found.erased, found.concern)
        last = checkpoint_of(read_note(lost.encode()))
        kept = checkpoint_of(read_note(before.encode())).size
        record_loss(here.log, last, kept, ANOTHER)
        old = found.keys[-1]
        found.keys.append(SecretKey.new(ANOTHER))
        found.sign()
        for _ in range(3):
            here.declare("gus")
        found.sign()
        here.register.change_directory([audits("eve", "riverside")])
        yield Restored(found.bundle(), found.bundle("eve"), before, lost, old, last.size)


def last_note(found: Signed) -> str:
    with found.office.log.database.read() as connection:
        kept = last_kept(connection)
    assert kept is not None
    return kept.note


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def test_it_proves_itself_and_says_what_was_lost(restored: Restored, desk: Desk) -> None:
    done = desk.verified(put_together(restored.bundle))
    assert done.code == 0, done.output
    assert "The log broke" in done.output
    assert f"Of {restored.size} entries that were signed as {ORIGIN}, those after" in done.output


def test_what_it_has_from_before_is_still_compared(
    restored: Restored, desk: Desk, file: Path
) -> None:
    file.write_text(restored.before)
    assert desk.verified(put_together(restored.bundle), "--checkpoint", file).code == 0
    size = checkpoint_of(read_note(restored.before.encode())).size
    fork = Checkpoint(ORIGIN, size, root(Tree([leaf_hash(b"other")]), 1))
    file.write_text(str(signed(str(fork), restored.old)))
    done = desk.verified(put_together(restored.bundle), "--checkpoint", file)
    assert done.code == 1
    assert "is not what was signed" in done.output


def test_a_checkpoint_of_what_it_says_it_lost_is_no_fault(
    restored: Restored, desk: Desk, file: Path
) -> None:
    file.write_text(restored.lost)
    done = desk.verified(put_together(restored.bundle), "--checkpoint", file)
    assert done.code == 0, done.output
    assert "kept is of what was lost." in done.output


def test_whoever_audits_one_service_can_tell_as_well(
    restored: Restored, desk: Desk, file: Path
) -> None:
    file.write_text(restored.lost)
    done = desk.verified(put_together(restored.of_one_service), "--checkpoint", file)
    assert done.code == 0, done.output


def test_one_of_more_than_it_says_it_lost_is_a_fault(
    restored: Restored, desk: Desk, file: Path
) -> None:
    more = Checkpoint(ORIGIN, restored.size + 1, root(Tree([leaf_hash(b"more")]), 1))
    file.write_text(str(signed(str(more), restored.old)))
    done = desk.verified(put_together(restored.bundle), "--checkpoint", file)
    assert done.code == 1
    assert "is not what was signed" in done.output


def test_what_the_old_key_alone_says_is_a_fault(restored: Restored, desk: Desk, file: Path) -> None:
    """The entry is hidden, as from somebody who may not read it."""

    def hidden(members: Content) -> None:
        kept = ("index", "position", "leaf")
        found = [
            {name: each[name] for name in kept} if each.get("topic") == "log-restored" else each
            for each in lines(members, "entries.jsonl")
        ]
        members["entries.jsonl"] = b"".join(map(in_json, found))

    file.write_text(restored.lost)
    done = desk.verified(altered(restored.bundle, hidden), "--checkpoint", file)
    assert done.code == 1
    assert "is not what was signed" in done.output


def test_what_the_entry_alone_says_is_a_fault(restored: Restored, desk: Desk, file: Path) -> None:
    """Whoever has no old key could have written it."""

    def unsigned(members: Content) -> None:
        notes = members["successions.jsonl"].splitlines(keepends=True)
        members["successions.jsonl"] = b"".join(each for each in notes if ANOTHER not in str(each))

    file.write_text(restored.lost)
    done = desk.verified(altered(restored.bundle, unsigned), "--checkpoint", file)
    assert done.code == 1
    assert "is not what was signed" in done.output
