"""How long an answer takes tells nobody whether there is something of which few may know."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.browser import COOKIE, HOME, Office
from tests.sessions import verified
from tests.twins import CONCERN, IT, NOT_THERE, Twins, twins_in
from web.app import create_app
from web.edge.nothing_there import A_WHILE

CALLS = 2000
AS_BY_CHANCE = (0.45, 0.55)
"""The area under the curve of whoever guesses, 0.5 and a little."""
OF_ONE = ("/api/declarations/{}", "/api/declarations/{}/history", "/declarations/{}")
OF_ALL = ("/inbox", "/team", "/api/declarations", "/api/alerts")
Asked = tuple[httpx.AsyncClient, str]


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Twins]:
    """With a concern about Ben and all that was done about it, or without it."""
    with twins_in(tmp_path) as found:
        found.declared("amina", CONCERN, subject="ben")
        found.acted("carol", "ask", {"text": "When was it?"})
        found.acted("amina", "inform", {"text": "On Monday"})
        yield found


def client(here: Office, person: str) -> httpx.AsyncClient:
    app = create_app(here.register, address=HOME)
    cookies = {COOKIE: verified(here.register, person)}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME, cookies=cookies)


# What is not there


def test_that_nothing_is_there_is_said_after_a_while(twins: Twins) -> None:
    gus = client(twins.with_it, "gus")
    (there,) = asyncio.run(_timed(lambda _: (gus, f"/api/declarations/{IT}"), [True]))
    assert there[1] >= A_WHILE


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("address", OF_ONE)
def test_what_may_not_be_known_takes_as_long_as_what_is_not_there(
    twins: Twins, address: str
) -> None:
    gus = client(twins.with_it, "gus")
    check_nobody_can_tell(address, lambda is_there: (gus, address.format(at[is_there])))


at = (NOT_THERE, str(IT))


# What shows much else


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("address", OF_ALL)
def test_a_list_takes_as_long_with_it_as_without_it(twins: Twins, address: str) -> None:
    """For whom it is about, who is the manager of the worker."""
    of_both = client(twins.without, "ben"), client(twins.with_it, "ben")
    check_nobody_can_tell(address, lambda is_there: (of_both[is_there], address))


# The one who guesses


def check_nobody_can_tell(what: str, asked: Callable[[bool], Asked]) -> None:
    order = [n % 2 == 0 for n in range(CALLS)]
    Random(what).shuffle(order)
    timed = asyncio.run(_timed(asked, order))
    areas = area_under_the_curve(timed), area_under_the_curve(_guesses(timed))
    print(f"{what}: by time {areas[0]:.3f}, by likelihood {areas[1]:.3f}")
    for area in areas:
        assert AS_BY_CHANCE[0] <= area <= AS_BY_CHANCE[1], (what, areas)


async def _timed(asked: Callable[[bool], Asked], order: Sequence[bool]) -> list[tuple[bool, float]]:
    """Each request, with how many seconds it took."""
    for is_there in (False, True):
        browser, address = asked(is_there)
        await browser.get(address)  # the first is slower
    timed = []
    for is_there in order:
        browser, address = asked(is_there)
        began = time.perf_counter()
        answer = await browser.get(address)
        timed.append((is_there, time.perf_counter() - began))
        assert answer.status_code in (200, 404), answer.text
    return timed


def area_under_the_curve(scored: Sequence[tuple[bool, float]]) -> float:
    """How often one of what is there has a higher score than one of what is not: by ranks."""
    ranked = sorted(scored, key=lambda each: each[1])
    ranks = [rank for rank, (is_there, _) in enumerate(ranked, 1) if is_there]
    there, not_there = len(ranks), len(ranked) - len(ranks)
    return (sum(ranks) - there * (there + 1) / 2) / (there * not_there)


BINS = 6


def _guesses(timed: Sequence[tuple[bool, float]]) -> list[tuple[bool, float]]:
    """Scores of each half, by how often what took about as long was there in the other half."""
    first, second = timed[: len(timed) // 2], timed[len(timed) // 2 :]
    return [*_learned(first, second), *_learned(second, first)]


def _learned(
    known: Sequence[tuple[bool, float]], asked: Sequence[tuple[bool, float]]
) -> Iterator[tuple[bool, float]]:
    limits = sorted(seconds for _, seconds in known)[:: len(known) // BINS]
    counts = [[1, 1] for _ in range(len(limits) + 1)]
    for is_there, seconds in known:
        counts[bisect(limits, seconds)][is_there] += 1
    by_chance = Random(1)  # among those with the same score
    for is_there, seconds in asked:
        of_both = counts[bisect(limits, seconds)]
        yield is_there, of_both[1] / sum(of_both) + by_chance.random() / 1e6


def test_the_one_who_guesses_finds_what_can_be_found() -> None:
    chance = Random(3)
    slower = [(n % 2 == 0, chance.gauss(1, 0.1) + (n % 2 == 0) * 0.05) for n in range(CALLS)]
    wider = [(n % 2 == 0, chance.gauss(1, 0.2 if n % 2 else 0.1)) for n in range(CALLS)]
    alike = [(n % 2 == 0, chance.gauss(1, 0.1)) for n in range(CALLS)]
    assert area_under_the_curve(slower) > 0.6
    assert 0.45 < area_under_the_curve(wider) < 0.55 < area_under_the_curve(_guesses(wider))
    assert 0.45 < area_under_the_curve(_guesses(alike)) < 0.55
