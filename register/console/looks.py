"""`register looks export`: who looked, as audit events for another system."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from typing import Annotated

import msgspec
import typer

from events.log.log import Log
from register.projections.hidden import restricted
from register.reading.looks.audit_events import audit_events
from register.reading.looks.finding import Wanted, all_of, of_days
from register.reading.looks.look import Kept
from register.setup.opening import open_log
from register.setup.settings import Settings

app = typer.Typer(help="Who has looked.", no_args_is_help=True)
DAYS = ["%Y-%m-%d"]


@app.callback()
def looks() -> None:
    """Who has looked at what was declared."""


@app.command("export")
def export_command(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=DAYS, help="The first day")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--until", formats=DAYS, help="The last day")
    ] = None,
) -> None:
    """Print every look as audit events of FHIR (IHE BALP), a line of JSON each; no words.

    Looks at what few may know are left out.
    """
    with closing(open_log(Settings.from_environment())) as log:
        for kept in exported(log, _day(first), _day(last)):
            for event in audit_events(kept):
                sys.stdout.write(msgspec.json.encode(event).decode() + "\n")


def exported(log: Log, first: date | None, last: date | None) -> Iterator[Kept]:
    """The looks of these days, the newest first, without what few may know."""
    since, until = of_days(first, last)
    with log.database.read() as connection:
        few = restricted(connection)
    for kept in all_of(log, Wanted(since=since, until=until, limit=200)):
        known = kept.only(lambda seen: seen.declaration not in few)
        if known is not None:
            yield known


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()
