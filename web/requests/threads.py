"""The threads in which the register does its work: separate ones for reads and for writes.

A write waits in its thread for its turn of the writer; a read never waits for these. Pictures are
cleaned in a few threads of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request

from register.errors import waited

Result = TypeVar("Result")

WRITERS, READERS, PICTURES, AT_DOOR = 200, 6, 2, 8
AT_PROVIDERS = 32
READS = ("GET", "HEAD")

writers, readers = CapacityLimiter(WRITERS), CapacityLimiter(READERS)
"""A page takes a processor longer than it waits: with 16 people, six threads make up to a half more
pages than forty, and the slowest take two thirds of the time."""
door = CapacityLimiter(AT_DOOR)
"""Here those who are known wait with those who are not: a few threads serve them all quickly, and
many would hinder the writer."""
at_providers = CapacityLimiter(AT_PROVIDERS)
"""Here those who sign in wait for a provider to answer; nobody else waits for it."""
pictures = CapacityLimiter(PICTURES)
"""Cleaning a picture takes a whole processor core, and up to 400 MB of memory."""


async def in_thread(
    request: Request,
    work: Callable[..., Result],
    *arguments: object,
    takes_picture: bool = False,
    is_at_door: bool = False,
    asks_provider: bool = False,
) -> Result:
    """Do some work in a thread. Waiting for the thread is a part of waiting for the database, which
    all of them do; but not where pictures are cleaned. `is_at_door`: it is not known yet whose
    request it is."""
    is_read = request.method in READS
    if takes_picture and not is_read and not is_at_door:
        return await run_sync(work, *arguments, limiter=pictures)
    asked = time.monotonic()

    def work_now() -> Result:
        waited(time.monotonic() - asked)
        return work(*arguments)

    limiter = readers if is_read else door if is_at_door else writers
    if asks_provider:
        limiter = at_providers
    return await run_sync(work_now, limiter=limiter)
