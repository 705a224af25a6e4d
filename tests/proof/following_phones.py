"""A phone that follows a log from its first key on, and believes nobody, nor the register."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from events.log.database import Database
from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import PublicKey, SecretKey, read_note, signed
from events.proof.successions import Succession, succession_of
from events.proof.tree import Tree, consistency, is_consistent, root
from register.proving.kept import last_kept
from register.proving.memory import folder_of
from register.proving.places import Folder
from register.proving.stored_tree import StoredTree, TreeBrokenError


@dataclass
class Phone:
    """It takes a checkpoint if that begins with the one it has, and another key if the one before
    has signed which."""

    key: PublicKey
    known: Checkpoint | None = None
    chains: list[list[tuple[str, Checkpoint]]] = field(default_factory=lambda: [[]])
    """What it took, with the keys; another chain begins where it was told that the log broke."""
    followed: list[Succession] = field(default_factory=list)

    def look(self, database: Database, outside: Folder) -> None:
        """Ask the register for what is new, and the place outside for the keys that follow."""
        while (note := outside.read(folder_of(self.key), "succession")) is not None:
            if not self._follow(succession_of(note, self.key), database):
                return
        with database.read() as connection:
            kept = last_kept(connection, str(self.key))
        if kept is not None:
            size = checkpoint_of(read_note(kept.note.encode())).size
            self.take(kept.note, self._proof(database, size))

    def take(self, text: str, proof: Sequence[bytes]) -> bool:
        """Whether it took a checkpoint for what this log has become."""
        note = read_note(text.encode())
        note.signed_by([self.key])
        new = checkpoint_of(note)
        if not self._begins(new, proof):
            return False
        if new != self.known:
            self.known = new
            self.chains[-1].append((str(self.key), new))
        return True

    def _begins(self, new: Checkpoint, proof: Sequence[bytes]) -> bool:
        """Whether what it knows is the beginning of this."""
        known = self.known
        if known is None or known.size == 0:
            return True
        return is_consistent(known.size, new.size, known.root, new.root, proof)

    def _follow(self, succession: Succession, database: Database) -> bool:
        if succession.loses_nothing:
            last = Checkpoint("", succession.last_size, succession.last_root)
            if not self._begins(last, self._proof(database, last.size)):
                return False  # until the register can prove it again
            self.known = last
        else:
            self.known = None
            self.chains.append([])
        self.followed.append(succession)
        self.key = PublicKey.read(succession.new)
        return True

    def _proof(self, database: Database, size: int) -> Sequence[bytes]:
        """As the register gives it; none where it has no such tree (any more)."""
        if self.known is not None and 0 < self.known.size <= size:
            with database.read() as connection, suppress(TreeBrokenError, ValueError):
                return StoredTree(connection).consistency(self.known.size, size)
        return []


def forks(leaves: Sequence[bytes], known: Checkpoint, key: SecretKey) -> Sequence[tuple[str, list]]:
    """Other pasts, signed with the real key, each with the best proof that can be made of it."""
    at = int.from_bytes(os.urandom(4)) % known.size
    pasts = [
        [*leaves[:at], os.urandom(32), *leaves[at + 1 :]],
        [*leaves[:at], os.urandom(32), *leaves[at:]],
        [*leaves[:at], *leaves[at + 1 :], *(os.urandom(32) for _ in range(3))],
    ]
    found = []
    for past in pasts:
        tree = Tree(past)
        forged = Checkpoint(key.public.name, len(past), root(tree, len(past)))
        found.append((str(signed(str(forged), key)), consistency(tree, known.size, len(past))))
    return found
