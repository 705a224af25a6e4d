"""The stories of the demo's year, read from the folder `stories`: one file for each kind.

Those in `duties` come after the others: each story is drawn by its place, so what is added there
changes no other."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from register.acts.handing_over import HandOver
from register.acts.taking_further import Further
from register.answers import Answers

FOLDER = Path(__file__).parent / "stories"

Pace = Literal["at once", "in time", "slow"]
"""How soon the people who must act do so; "slow" is after the deadline."""


class Stop(StrEnum):
    """The last step of a story that is played."""

    DECLARED = "declared"
    OPENED = "opened"
    ASKED = "asked"
    SETTLED = "settled"


class Correction(Answers):
    details: dict[str, Any]
    reason: str
    after_days: int = 0
    """Days until the correction; 0 is before anybody has acted on the declaration."""


class Story(Answers):
    """A declaration and what follows; what a story leaves out is chosen at random."""

    kind: str
    details: dict[str, Any]
    """A day may be given as `{days_before = 30}`."""
    worker: str | None = None
    service_user: str | None = None

    days_ago: int | None = None
    hours_ago: float | None = None
    around: str | None = Field(default=None, pattern=r"^\d\d-\d\d$")
    """The month and day that it belongs to, such as `12-25` for Christmas."""
    days_before: int | None = None
    """How many days before the telling it happened."""
    late_reason: str | None = None
    offline_days: int = 0
    clock_ahead: bool = False

    pace: Pace | None = None
    until: Stop | None = Field(default=None, strict=False)
    """None to play all steps."""
    added: str | None = None
    correction: Correction | None = None
    withdrawn: str | None = None
    asked: str | None = None
    said: str | None = None
    note: str | None = None
    """What the person writes who acknowledges, decides or answers."""
    outcome: str | None = None
    action: str | None = None
    handed_over: HandOver | None = None
    taken_further: Further | None = None
    evidence: str | None = None
    lifted: str | None = None
    lifted_after_days: int = 60


Replies = dict[str, list[str]]
"""The texts that people write about one kind of declaration, by what they do with it."""


def read_stories() -> tuple[list[Story], dict[str, Replies]]:
    """Every story, and the replies to each kind."""
    found = (*sorted(FOLDER.glob("*.toml")), *sorted(FOLDER.glob("duties/*.toml")))
    files = {file.stem: _read(file) for file in found}
    usual = {kind: file.get("usual", {}) for kind, file in files.items()}
    stories = [
        _story({"kind": stem} | told, usual)
        for stem, file in files.items()
        for told in file["told"]
    ]
    return stories, {kind: file["replies"] for kind, file in files.items() if "replies" in file}


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _story(told: dict[str, Any], usual: dict[str, dict[str, Any]]) -> Story:
    return Story.model_validate(told | {"details": usual[told["kind"]] | told["details"]})
