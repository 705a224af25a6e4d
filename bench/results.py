"""The table: to be read on the screen while it grows, and kept as bench/RESULTS.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measuring import Figures, Limit, Measured, middle

FILE = Path(__file__).parent / "RESULTS.md"
NOTES = {"p50": "p50 {:.1f} ms", "p99": "p99 {:.1f} ms", "client": "client {:.0%} of a core"}
"""Figures that are shown though nothing is asked of them."""

NOT_STEADY = "; not steady"

HEAD = """\
# What `make bench` measured

Made by `make bench`; what it says of itself is in the README. Each row is two sides run in turn,
A B A B, medians of {runs}; the ratio is ours by theirs, with the lowest and the highest of the
pairs behind it. "Not steady": the runs spread more than they may, also when run again.
On {day}, {machine}.

| work | against | ours | theirs | ratio | floor | aim | reached |
|---|---|---|---|---|---|---|---|
"""


def told(measured: Measured) -> Iterator[str]:
    """A row as lines for the screen."""
    yield f"{measured.row.work}, against {measured.row.against}"
    for limit in measured.row.limits:
        yield f"  {_figure(measured, limit)}"
    if notes := _notes(measured.ours):
        yield f"  ours: {notes}; theirs: {_notes(measured.theirs)}"
    for fact, holds in measured.facts.items():
        yield f"  {'yes' if holds else 'NO '} {fact}"
    if not measured.is_steady:
        yield "  not steady: the runs spread more than they may, also when run again"


def _figure(measured: Measured, limit: Limit) -> str:
    name = limit.figure
    ours, theirs = middle(measured.ours, name), middle(measured.theirs, name)
    lowest, highest = measured.ratios(name)[0], measured.ratios(name)[-1]
    return (
        f"{name}: {ours:,.2f} against {theirs:,.2f} {limit.unit}: "
        f"{measured.ratio(name):.2f} ({lowest:.2f} to {highest:.2f}); {_asked(limit)}: "
        f"{limit.verdict(measured.ratio(name))}"
    )


def _asked(limit: Limit) -> str:
    return f"{'at most' if limit.at_most else 'at least'} {limit.floor}, aim {limit.aim}"


def _notes(runs: Sequence[Figures]) -> str:
    shown = [
        text.format(middle(list(runs), name)) for name, text in NOTES.items() if name in runs[0]
    ]
    return ", ".join(shown)


def write(found: Sequence[Measured]) -> None:
    runs = len(found[0].ours)
    head = HEAD.format(runs=runs, day=datetime.now(UTC).date(), machine=_machine())
    lines = [line for measured in found for line in _rows(measured)]
    FILE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def _rows(measured: Measured) -> Iterator[str]:
    row = measured.row
    for limit in row.limits:
        name, ratios = limit.figure, measured.ratios(limit.figure)
        ratio = measured.ratio(name)
        cells = (
            f"{row.work}: {name}",
            row.against,
            f"{middle(measured.ours, name):,.1f} {limit.unit}",
            f"{middle(measured.theirs, name):,.1f} {limit.unit}",
            f"**{ratio:.2f}** ({ratios[0]:.2f} to {ratios[-1]:.2f})",
            f"{'at most ' if limit.at_most else ''}{limit.floor}",
            f"{limit.aim}",
            limit.verdict(ratio) + ("" if measured.is_steady else NOT_STEADY),
        )
        yield f"| {' | '.join(cells)} |"
    for fact, holds in measured.facts.items():
        yield f"| {row.work} | {fact} |  |  |  |  |  | {'yes' if holds else 'no'} |"


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
