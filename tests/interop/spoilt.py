"""Notes and proofs, right ones and spoilt ones, the same in every run with a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.proof.checkpoints import Checkpoint
from events.proof.cosignatures import CosigningKey
from events.proof.notes import Note, SecretKey, Signature, signed
from events.proof.tree import Tree, consistency, inclusion, leaf_hash, root

LEAVES = 3000


@dataclass(frozen=True)
class Included:
    index: int
    size: int
    leaf: bytes
    root: bytes
    proof: list[bytes]


@dataclass(frozen=True)
class Grown:
    old: int
    new: int
    old_root: bytes
    new_root: bytes
    proof: list[bytes]


class Made:
    """Everything that one seed makes."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.entries = [self.random.randbytes(self.random.randrange(80)) for _ in range(LEAVES)]
        self.tree = Tree(map(leaf_hash, self.entries))
        self.log = SecretKey("register.example/log", self._secret())
        self.namesake = SecretKey("register.example/log", self._secret())
        self.witness = CosigningKey("witness.example/w1", self._secret())

    def checkpoint(self) -> str:
        size = self.random.randrange(LEAVES + 1)
        return str(Checkpoint("register.example/log", size, root(self.tree, size)))

    def note(self, text: str) -> Note:
        """A note of the log, with further signatures about as often as not."""
        note = signed(text, self.log)
        if self.random.random() < 0.5:
            note = note.also(self.witness.cosign(text, 1_900_000_000))
        if self.random.random() < 0.3:
            note = Note(text, (self.namesake.sign(text), *note.signatures))
        return note

    def included(self) -> Included:
        size = self.random.randrange(1, LEAVES + 1)
        index = self.random.randrange(size)
        return Included(
            index,
            size,
            self.tree(0, index),
            root(self.tree, size),
            inclusion(self.tree, index, size),
        )

    def grown(self) -> Grown:
        new = self.random.randrange(1, LEAVES + 1)
        old = self.random.randrange(1, new + 1)
        roots = root(self.tree, old), root(self.tree, new)
        return Grown(old, new, *roots, consistency(self.tree, old, new))

    def spoilt_included(self, right: Included) -> Included:
        spoil = self.random.choice(
            [
                lambda: replace(right, index=self.moved(right.index)),
                lambda: replace(right, size=self.moved(right.size)),
                lambda: replace(right, leaf=self.flipped(right.leaf)),
                lambda: replace(right, root=self.flipped(right.root)),
                lambda: replace(right, proof=self.spoilt_hashes(right.proof)),
            ]
        )
        return spoil()

    def spoilt_grown(self, right: Grown) -> Grown:
        spoil = self.random.choice(
            [
                lambda: replace(right, old=self.moved(right.old)),
                lambda: replace(right, new=self.moved(right.new)),
                lambda: replace(right, old_root=self.flipped(right.old_root)),
                lambda: replace(right, new_root=self.flipped(right.new_root)),
                lambda: replace(right, proof=self.spoilt_hashes(right.proof)),
            ]
        )
        return spoil()

    def spoilt_note(self, note: Note) -> bytes:
        """Bytes changed, added, left out or moved, or a signature that is of something else."""
        whole = bytes(note)
        at = self.random.randrange(len(whole))
        lines = whole.splitlines(keepends=True)
        more = self.random.choice([b"\n", b" ", b"\t", b"=", b"A", b"+"])
        ways: list[Callable[[], bytes]] = [
            lambda: whole[:at] + self.flipped(whole[at : at + 1]) + whole[at + 1 :],
            lambda: whole[:at] + whole[at + 1 :],
            lambda: whole[:at] + more + whole[at:],
            lambda: whole[:at],
            lambda: whole + self.random.choice([b"\n", b"more\n", lines[-1], b"\xff"]),
            lambda: b"".join(self.random.sample(lines, len(lines))),
            lambda: bytes(self.signed_otherwise(note)),
        ]
        return self.random.choice(ways)()

    def signed_otherwise(self, note: Note) -> Note:
        """The log's signature is of another text, of another length, or not the log's."""
        others = [each for each in note.signatures if each.key_id != self.log.public.id]
        right = self.log.sign(note.text)
        wrong = self.random.choice(
            [
                self.log.sign(note.text + "more\n"),
                self.namesake.sign(note.text),
                Signature(right.name, right.key_id, self.flipped(right.value)),
                Signature(right.name, right.key_id, right.value[:-1]),
                Signature("another.example", right.key_id, right.value),
            ]
        )
        return Note(note.text, (*others, wrong))

    def spoilt_hashes(self, proof: list[bytes]) -> list[bytes]:
        at = self.random.randrange(len(proof) + 1)
        if at == len(proof):
            return [*proof, self.random.randbytes(32)]
        way = self.random.randrange(4)
        if way == 0:
            return proof[:at] + proof[at + 1 :]
        if way == 1:
            return [*proof[:at], self.random.randbytes(32), *proof[at:]]
        if way == 2 and proof != proof[::-1]:
            return proof[::-1]
        return [*proof[:at], self.flipped(proof[at]), *proof[at + 1 :]]

    def moved(self, number: int) -> int:
        return number + self.random.choice([-LEAVES, -2, -1, 1, 2, LEAVES])

    def flipped(self, data: bytes) -> bytes:
        bit = 1 << self.random.randrange(len(data) * 8)
        return (int.from_bytes(data, "big") ^ bit).to_bytes(len(data), "big")

    def _secret(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.random.randbytes(32))
