"""Many processes append to one log while others follow it: nothing is skipped or seen twice."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any
from uuid import UUID, uuid4

from events.log.log import Log
from register.setup.migrating import migrate
from tests.logs import by_hand, said, some_keys

Seen = list[tuple[int, Any, UUID, int, str]]
"""Of each entry: position, moment, stream, version, words."""

SHARED = UUID("00000000-0000-4000-8000-00000000000a")


def append_many(url: str, name: str, appends: int) -> list[str]:
    """A process's work: into streams of its own and one that all share; gives what it said."""
    chance, kept = random.Random(name), []
    with closing(Log(url, some_keys())) as log:
        for number in range(appends):
            texts = [f"{name}.{number}.{part}" for part in range(chance.randint(1, 3))]
            stream = SHARED if number % 5 == 0 else uuid4()
            if chance.random() < 0.1:
                append_and_undo(log, stream, texts)  # leaves a gap in PostgreSQL's positions
            else:
                log.append([said(stream, text) for text in texts])
                kept += texts
    return kept


def append_and_undo(log: Log, stream: UUID, texts: list[str]) -> None:
    with suppress(UndoneError), log.database.write():
        log.append([said(stream, text) for text in texts])
        raise UndoneError


class UndoneError(Exception):
    pass


def follow(url: str, until_said: str) -> Seen:
    """A follower's work: everything, until the last word is said."""
    seen = []
    with closing(Log(url, some_keys())) as log, log.recorder.subscribe() as subscription:
        for entry in subscription:
            words = log.mapper.to_domain_event(entry).words.text
            if words == until_said:
                return seen
            stream = UUID(str(entry.originator_id))
            seen.append((entry.id, entry.recorded_at, stream, entry.originator_version, words))
    raise AssertionError("the log ended")


def read_batches(url: str, until_said: str) -> Seen:
    """Another follower's: looks again and again at what came after the last that it had."""
    seen: Seen = []
    with closing(Log(url, some_keys())) as log:
        while True:
            time.sleep(0.01)
            for event in log.after(seen[-1][0] if seen else 0):
                if event.words.text == until_said:
                    return seen
                seen.append(
                    (
                        event.position,
                        event.recorded_at,
                        event.originator_id,
                        event.originator_version,
                        event.words.text,
                    )
                )


def check_nothing_is_lost(url: str, *, processes: int, appends: int) -> None:
    migrate(url)
    apart = multiprocessing.get_context("forkserver")  # each with nothing of ours but the code
    apart.set_forkserver_preload([__name__])
    followers: list[Callable[[str, str], Seen]] = [follow, read_batches]
    with (
        ProcessPoolExecutor(processes, mp_context=apart) as pool,
        ThreadPoolExecutor() as threads,
    ):
        following = [threads.submit(each, url, "the end") for each in followers]
        appending = [
            pool.submit(append_many, url, f"process {number}", appends)
            for number in range(processes)
        ]
        try:
            kept = [text for each in appending for text in each.result(60)]
        finally:
            with closing(Log(url, some_keys())) as log:
                log.append([said(uuid4(), "the end")])
        one, other = (each.result(60) for each in following)
    assert Counter(words for *_, words in one) == Counter(kept), "skipped, or seen twice"
    assert one == other
    check_order(one)
    with by_hand(url) as connection:
        (stored,) = connection.execute("SELECT count(*) FROM entries").fetchone()
    assert stored == len(kept) + 1


def check_order(seen: Seen) -> None:
    positions = [position for position, *_ in seen]
    moments = [moment for _, moment, *_ in seen]
    assert positions == sorted(set(positions))
    assert moments == sorted(set(moments))
    shared = [version for _, _, stream, version, _ in seen if stream == SHARED]
    assert shared == list(range(1, len(shared) + 1))
    for process in {words.split(".")[0] for *_, words in seen}:
        said_by_it = [words.split(".")[1:] for *_, words in seen if words.startswith(process + ".")]
        numbers = [(int(number), int(part)) for number, part in said_by_it]
        assert numbers == sorted(numbers), f"{process} was not heard in order"


def test_eight_processes_on_postgresql_and_nothing_is_skipped_or_seen_twice(
    postgres_url: str,
) -> None:
    check_nothing_is_lost(postgres_url, processes=8, appends=60)


def test_three_processes_on_sqlite_and_nothing_is_skipped_or_seen_twice(tmp_path) -> None:
    check_nothing_is_lost(f"sqlite:///{tmp_path / 'register.sqlite'}", processes=3, appends=40)
