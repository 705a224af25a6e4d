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

WRITERS, READERS, PICTURES = 200, 40, 2
READS = ("GET", "HEAD")

writers, readers = CapacityLimiter(WRITERS), CapacityLimiter(READERS)
pictures = CapacityLimiter(PICTURES)
"""Cleaning a picture takes a whole processor core, and up to 400 MB of memory."""


async def in_thread(
    request: Request,
    work: Callable[..., Result],
    *arguments: object,
    takes_picture: bool = False,
) -> Result:
    """Do some work in a thread. Waiting for the thread is a part of waiting for the database, which
    all of them do; but not where pictures are cleaned."""
    if takes_picture and request.method not in READS:
        return await run_sync(work, *arguments, limiter=pictures)
    asked = time.monotonic()

    def work_now() -> Result:
        waited(time.monotonic() - asked)
        return work(*arguments)

    return await run_sync(work_now, limiter=readers if request.method in READS else writers)
