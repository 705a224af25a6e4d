"""A log that takes another key, or another name, is followed only where the old key said so."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import SecretKey, read_note, signed
from events.proof.successions import Succession
from events.proof.tree import Tree, consistency, leaf_hash, root
from events.proof.witnessing import NotCosignedError, Refusal, Submission, origin_hash
from register.proving.witness.logs import BadFileError
from register.proving.witness.service import Witness
from tests.witness.served import LOG, ORIGIN, opened

TREE, OTHER = (
    Tree(leaf_hash(f"{word}{each}".encode()) for each in range(9)) for word in ("", "other")
)
NEW = "log.example/new"
FILE = """
name = "witness.example/w1"

[[log]]
origin = "{old}"
keys = ["{old_key}"]

[[log]]
origin = "{new}"
keys = ["{new_key}"]
follows = "succession"
"""


def succession(new: SecretKey, by: SecretKey = LOG, size: int = 5) -> str:
    tree = size, root(TREE, size)
    return str(Succession(str(LOG.public), *tree, str(new.public), *tree).signed(by))


def following(folder: Path, new: SecretKey, note: str | None = None) -> Witness:
    (folder / "succession").write_text(note or succession(new), encoding="utf-8")
    logs = FILE.format(old=ORIGIN, old_key=LOG.public, new=NEW, new_key=new.public)
    return opened(folder, logs)


def brought(witness: Witness, key: SecretKey, old: int, new: int, tree: Tree = TREE) -> None:
    note = signed(str(Checkpoint(key.public.name, new, root(tree, new))), key)
    proof = consistency(tree, old, new) if old else []
    witness.add_checkpoint(bytes(Submission(old, tuple(proof), note)))


def refused(witness: Witness, key: SecretKey, old: int, new: int, tree: Tree = TREE) -> Refusal:
    with pytest.raises(NotCosignedError) as why:
        brought(witness, key, old, new, tree)
    return why.value.why


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a witness that has cosigned five entries of the old log."""
    witness = opened(tmp_path)
    brought(witness, LOG, 0, 5)
    witness.book.close()
    return tmp_path


def test_the_new_log_goes_on_where_the_old_one_was(folder: Path) -> None:
    new = SecretKey.new(NEW)
    witness = following(folder, new)
    assert refused(witness, new, 0, 7, OTHER) is Refusal.OTHER_SIZE
    assert refused(witness, new, 5, 7, OTHER) is Refusal.INCONSISTENT
    assert witness.latest(origin_hash(NEW)) is None
    brought(witness, new, 5, 7)
    last = witness.latest(origin_hash(NEW))
    assert last is not None
    assert checkpoint_of(read_note(last)).size == 7
    witness.book.close()


def test_the_old_log_goes_on_no_more(folder: Path) -> None:
    """Else there would be two."""
    witness = following(folder, SecretKey.new(NEW))
    assert refused(witness, LOG, 5, 7) is Refusal.LOG_UNKNOWN
    assert witness.latest(origin_hash(ORIGIN)) is not None
    witness.book.close()


def test_a_note_that_the_old_key_has_not_signed_is_refused(folder: Path) -> None:
    new, other = SecretKey.new(NEW), SecretKey.new(ORIGIN)
    with pytest.raises(BadFileError, match="not signed"):
        following(folder, new, succession(new, by=other))


def test_a_note_that_names_another_key_is_refused(folder: Path) -> None:
    with pytest.raises(BadFileError, match="another key"):
        following(folder, SecretKey.new(NEW), succession(SecretKey.new(NEW)))


def test_a_note_of_a_log_that_is_not_known_is_refused(folder: Path) -> None:
    stranger, new = SecretKey.new("stranger.example/log"), SecretKey.new(NEW)
    tree = 5, root(TREE, 5)
    note = Succession(str(stranger.public), *tree, str(new.public), *tree).signed(stranger)
    with pytest.raises(BadFileError, match="not signed by a key of a log that is known"):
        following(folder, new, str(note))


@pytest.mark.parametrize("note", ["nothing", "a\n\n— x AAAAAAAA\n"])
def test_what_is_no_such_note_is_refused(folder: Path, note: str) -> None:
    with pytest.raises(BadFileError, match="succession"):
        following(folder, SecretKey.new(NEW), note)


def test_a_log_that_keeps_its_name_takes_another_key(folder: Path) -> None:
    new = SecretKey.new(ORIGIN)
    (folder / "succession").write_text(succession(new), encoding="utf-8")
    keys = f'keys = ["{LOG.public}", "{new.public}"]\nfollows = "succession"\n'
    logs = f'name = "witness.example/w1"\n\n[[log]]\norigin = "{ORIGIN}"\n{keys}'
    witness = opened(folder, logs)
    assert refused(witness, new, 0, 7) is Refusal.OTHER_SIZE
    brought(witness, new, 5, 7)
    witness.book.close()
