"""Marks the database of a demo with its first entry. The mark cannot be removed."""

from __future__ import annotations

from datetime import date

from events.demo import DemoBegun
from events.ids import own_id
from events.log.log import Log

STREAM = own_id("demo")


def is_demo(log: Log) -> bool:
    return log.recorder.last_version(STREAM) > 0


def mark(log: Log, today: date) -> None:
    log.append([DemoBegun(originator_id=STREAM, made_up_on=today)])
