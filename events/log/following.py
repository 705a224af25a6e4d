"""Follows the log: reads new entries while it grows."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import Event

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

BATCH = 500
PAUSE = 0.1
"""Seconds to wait before looking again, after the log had nothing new."""


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Gives every entry after a position once, in order; waits for more until it is stopped.

    Entries are appended under one lock, so no entry can appear before one already read.
    """

    def __init__(
        self, recorder: ApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._read = gt or 0
        self._waiting: deque[Notification] = deque()
        self._stopped = Event()

    def stop(self) -> None:
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._waiting:
            if self._stopped.is_set():
                raise StopIteration
            self._waiting.extend(
                self._recorder.select_notifications(
                    self._read, BATCH, topics=self._topics, inclusive_of_start=False
                )
            )
            if not self._waiting:
                self._stopped.wait(PAUSE)
        entry = self._waiting.popleft()
        self._read = entry.id
        return entry
