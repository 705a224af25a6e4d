"""`register clock accept`: says that the clock is right, though it was changed."""

from __future__ import annotations

import typer

from events.ids import own_id
from events.keeping import ClockStepped
from events.log.clocks import Parting
from events.log.log import Log
from events.names import OtherClock
from register.setup.opening import open_log
from register.setup.settings import Settings

app = typer.Typer(help="The clock of the machine.", no_args_is_help=True)
STREAM = own_id("keeping")
OTHERS = {
    OtherClock.STEADY: "by how long the machine has been running",
    OtherClock.DATABASE: "by the database's clock",
}


@app.callback()
def clock() -> None:
    """The clock of the machine."""


@app.command("accept")
def accept_command() -> None:
    """Say that the clock is right though it was changed; the register records both times."""
    log = open_log(Settings.from_environment())
    try:
        partings = accept(log)
    finally:
        log.close()
    for each in partings:
        typer.echo(
            f"The clock says {each.shown_at:%Y-%m-%d %H:%M} UTC; {OTHERS[each.clock]} it is "
            f"{each.expected_at:%Y-%m-%d %H:%M}. This is recorded, and the register goes on."
        )
    if not partings:
        typer.echo("The clocks agree; nothing was recorded.")


def accept(log: Log) -> list[Parting]:
    """Record every parting of the clocks, and take the clock as right from now on."""
    if log.watch is None:
        return []
    with log.database.write():
        ahead = log.database.ahead
        partings = list(log.watch.partings(ahead))
        log.append(
            (
                ClockStepped(
                    originator_id=STREAM,
                    clock=each.clock,
                    shown_at=each.shown_at,
                    expected_at=each.expected_at,
                )
                for each in partings
            ),
            whatever_the_clock=True,
        )
    log.watch.accept(ahead)
    return partings
