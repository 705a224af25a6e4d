"""Random steps: whatever happens to a register and to whoever signs it, no two checkpoints that
were signed contradict each other, and who followed from the first step never accepts a fork."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from events.log.database import Database
from events.proof.checkpoints import Checkpoint
from events.proof.notes import SecretKey
from events.proof.successions import read_succession
from events.proof.tree import Tree, root
from register.proving.names import Unsigned
from register.proving.places import Folder
from register.proving.tables import tree_leaves
from tests.proof.following_phones import Phone, forks
from tests.proof.signers import Bench, bench
from tests.proof.test_signing import POINTS

__all__ = ["bench"]

STEPS = 500
LOST = (Unsigned.SHORTER, Unsigned.DIFFERS)


class Walk:
    """A walk of random steps. `trees` has the leaves of every checkpoint that was signed."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench = bench
        self.random = random.Random(seed)
        self.trees: dict[tuple[str, str], list[bytes]] = {}
        self.backups: list[Path] = []
        self.signed = 0
        self.phone = Phone(bench.keys[0].public)
        self.refused = 0
        self.origins = 0
        bench.append()
        assert bench.sign() is None
        self.see()

    def step(self) -> str:
        name: str = self.random.choice(list(STEPS_BY_NAME))
        STEPS_BY_NAME[name](self)
        self.see()
        return name

    def see(self) -> None:
        self.note()
        with closing(Database(self.bench.url)) as database:
            self.phone.look(database, Folder(self.bench.outside))
        self.show_forks()

    def show_forks(self) -> None:
        """Whoever has the real key shows the phone other pasts."""
        known = self.phone.known
        if known is None or not known.size:
            return
        leaves = next((each for each in self.trees.values() if is_tree(each, known)), None)
        if leaves is None:  # a key has ended with a tree that was begun, and never signed
            return
        [key] = [each for each in self.bench.keys if each.public == self.phone.key]
        for note, proof in forks(leaves, known, SecretKey.read(key.text())):
            assert not self.phone.take(note, proof)
            self.refused += 1

    def note(self) -> None:
        """The leaves of what was signed since, as this database has them."""
        with closing(Database(self.bench.url)) as database, database.read() as connection:
            query = sa.select(tree_leaves.c.hash).order_by(tree_leaves.c.index)
            leaves = list(connection.execute(query).scalars())
        for key, checkpoint in self.bench.checkpoints():
            if (key, str(checkpoint)) not in self.trees:
                tree = leaves[: checkpoint.size]
                assert root(Tree(tree), len(tree)) == checkpoint.root
                assert len(tree) == checkpoint.size
                self.trees[key, str(checkpoint)] = tree

    def append(self) -> None:
        self.bench.append(self.random.randint(1, 4))

    def sign(self) -> None:
        """Where the log is not what it was, its keeper may say so."""
        word = self.bench.sign()
        if word in LOST and self.random.random() < 0.5:
            self.origins += 1
            self.bench.tell_restored(f"log-{self.origins}.example.org")
            self.bench.sign()

    def crash(self) -> None:
        at = self.random.choice([*POINTS, "ending begun", "ended"])
        with suppress(pytest.fail.Exception):  # it need not come there
            self.bench.crash(at)

    def second_signer(self) -> None:
        """Another machine signs between two steps of this one; perhaps one with another past."""
        at = self.random.choice(POINTS[:3])
        other = self.random.choice(self.backups) if self.backups else None

        def meanwhile(point: str) -> None:
            if point == at:
                self.bench.machine += 1
                if other is not None and self.random.random() < 0.5:
                    self.aside(other)
                else:
                    self.bench.append()
                    self.bench.sign()
                self.note()
                self.bench.machine -= 1

        self.bench.sign(point=meanwhile)

    def aside(self, other: Path) -> None:
        here = self.bench.back_up()
        self.bench.restore(other)
        self.bench.append(self.random.randint(1, 6))
        self.bench.sign()
        self.note()
        self.bench.restore(here)

    def back_up(self) -> None:
        self.backups = [*self.backups[-3:], self.bench.back_up()]

    def restore(self) -> None:
        if self.backups:
            self.bench.restore(self.random.choice(self.backups))

    def fail_over(self) -> None:
        """Another machine, with a database that may be behind, and no memory of its own."""
        self.bench.machine += 1
        if self.random.random() < 0.5:
            self.restore()

    def new_key(self) -> None:
        self.bench.new_key(self.bench.keys[-1].public.name)

    def new_origin(self) -> None:
        self.origins += 1
        self.bench.new_key(f"log-{self.origins}.example.org")


def is_tree(leaves: list[bytes], known: Checkpoint) -> bool:
    return len(leaves) == known.size and root(Tree(leaves), len(leaves)) == known.root


STEPS_BY_NAME: dict[str, Callable[[Walk], None]] = {
    "append": Walk.append,
    "sign": Walk.sign,
    "sign again": Walk.sign,
    "crash": Walk.crash,
    "second signer": Walk.second_signer,
    "back up": Walk.back_up,
    "restore": Walk.restore,
    "fail over": Walk.fail_over,
    "new key": Walk.new_key,
    "new origin": Walk.new_origin,
}


def contradictions(walk: Walk) -> list[tuple[str, str]]:
    """Pairs of checkpoints that were signed as of one log, of which neither begins the other."""
    lineages = lineages_of(walk)
    found = []
    signed = list(walk.trees.items())
    for place, ((key, one), some) in enumerate(signed):
        for (other_key, other), more in signed[place + 1 :]:
            shorter, longer = sorted((some, more), key=len)
            if lineages[key] == lineages[other_key] and longer[: len(shorter)] != shorter:
                found.append((one, other))
    return found


def lineages_of(walk: Walk) -> dict[str, int]:
    """Which keys sign one log: those that follow each other without a loss."""
    lineages = {str(each.public): number for number, each in enumerate(walk.bench.keys)}
    for _, text in walk.bench.made:
        if text.startswith("declarations-register/"):
            succession = read_succession(text)
            if succession.loses_nothing:
                joined, into = lineages[succession.new], lineages[succession.old]
                lineages = {
                    key: into if number == joined else number for key, number in lineages.items()
                }
    return lineages


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 60), *(pytest.param(each, STEPS, marks=pytest.mark.long) for each in range(2, 12))],
)
def test_no_two_checkpoints_contradict_each_other(bench: Bench, seed: int, steps: int) -> None:
    walk = Walk(bench, seed)
    done = [walk.step() for _ in range(steps)]
    assert contradictions(walk) == [], done
    successions = [text for _, text in bench.made if text.startswith("declarations-register/")]
    named = {read_succession(each).old: read_succession(each).new for each in set(successions)}
    assert len(named) == len(set(successions)), "no key names two that follow"
    assert len(walk.trees) > steps / 15, "it signs now and then"
    assert {str(each) for each in walk.phone.followed} <= set(successions)
    assert went_through_one_past(walk) > steps / 30, "the phone came along"
    assert walk.refused > steps, "other pasts were shown to it, and it took none"


def went_through_one_past(walk: Walk) -> int:
    """How many checkpoints the phone took, each of which begins with the one before."""
    for chain in walk.phone.chains:
        trees = [walk.trees[key, str(checkpoint)] for key, checkpoint in chain]
        for before, after in pairwise(trees):
            assert after[: len(before)] == before
    return sum(map(len, walk.phone.chains))
