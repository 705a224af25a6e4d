"""The threads in which the register does its work: separate ones for reads and for writes.

A write waits in its thread for its turn of the writer; a read never waits for these. Pictures are
cleaned in a few threads of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request

Result = TypeVar("Result")

WRITERS, READERS, PICTURES, AT_DOOR = 200, 40, 2, 8
READS = ("GET", "HEAD")

writers, readers = CapacityLimiter(WRITERS), CapacityLimiter(READERS)
door = CapacityLimiter(AT_DOOR)
"""Here those who are known wait with those who are not: a few threads serve them all quickly, and
many would hinder the writer."""
pictures = CapacityLimiter(PICTURES)
"""Cleaning a picture takes a whole processor core, and up to 400 MB of memory."""


async def in_thread(
    request: Request,
    work: Callable[..., Result],
    *arguments: object,
    takes_picture: bool = False,
    is_at_door: bool = False,
) -> Result:
    """`is_at_door`: it is not known yet whose request it is."""
    limiter = readers if request.method in READS else pictures if takes_picture else writers
    limiter = door if is_at_door and request.method not in READS else limiter
    return await run_sync(work, *arguments, limiter=limiter)
