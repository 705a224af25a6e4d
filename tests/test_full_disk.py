"""A disk that is full refuses what comes, and takes it when there is room again."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from tests.gifts import gift, new_id, path
from tests.server import Installation, Server

MOST = 400
"""Declarations that certainly do not fit."""


@contextmanager
def no_room_beyond(server: Server, size: int) -> Iterator[None]:
    """No file that the server writes may become larger than this."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_under_the_database_loses_nothing_that_was_answered(
    loaded: Installation,
) -> None:
    loaded.give_tokens("amina", "dev")
    server = Server(loaded)
    server.start()
    try:
        amina, kept, refused = server.as_("amina"), [], None
        size = max(each.stat().st_size for each in loaded.data_dir.glob("register.sqlite*"))
        with no_room_beyond(server, size + 300_000):
            for _ in range(MOST):
                body, new = gift(), new_id()
                answer = amina.put(path(new), json=body)
                if answer.status_code != 201:
                    refused = (new, body)
                    break
                kept.append(new)
            assert answer.status_code == 503
            assert amina.get(path(kept[0])).status_code == 200
        assert refused is not None, "the disk was never full"
        new, body = refused
        assert amina.put(path(new), json=body).status_code in (200, 201)
        for each in (*kept, new):
            assert amina.get(path(each)).status_code == 200
    finally:
        server.stop()
    assert [line for line in server.logged() if line.get("status") == 500] == []
    with loaded.connected() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        count = "SELECT count(*) FROM entries WHERE topic = 'declaration-made'"
        assert connection.exec_driver_sql(count).scalar_one() == len(kept) + 1
