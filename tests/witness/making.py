"""Makes tests/witness/cases.json: `python -m tests.witness.making` writes it again.

Each case has logs of its own, whose keys come from their names, and whose leaves are numbers: the
file is the same each time.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.proof.checkpoints import Checkpoint
from events.proof.notes import Note, SecretKey, Signature, signed
from events.proof.tree import EMPTY, Tree, consistency, leaf_hash, root
from events.proof.witnessing import Submission, origin_hash

FILE = Path(__file__).parent / "cases.json"
TREE = Tree(leaf_hash(str(each).encode()) for each in range(40))
ANOTHER = Tree(leaf_hash(f"another {each}".encode()) for each in range(40))
SIZE = "text/x.tlog.size"

Step = dict[str, Any]


def key_of(name: str, seed: str = "") -> SecretKey:
    secret = hashlib.sha256(f"{name}{seed}".encode()).digest()
    return SecretKey(name, Ed25519PrivateKey.from_private_bytes(secret))


class Case:
    """One case, about one log."""

    def __init__(self, name: str, says: str, origin: str | None = None) -> None:
        self.name, self.says = name, says
        self.origin = origin or f"log.example/{name}"
        self.key = key_of(self.origin)
        self.steps: list[Step] = []

    def note(self, size: int, tree: Tree = TREE, root_: bytes | None = None) -> Note:
        text = str(Checkpoint(self.origin, size, root(tree, size) if root_ is None else root_))
        return signed(text, self.key)

    def sends(
        self,
        old: int,
        size: int,
        status: int,
        *,
        tree: Tree = TREE,
        proof: list[bytes] | None = None,
        note: Note | None = None,
        last: int | None = None,
    ) -> Case:
        if proof is None:
            proof = consistency(tree, old, size) if 0 < old <= size else []
        submission = Submission(old, tuple(proof), note or self.note(size, tree))
        return self.sends_bytes(bytes(submission), status, last)

    def sends_bytes(self, body: bytes, status: int, last: int | None = None) -> Case:
        answer: Step = {"status": status, "is_cosigned": status == 200}
        if last is not None:
            answer |= {"body": f"{last}\n", "content_type": SIZE}
        request = {"method": "POST", "path": "add-checkpoint", "body": body.decode()}
        self.steps.append({"request": request, "answer": answer})
        return self

    def monitors(self, size: int | None, origin: str | None = None) -> Case:
        """Asks for the last checkpoint: it is of this size, or there is none."""
        path = f"{origin_hash(origin or self.origin)}/checkpoint"
        answer: Step = {"status": 404, "is_cosigned": False}
        if size is not None:
            answer = {"status": 200, "is_cosigned": True, "checkpoint": self.note(size).text}
            answer["signed_by"] = str(self.key.public)
        self.steps.append({"request": {"method": "GET", "path": path}, "answer": answer})
        return self

    def told(self) -> Step:
        return {"name": self.name, "says": self.says, "steps": self.steps}


def accepted() -> list[Case]:
    return [
        Case("first", "The first checkpoint is cosigned without a proof.").sends(0, 5, 200),
        Case("growing", "A checkpoint that begins with the last one is cosigned.")
        .sends(0, 5, 200)
        .sends(5, 8, 200)
        .sends(8, 21, 200)
        .monitors(21),
        Case("power-of-two", "So is one that grew from a whole node.")
        .sends(0, 8, 200)
        .sends(8, 13, 200),
        Case("again", "The same checkpoint again is cosigned again.")
        .sends(0, 5, 200)
        .sends(5, 5, 200)
        .monitors(5),
        Case("empty", "An empty tree may be the first.").sends(0, 0, 200).sends(0, 3, 200),
        Case("extension", "Lines after the root are covered by the signature, and kept.").sends(
            0, 5, 200, note=_with_lines("log.example/extension")
        ),
        Case("stranger", "Signatures by keys that are not known say nothing.")
        .sends(0, 5, 200, note=_with_strangers("log.example/stranger"))
        .monitors(5),
    ]


def refused_for_who_signed() -> list[Case]:
    unknown = Case("unknown-origin", "A log that is not known.", "unknown.example/log")
    unsigned = Case("not-signed", "No signature by a key that is known for the log.")
    wrong = Case("bad-signature", "A known key's name and id, with a signature that is not.")
    beside = Case("bad-signature-beside", "A bad one by a known key, even beside a good one.")
    other = Case("other-log", "Signed by the key of another log that is known.")
    good = wrong.note(5)
    by_namesake = signed(unsigned.note(5).text, key_of(unsigned.origin, "another"))
    bad = wrong.key.sign("something else\n")
    beside_bad = beside.key.sign("something else\n")
    return [
        unknown.sends(0, 5, 404).monitors(None),
        unsigned.sends(0, 5, 403, note=by_namesake).monitors(None),
        wrong.sends(0, 5, 403, note=Note(good.text, (bad,))).monitors(None),
        beside.sends(0, 5, 403, note=_also(beside.note(5), beside_bad)).monitors(None),
        other.sends(0, 5, 403, note=signed(other.note(5).text, key_of("log.example/first"))),
    ]


def refused_for_sizes() -> list[Case]:
    return [
        Case("old-above", "The old size is above the new one.").sends(6, 5, 400, proof=[]),
        Case("old-above-known", "Also where it is the last one here.")
        .sends(0, 8, 200)
        .sends(8, 5, 400, proof=[]),
        Case("other-size", "The old size is not the last one here: the answer has it.")
        .sends(0, 8, 200)
        .sends(5, 9, 409, last=8)
        .sends(0, 9, 409, last=8)
        .sends(9, 12, 409, last=8),
        Case("other-size-first", "Nothing was cosigned yet: the answer has zero.").sends(
            3, 5, 409, last=0
        ),
        Case("not-back", "An older checkpoint is never cosigned again.")
        .sends(0, 5, 200)
        .sends(5, 9, 200)
        .sends(0, 5, 409, last=9)
        .sends(5, 9, 409, last=9)
        .monitors(9),
    ]


def refused_for_proofs() -> list[Case]:
    good = consistency(TREE, 5, 9)
    proofs = {
        "too-short": good[:-1],
        "too-long": [*good, good[0]],
        "none": [],
        "altered": [bytes([good[0][0] ^ 1]) + good[0][1:], *good[1:]],
        "of-other-sizes": consistency(TREE, 4, 9),
        "of-another-tree": consistency(ANOTHER, 5, 9),
    }
    bad = [
        Case(f"proof-{name}", "The proof does not hold.")
        .sends(0, 5, 200)
        .sends(5, 9, 422, proof=proof)
        .monitors(5)
        for name, proof in proofs.items()
    ]
    return [
        *bad,
        Case("proof-from-nothing", "There is no proof from an empty tree.")
        .sends(0, 5, 422, proof=good[:1])
        .monitors(None),
        Case("proof-from-empty", "Also where an empty tree was cosigned.")
        .sends(0, 0, 200)
        .sends(0, 5, 422, proof=good[:1]),
        Case("other-root", "Another root of the same size.")
        .sends(0, 5, 200)
        .sends(5, 5, 422, tree=ANOTHER, proof=[])
        .monitors(5),
        Case("same-size-with-proof", "The same root, with a proof that proves nothing.")
        .sends(0, 5, 200)
        .sends(5, 5, 422, proof=good[:1]),
        Case("fork", "A tree that grew from another.")
        .sends(0, 5, 200)
        .sends(5, 9, 422, tree=ANOTHER)
        .sends(5, 9, 200)
        .monitors(9),
        _empty_with_a_root("empty-other-root"),
    ]


def refused_for_form() -> list[Case]:
    """What is not a submission at all."""

    def case(name: str) -> Case:
        return Case(f"form-{name}", "It is not written as a submission is.")

    def body(old: str, name: str, proof: str = "", note: str | None = None) -> bytes:
        good = case(name).note(5)
        return f"{old}\n{proof}\n{str(good) if note is None else note}".encode()

    many = "A" * 43 + "=\n"
    return [
        case("no-old").sends_bytes(body("new 0", "no-old"), 400),
        case("leading-zero").sends_bytes(body("old 00", "leading-zero"), 400),
        case("negative").sends_bytes(body("old -1", "negative"), 400),
        case("empty").sends_bytes(b"", 400),
        case("no-empty-line").sends_bytes(b"old 0\n" + bytes(case("no-empty-line").note(5)), 400),
        case("not-base64").sends_bytes(body("old 0", "not-base64", "?\n"), 400),
        case("short-hash").sends_bytes(body("old 0", "short-hash", "AAAA\n"), 400),
        case("many-hashes").sends_bytes(body("old 0", "many-hashes", many * 64), 400),
        case("no-note").sends_bytes(body("old 0", "no-note", note="text\n"), 400),
    ]


def all_cases() -> list[Case]:
    return [
        *accepted(),
        *refused_for_who_signed(),
        *refused_for_sizes(),
        *refused_for_proofs(),
        *refused_for_form(),
    ]


def made() -> str:
    cases = all_cases()
    known = [each for each in cases if not each.origin.startswith("unknown")]
    logs = [{"origin": each.origin, "keys": [str(each.key.public)]} for each in known]
    says = "See docs/proof.md, Witnesses. Of each case, the steps are taken in order."
    whole = {"says": says, "logs": logs, "cases": [each.told() for each in cases]}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _also(note: Note, *more: Signature) -> Note:
    return Note(note.text, (*note.signatures, *more))


def _with_lines(origin: str) -> Note:
    text = str(Checkpoint(origin, 5, root(TREE, 5), ("a line", "another")))
    return signed(text, key_of(origin))


def _with_strangers(origin: str) -> Note:
    note = signed(str(Checkpoint(origin, 5, root(TREE, 5))), key_of(origin))
    namesake, stranger = key_of(origin, "another"), key_of("stranger.example")
    return Note(note.text, (namesake.sign("else\n"), stranger.sign("else\n"), *note.signatures))


def _empty_with_a_root(name: str) -> Case:
    case = Case(name, "An empty tree has one root alone.")
    assert root(TREE, 0) == EMPTY
    return case.sends(0, 0, 422, note=case.note(0, root_=root(TREE, 1))).monitors(None)


if __name__ == "__main__":
    FILE.write_text(made(), encoding="utf-8")
