"""Sixteen people who declare at once, with the moment at which each began to."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any
from uuid import uuid4

import httpx

from bench.bodies import waiting_encounter
from bench.load import percentile
from bench.measuring import Figures

CLIENTS = 16
MISSED = 30
"""Seconds after which something that has not arrived counts as missed."""


class Declaring:
    """Each of its clients has a connection of its own to the same server."""

    def __init__(self, undo: ExitStack, port: int) -> None:
        limits = httpx.Limits(max_connections=1)
        self._clients = [
            undo.enter_context(
                httpx.Client(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=30)
            )
            for _ in range(CLIENTS)
        ]
        for each in self._clients:
            each.get("/readyz")

    def at_once(
        self, tokens: Sequence[str], times: int = 1, every: float = 0.0
    ) -> Mapping[str, float]:
        """Each client declares so many times, one after the other, no sooner than `every` so many
        seconds; gives the declarations with the moment before each was sent, in seconds since
        1970."""
        with ThreadPoolExecutor(CLIENTS) as threads:
            places = zip(self._clients, islice(cycle(tokens), CLIENTS), strict=True)
            done = threads.map(lambda each: list(self._declares(*each, times, every)), places)
            return dict(one for each in done for one in each)

    def acknowledge(self, token: str, declarations: Iterable[str]) -> None:
        for each in declarations:
            path = f"/api/declarations/{each}/acknowledgement"
            said = {"note": "We talked.", "actions": []}
            self._clients[0].post(path, json=said, headers=_by(token)).raise_for_status()

    def _declares(
        self, client: httpx.Client, token: str, times: int, every: float
    ) -> Iterator[tuple[str, float]]:
        began = time.monotonic() + random.random() * every  # not all at the same time
        for number in range(times):
            time.sleep(max(0.0, began + number * every - time.monotonic()))
            yield self._declare(client, token)

    def _declare(self, client: httpx.Client, token: str) -> tuple[str, float]:
        body: dict[str, Any] = waiting_encounter(random.Random(), datetime.now(UTC))
        chosen, began = str(uuid4()), time.time()
        path = f"/api/declarations/{chosen}"
        client.put(path, json=body, headers=_by(token)).raise_for_status()
        return chosen, began


def _by(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def waits(began: Mapping[str, float], arrived: Mapping[str, float]) -> list[float]:
    """How long each took to arrive, in milliseconds."""
    return [1000 * (arrived[each] - moment) for each, moment in began.items()]


def figures(took: Sequence[float]) -> Figures:
    ordered = sorted(took)
    return {"p50": percentile(ordered, 0.5), "p99": percentile(ordered, 0.99)}
