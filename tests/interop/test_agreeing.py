"""Others who implement the same formats say of our notes and proofs what we say, and we of theirs.

Half of them are spoilt. What counts is that nobody disagrees, and that what was not spoilt is
right. A size that was altered may fit a proof all the same: no hash covers it, only the signature
of the checkpoint that holds both.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymerkle
import pytest

from events.proof.notes import BadNoteError, Note, PublicKey, Signature, read_note, signed
from events.proof.tree import (
    inclusion,
    is_consistent,
    is_included,
    leaf_hash,
    root,
)
from tests.interop.go_programs import asked_of_go
from tests.interop.spoilt import LEAVES, Made
from tests.node import NODE, installed

pytestmark = pytest.mark.interop
SEED = int(os.environ.get("INTEROP_SEED", "17"))
NOTES, PROOFS = 500, 4000
"""Of proofs, as many of each of the two kinds."""
A_STRANGER = ", the rest with the same text and signature of the log"
A_SIZE = ", the rest with a size that fits the same proof"
VECTORS = os.environ.get("MERKLE_VECTORS")


@pytest.fixture
def made() -> Made:
    print(f"\nINTEROP_SEED={SEED}")
    return Made(SEED)


@pytest.fixture
def figures(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """Lines that are shown whatever comes of the test."""
    lines: list[str] = []
    yield lines
    with capsys.disabled():
        print("", *lines, sep="\n  ")


def is_signed(note: bytes, key: PublicKey) -> bool:
    try:
        return bool(read_note(note).signed_by([key]))
    except BadNoteError:
        return False


def told(ours: Sequence[bool], theirs: Sequence[bool], what: str, rest: str = "") -> str:
    """Half were spoilt: every second one, from the second on."""
    assert list(ours) == list(theirs), [
        each for each, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]
    ]
    right, spoilt = ours[::2], ours[1::2]
    assert all(right)
    return (
        f"{what}: {len(ours)}, no disagreement; {len(right)} as made, all accepted; "
        f"{len(spoilt)} spoilt, {spoilt.count(False)} refused by both{rest}"
    )


def test_roots_and_proofs_are_those_of_pymerkle(made: Made, figures: list[str]) -> None:
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for size, entry in enumerate(made.entries, start=1):
        theirs.append_entry(entry)
        assert theirs.get_root() == root(made.tree, size)
    for _ in range(PROOFS // 10):
        leaf, grown = made.included(), made.grown()
        proof = theirs.prove_inclusion(leaf.index + 1, leaf.size)
        pymerkle.verify_inclusion(leaf.leaf, leaf.root, proof, leaf.index + 1, leaf.size)
        growth = theirs.prove_consistency(grown.old, grown.new)
        pymerkle.verify_consistency(grown.old_root, grown.new_root, growth, grown.old, grown.new)
    figures.append(
        f"pymerkle: the same root after each of {LEAVES} entries; {PROOFS // 5} of its proofs lead "
        "to our roots"
    )


def test_go_agrees_on_notes(made: Made, figures: list[str]) -> None:
    notes = [made.note(made.checkpoint()) for _ in range(NOTES)]
    sent = [made.spoilt_note(each) if at % 2 else bytes(each) for at, each in enumerate(notes)]
    key = made.log.public
    answers = asked_of_go({"notes": [{"key": str(key), "note": each} for each in sent]})
    ours = [is_signed(each, key) for each in sent]
    for was, each, is_accepted in zip(notes, sent, ours, strict=True):
        assert not is_accepted or signed_part(read_note(each), key) == signed_part(was, key)
    figures.append(
        told(
            ours,
            answers["Notes"],
            "Go, notes",
            ", the rest with the same text and signature of the log",
        )
    )


def signed_part(note: Note, key: PublicKey) -> tuple[str, set[Signature]]:
    return note.text, set(note.signed_by([key]))  # it may be there twice


def test_go_signs_what_we_sign(made: Made, figures: list[str]) -> None:
    texts = [made.checkpoint() for _ in range(NOTES)]
    secret = made.log.text()
    answers = asked_of_go({"toSign": [{"secret": secret, "text": each} for each in texts]})
    assert answers["Signed"] == [str(signed(each, made.log)) for each in texts]
    figures.append(f"Go, notes signed with the same key: {NOTES}, each the same, byte for byte")


def test_go_agrees_on_roots(made: Made, figures: list[str]) -> None:
    answers = asked_of_go({"entries": made.entries})
    assert [base64.b64decode(each) for each in answers["Roots"]] == [
        root(made.tree, size) for size in range(1, LEAVES + 1)
    ]
    figures.append(f"Go: the same root after each of {LEAVES} entries")


def test_go_agrees_on_proofs(made: Made, figures: list[str]) -> None:
    right_included = [made.included() for _ in range(PROOFS)]
    right_grown = [made.grown() for _ in range(PROOFS)]
    included, grown = [*right_included], [*right_grown]
    included[1::2] = map(made.spoilt_included, included[1::2])
    grown[1::2] = map(made.spoilt_grown, grown[1::2])
    answers = asked_of_go(
        {
            "inclusions": [vars(each) for each in included],
            "growths": [
                {name.replace("_", ""): value for name, value in vars(each).items()}
                for each in grown
            ],
        }
    )
    ours = [
        is_included(each.leaf, each.index, each.size, each.proof, each.root) for each in included
    ]
    figures.append(told(ours, answers["Inclusions"], "Go, proofs that a leaf is included", A_SIZE))
    for was, each, is_accepted in zip(right_included, included, ours, strict=True):
        assert not is_accepted or replace(each, size=was.size) == was
    ours = [
        is_consistent(each.old, each.new, each.old_root, each.new_root, each.proof)
        for each in grown
    ]
    figures.append(told(ours, answers["Growths"], "Go, proofs that a tree has only grown", A_SIZE))
    for before, after, is_accepted in zip(right_grown, grown, ours, strict=True):
        assert not is_accepted or replace(after, old=before.old, new=before.new) == before


def test_sigstore_agrees_on_notes_and_their_proofs(made: Made, figures: list[str]) -> None:
    """Its reading of a note is laxer than the specification, so what is spoilt here are what notes
    say and who signed them, not how they are written."""
    questions, ours = [], []
    for at in range(NOTES):
        size = made.random.randrange(1, LEAVES + 1)
        index = made.random.randrange(size)
        text = f"register.example/log\n{size}\n{base64.b64encode(root(made.tree, size)).decode()}\n"
        note, leaf, proof = made.note(text), made.entries[index], inclusion(made.tree, index, size)
        if at % 4 == 1:
            note = made.signed_otherwise(note)
        elif at % 4 == 3:
            proof = made.spoilt_hashes(proof)
        key = made.log.public
        asked = {"note": bytes(note), "leaf": leaf, "proof": proof, "key": key.raw, "id": key.id}
        questions.append({"name": key.name, "index": index, **asked})
        ours.append(
            is_signed(bytes(note), key)
            and is_included(leaf_hash(leaf), index, size, proof, root(made.tree, size))
        )
    figures.append(told(ours, asked_of_sigstore(questions), "@sigstore/verify, notes with proofs"))


def asked_of_sigstore(questions: list[dict[str, Any]]) -> list[bool]:
    sources = Path(__file__).parent / "node"
    asked = json.dumps(questions, default=lambda raw: base64.b64encode(raw).decode())
    command = [NODE, sources / "verify.mjs", installed("sigstore-verify", sources)]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    answers: list[bool] = json.loads(done.stdout)
    return answers


def test_transparency_dev_agrees_where_its_cases_are_at_hand(figures: list[str]) -> None:
    """MERKLE_VECTORS names the folder `testdata` of a checkout of transparency-dev/merkle."""
    if VECTORS is None:
        figures.append("transparency-dev/merkle: its cases are not here (MERKLE_VECTORS)")
        return
    files = [
        each
        for kind in ("inclusion", "consistency")
        for each in sorted((Path(VECTORS) / kind).rglob("*.json"))
    ]
    assert files, f"there are no cases in {VECTORS}"
    wrong = [each for each in files if accepted(json.loads(each.read_text())) == wants_error(each)]
    assert wrong == []
    figures.append(f"transparency-dev/merkle: {len(files)} cases, each as it says")


def wants_error(file: Path) -> bool:
    return bool(json.loads(file.read_text())["wantErr"])


def accepted(case: dict[str, Any]) -> bool:
    def raw(name: str) -> bytes:
        return base64.b64decode(case[name] or "")

    proof = [base64.b64decode(each) for each in case["proof"] or []]
    if "leafIdx" in case:
        return is_included(raw("leafHash"), case["leafIdx"], case["treeSize"], proof, raw("root"))
    return is_consistent(case["size1"], case["size2"], raw("root1"), raw("root2"), proof)
