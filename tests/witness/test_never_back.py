"""A witness never goes back: not in a race, not when it is killed, not by hand."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from events.log.sqlite import driver
from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import read_note, signed
from events.proof.tree import Nodes, Tree, completed, consistency, leaf_hash, root
from events.proof.witnessing import NotCosignedError, Submission, origin_hash
from register.proving.witness.service import Witness
from tests.at_length import first_now
from tests.postgres import free_port
from tests.witness.served import LOG, ORIGIN, opened, process, served

MONITORING = f"/{origin_hash(ORIGIN)}/checkpoint"
AT_ONCE = 2


class Branch:
    """What grows from a tree; the tree stays as it is."""

    def __init__(self, tree: Tree, *words: str) -> None:
        self.tree, self.old, self.size = tree, len(tree), len(tree)
        self.leaves = [leaf_hash(each.encode()) for each in words]
        self.nodes: dict[tuple[int, int], bytes] = {}
        for leaf in self.leaves:
            for level, index, each in completed(self, self.size, leaf):
                self.nodes[level, index] = each
            self.size += 1

    def __call__(self, level: int, index: int) -> bytes:
        return self.nodes.get((level, index)) or self.tree(level, index)

    def submission(self) -> bytes:
        return submission(self, self.old, self.size)

    @property
    def root(self) -> bytes:
        return root(self, self.size)


def submission(tree: Nodes, old: int, new: int) -> bytes:
    proof = consistency(tree, old, new) if old else []
    note = signed(str(Checkpoint(ORIGIN, new, root(tree, new))), LOG)
    return bytes(Submission(old, tuple(proof), note))


def branches(tree: Tree, chance: random.Random) -> list[Branch]:
    """Two, each with words of its own; now and then they are the same."""
    return [
        Branch(tree, *(word * each for each in range(1, chance.randrange(2, 5))))
        for word in chance.sample("aab", AT_ONCE)
    ]


Send = Callable[[bytes], int]
"""Brings a checkpoint to the witness, and gives the status."""


def race(senders: Sequence[Send], kept: Callable[[], Checkpoint], pairs: int) -> None:
    chance, tree, gate = random.Random(pairs), Tree(), threading.Barrier(AT_ONCE)

    def at_once(send: Send, body: bytes) -> int:
        gate.wait()
        return send(body)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in range(pairs):
            racing = branches(tree, chance)
            bodies = [each.submission() for each in racing]
            statuses = list(threads.map(at_once, senders, bodies))
            assert sorted(statuses) == [200, 409]
            winner, last = racing[statuses.index(200)], kept()
            assert (last.size, last.root) == (winner.size, winner.root)
            for each in winner.leaves:
                tree.append(each)


Told = Callable[[str], None]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Iterator[Told]:
    """Shows a figure, and the seconds it took."""
    began, lines = time.monotonic(), list[str]()
    yield lines.append
    with capsys.disabled():
        for each in lines:
            print(f"\n  {each}; {time.monotonic() - began:.0f} s")


def last_of(client: httpx.Client) -> Checkpoint:
    answer = client.get(MONITORING)
    assert answer.status_code == 200
    return checkpoint_of(read_note(answer.content))


def posted(client: httpx.Client, body: bytes) -> int:
    return client.post("/add-checkpoint", content=body).status_code


@pytest.mark.parametrize("pairs", first_now(60, 5000))
@pytest.mark.timeout(900)
def test_of_two_who_race_one_wins_and_it_never_goes_back(
    tmp_path: Path, told: Told, pairs: int
) -> None:
    with served(opened(tmp_path)) as witness, ExitStack() as open_:
        clients = [open_.enter_context(witness.client()) for _ in range(AT_ONCE)]
        senders = [lambda body, client=each: posted(client, body) for each in clients]
        race(senders, lambda: last_of(clients[0]), pairs)
    told(f"{pairs} racing pairs over HTTP: one won each, and it never went back")


def test_nor_do_two_witnesses_with_one_file(tmp_path: Path) -> None:
    """Two processes that somebody started by mistake."""
    witnesses = [opened(tmp_path) for _ in range(AT_ONCE)]

    def sender(witness: Witness) -> Send:
        def send(body: bytes) -> int:
            try:
                witness.add_checkpoint(body)
            except NotCosignedError:
                return 409
            return 200

        return send

    def kept() -> Checkpoint:
        note = witnesses[0].latest(origin_hash(ORIGIN))
        assert note is not None
        return checkpoint_of(read_note(note))

    race(list(map(sender, witnesses)), kept, 40)
    for each in witnesses:
        each.book.close()


@pytest.mark.parametrize("kills", first_now(2, 100))
@pytest.mark.timeout(900)
def test_what_it_kept_before_it_was_killed_it_keeps_to(
    tmp_path: Path, told: Told, kills: int
) -> None:
    """It dies between keeping and answering: whoever asked has no answer, and asks again. A tree
    that is not what was kept is refused, though nobody ever saw a signature."""
    port, tree = free_port(), Tree()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
        for number in range(kills):
            new, other = Branch(tree, f"{number}"), Branch(tree, f"not {number}")
            with process(tmp_path, port, dies=True) as dying:
                with pytest.raises(httpx.TransportError):
                    posted(client, new.submission())
                assert dying.wait(20) == -9
            for each in new.leaves:
                tree.append(each)
            with process(tmp_path, port):
                last = last_of(client)
                assert (last.size, last.root) == (new.size, new.root)
                again = client.post("/add-checkpoint", content=new.submission())
                assert (again.status_code, again.text) == (409, f"{new.size}\n")
                assert posted(client, other.submission()) == 409
                assert posted(client, submission(other, new.size, other.size)) == 422
                assert posted(client, submission(tree, new.size, new.size)) == 200
    told(f"killed {kills} times between keeping and answering: it kept to what it had kept")


def test_nobody_puts_it_back_by_hand(tmp_path: Path) -> None:
    witness, tree = opened(tmp_path), Tree(map(leaf_hash, [b"a", b"b", b"c"]))
    witness.add_checkpoint(submission(tree, 0, 2))
    by_hand = driver.connect(str(tmp_path / "witness" / "witness.sqlite"))
    for statement in ("UPDATE checkpoints SET size = 1", "DELETE FROM checkpoints"):
        with pytest.raises(driver.IntegrityError, match="a witness never"):
            by_hand.execute(statement)
        by_hand.rollback()
    by_hand.close()
    witness.add_checkpoint(submission(tree, 2, 3))
    witness.book.close()


def test_it_is_on_the_disk_before_it_answers(tmp_path: Path) -> None:
    """Another connection sees it, and every commit is synced."""
    witness, tree = opened(tmp_path), Tree(map(leaf_hash, [b"a", b"b"]))
    seen = []

    def look(_point: str) -> None:
        other = driver.connect(str(tmp_path / "witness" / "witness.sqlite"))
        seen.append(other.execute("SELECT size FROM checkpoints").fetchall())
        other.close()

    witness.point = look
    witness.add_checkpoint(submission(tree, 0, 2))
    assert seen == [[(2,)]]
    assert witness.book.synchronous() == 2
    witness.book.close()


def test_it_never_says_an_earlier_moment_than_before(tmp_path: Path) -> None:
    """Its clock may be put back."""
    witness, tree = opened(tmp_path), Tree(map(leaf_hash, [b"a", b"b"]))
    for now, expected in ((2_000_000_000, 2_000_000_000), (1_900_000_000, 2_000_000_000)):
        witness.now = lambda now=now: now
        witness.add_checkpoint(submission(tree, 0 if now == 2_000_000_000 else 1, len(tree) - 1))
        last = witness.book.last(origin_hash(ORIGIN))
        assert last is not None
        assert last.seconds == expected
    witness.book.close()


def test_another_log_is_another_log(tmp_path: Path) -> None:
    witness = opened(tmp_path)
    witness.add_checkpoint(submission(Tree(map(leaf_hash, [b"a", b"b"])), 0, 2))
    assert witness.latest(origin_hash("log.example/other")) is None
    witness.book.close()
