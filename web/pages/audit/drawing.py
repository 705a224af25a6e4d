"""The proof of an entry as its page draws it, and what a browser needs to check it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from register.errors import ConflictError
from register.proving.proofs import Drawn, Step
from register.reading.entries import ShownEntry
from web.requests.visit import Visit

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
ROW = 52
"""How high a step is drawn; the width is 300."""
SHORT = 8
"""How many characters of a hash are shown in the drawing."""


@dataclass(frozen=True)
class DrawnStep:
    """`y` is where what joins stands, beside the node below; a row above are both together."""

    y: int
    is_left: bool
    joins: str
    above: str


@dataclass(frozen=True)
class Drawing:
    why_not: str = ""
    """Why there is none."""
    drawn: Drawn | None = None
    steps: Sequence[DrawnStep] = ()
    data: str = ""
    height: int = 0
    leaf: str = ""
    root: str = ""
    cosigned_by: Sequence[str] = field(default_factory=list)


def of(visit: Visit, shown: ShownEntry) -> Drawing:
    try:
        drawn = visit.register.proofs.drawn_at(visit.by, shown.position)
    except ConflictError as error:
        return Drawing(why_not=str(error))
    height = ROW * (len(drawn.steps) + 2)
    return Drawing(
        drawn=drawn,
        steps=[_step(each, height, place) for place, each in enumerate(drawn.steps)],
        data=json.dumps(_data(drawn, shown)),
        height=height,
        leaf=drawn.of.leaf.hex(),
        root=drawn.root.hex(),
        cosigned_by=[each.witness for each in drawn.witnessed.by],
    )


def _step(step: Step, height: int, place: int) -> DrawnStep:
    return DrawnStep(height - ROW * (place + 1), step.is_left, step.joins.hex(), step.above.hex())


def _data(drawn: Drawn, shown: ShownEntry) -> dict[str, Any]:
    """What `proof.js` checks. Of an entry that this auditor may not read, it has the digest."""
    found = drawn.of
    data: dict[str, Any] = {
        "leaf": _base64(found.leaf),
        "index": found.index,
        "size": found.kept.size,
        "hashes": [_base64(each) for each in found.hashes],
        "note": found.kept.note,
        "keys": [found.kept.key, *drawn.witness_keys],
    }
    entry = shown.entry
    if entry is None or entry.recorded_at is None:
        return data
    return data | {
        "entry": {
            "position": entry.id,
            "stream": UUID(str(entry.originator_id)).hex,
            "version": entry.originator_version,
            "at": (entry.recorded_at - EPOCH) // MICROSECOND,
            "topic": entry.topic,
            "state": _base64(entry.state),
        }
    }


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
