"""The stored names of jobs."""

from __future__ import annotations

from enum import StrEnum


class JobOf(StrEnum):
    """What is asked for."""

    VERIFYING = "verifying"
    EXPORT = "export"


class JobEnd(StrEnum):
    """How a job ended."""

    RIGHT = "right"
    """It was done, and nothing was wrong."""
    WRONG = "wrong"
    """It was done, and something is wrong with the log."""
    CUT_OFF = "cut_off"
    """The register was stopped meanwhile, or another process took over."""
    REFUSED = "refused"
    """Whoever asked may not have it any more."""
    FAILED = "failed"
