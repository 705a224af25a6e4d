"""Tokens that come at the same time are looked up together, and fail together."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest

from events.log.waiting import BusyError, waiting_at_most
from register.errors import UnavailableError
from web.api.lookups import BatchedLookups


def test_whoever_came_while_the_database_was_away_is_refused_with_those_before() -> None:
    asked: list[Sequence[str]] = []
    may_fail = threading.Event()

    def away(keys: Sequence[str]) -> Sequence[str | Exception]:
        asked.append(list(keys))
        assert may_fail.wait(10)
        raise BusyError("the database is away")

    async def all_at_once() -> list[str | BaseException]:
        lookups: BatchedLookups[str, str] = BatchedLookups(away)
        first = asyncio.create_task(lookups.look_up("first"))
        while not asked:
            await asyncio.sleep(0.01)
        others = [asyncio.create_task(lookups.look_up(key)) for key in ("second", "third")]
        await asyncio.sleep(0.01)
        may_fail.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    answers = asyncio.run(all_at_once())
    assert asked == [["first"]]
    assert all(isinstance(each, UnavailableError) for each in answers)


def test_one_key_that_is_not_known_is_refused_alone() -> None:
    def known(keys: Sequence[str]) -> Sequence[str | Exception]:
        return [KeyError(key) if key == "unknown" else f"{key}'s owner" for key in keys]

    async def two() -> list[str | BaseException]:
        lookups: BatchedLookups[str, str] = BatchedLookups(known)
        asked = (lookups.look_up("unknown"), lookups.look_up("known"))
        return await asyncio.gather(*asked, return_exceptions=True)

    refused, found = asyncio.run(two())
    assert isinstance(refused, KeyError)
    assert found == "known's owner"


def test_nobody_waits_for_two_look_ups_one_after_the_other_longer_than_a_request_may() -> None:
    may_go_on = threading.Event()

    def slow(keys: Sequence[str]) -> Sequence[str | Exception]:
        assert may_go_on.wait(10)
        return keys

    async def second_in_line() -> str:
        lookups: BatchedLookups[str, str] = BatchedLookups(slow)
        first = asyncio.create_task(lookups.look_up("first"))
        await asyncio.sleep(0.01)
        try:
            with waiting_at_most(0.2):
                return await lookups.look_up("second")
        finally:
            may_go_on.set()
            assert await first == "first"

    began = time.monotonic()
    with pytest.raises(UnavailableError):
        asyncio.run(second_in_line())
    assert time.monotonic() - began < 5
