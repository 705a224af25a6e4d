"""What is not there, and what somebody may not know of, are answered alike: also after as long."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

A_WHILE = 0.05
"""Seconds: longer than finding out takes, unless much else goes on."""
A_TICK = 0.002
"""Seconds by which a sleep may end too late; how much, depends on when it began."""


class AnsweredAfterAWhile:
    """Sends the answer that nothing is there once a while has passed since it was asked for, or two
    or three: how long it took to find out is not to be told from outside."""

    def __init__(self, app: ASGIApp, while_: float = A_WHILE) -> None:
        self.app = app
        self.while_ = while_

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = time.monotonic()

        async def send_in_time(message: Message) -> None:
            if message.get("status") == HTTPStatus.NOT_FOUND and self.while_:
                whiles = (time.monotonic() - asked) // self.while_ + 1
                await _until(asked + whiles * self.while_)
            await send(message)

        await self.app(scope, receive, send_in_time)


async def _until(moment: float) -> None:
    """To the last microseconds: a sleep alone would end later for whoever fell asleep later."""
    await asyncio.sleep(moment - time.monotonic() - A_TICK)
    while time.monotonic() < moment:
        await asyncio.sleep(0)
