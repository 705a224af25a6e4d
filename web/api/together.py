"""Questions that come while another is being asked are asked together: one thread, one query."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Together(Generic[Question, Answer]):
    """`ask_all` gives an answer for each question, or the exception to raise.

    Whoever asks waits for no more than the round before theirs.
    """

    def __init__(
        self, ask_all: Callable[[Sequence[Question]], Sequence[Answer | Exception]]
    ) -> None:
        self._ask_all = ask_all
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def _ask(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                answers = await self._answers([question for question, _ in waiting])
                for (_, answer), found in zip(waiting, answers, strict=True):
                    _give(answer, found)
        finally:
            self._asking = None

    async def _answers(self, questions: Sequence[Question]) -> Sequence[Answer | Exception]:
        try:
            return await run_in_threadpool(self._ask_all, questions)
        except Exception as error:
            return [error] * len(questions)


def _give(answer: asyncio.Future[Answer], found: Answer | Exception) -> None:
    if answer.done():  # whoever asked has gone
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)
