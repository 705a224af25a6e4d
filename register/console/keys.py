"""`register keys`: which keys there are, a new master key, and the end of an old one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from events.ids import own_id
from events.log.log import Log
from events.log.sealing import MasterKeys
from events.safekeeping import MasterKeyDestroyed, MasterKeysRotated
from register.console.doctoring import with_progress
from register.console.opening import existing_database
from register.console.rotating import Counts, Rotation, counted, others, under
from register.setup.changing_keys import GIVEN, add_waiting, alone_with_keys, remove, use_newest
from register.setup.keys import MasterKeyError, given
from register.setup.opening import open_log
from register.setup.settings import Settings

app = typer.Typer(help="The keys with which the register is sealed.", no_args_is_help=True)
STREAM = own_id("master keys")
ON_THEIR_WAY = 10.0
"""Seconds after which nothing is on its way any more that was sealed before a rotation began."""
NAMES = {"entry_keys": "entries", "ways": "telephones and devices", "sought": "searches"}
"""What is counted under another name than its table has."""

MAKE_FIRST = (
    "Everything is wrapped under master key {}. On PostgreSQL servers may run elsewhere: run "
    "`register keys make`, put the file keys/master beside each server and into both of its "
    "copies, and then run this again."
)
ADD_IT = (
    "Add `,next:{}:` and 64 hex digits that nobody else knows to it, for every server and in both "
    "copies; start the servers again, one after the other; then run this again."
)
TAKE_IT_OUT = "Nothing is wrapped under version {}: take that out, and then run this again."
COPY_IT = "Put the file keys/master into both of its copies now."


@app.command("status")
def status_command() -> None:
    """Say which master keys there are, and what is wrapped under each. The exit status is 1 if one
    that is needed is missing."""
    settings = Settings.from_environment()
    with closing(existing_database(settings)) as database, database.read() as connection:
        counts = counted(connection)
    masters, has_index = given(settings)
    for line in told(counts, masters):
        typer.echo(line)
    typer.echo(f"The index key is {'here' if has_index else 'MISSING'}.")
    here = frozenset() if masters is None else masters.by_version.keys()
    if not has_index or used(counts) - here:
        raise SystemExit(1)


def used(counts: Counts) -> set[int]:
    return {version for found in counts.values() for version in found}


def told(counts: Counts, masters: MasterKeys | None) -> Iterator[str]:
    here = {} if masters is None else masters.by_version
    if masters is None:
        yield "There is no master key here."
    for version in sorted(used(counts) | here.keys(), key=str):
        state = "here" if version in here else "MISSING"
        if masters is not None and version in here and version >= masters.current:
            state += ", in use" if version == masters.current else ", waits to be used"
        its = (f"{NAMES.get(name, name)} {count}" for name, count in under(counts, version).items())
        yield f"Master key {version} ({state}): {', '.join(its) or 'nothing is wrapped under it'}."


@app.command("make")
def make_command() -> None:
    """Make a new master key, which waits: every server has to have it before it is used."""
    settings = Settings.from_environment()
    with closing(open_log(settings)) as log, alone_with_keys(settings) as file:
        if file is None:
            next_one = max(log.keyring.versions) + 1
            raise MasterKeyError(GIVEN.format(ADD_IT.format(next_one)))
        version = add_waiting(file)
    typer.echo(f"Master key {version} is made, and waits. {COPY_IT}")
    typer.echo("Put it beside every server as well; then run `register keys rotate`.")


@app.command("rotate")
def rotate_command() -> None:
    """Wrap every key anew under a new master key, while people read and write; on PostgreSQL, as
    the one who owns the database. If it is stopped, run it again."""
    settings = Settings.from_environment()
    with closing(open_log(settings, as_owner=True)) as log, alone_with_keys(settings) as file:
        is_new = _take_up(log, file)
        rotated = with_progress("Wrapping", lambda told: rotate(log, told))
        if rotated is None and not is_new:
            _make(log, file)
            is_new = True
            rotated = with_progress("Wrapping", lambda told: rotate(log, told))
        version = log.keyring.current
    if rotated is not None:
        typer.echo(f"{sum(rotated.keys.values())} keys are wrapped under master key {version}.")
        if rotated.damaged:
            typer.echo(f"{rotated.damaged} cannot be opened by any key given, and stay.", err=True)
    if is_new and file is not None:
        typer.echo(COPY_IT)
    typer.echo("The one before stays until `register keys destroy`.")


def _take_up(log: Log, file: Path | None) -> bool:
    """Use a version that waits from now on; gives whether one waited."""
    keyring = log.keyring
    if max(keyring.versions) == keyring.current:
        return False
    if file is not None:
        use_newest(file)
    keyring.take_up_newest()
    return True


def make_and_use(log: Log, file: Path | None) -> None:
    """Use the version that waits, or a new one. Raises `MasterKeyError` where that takes a
    person."""
    if not _take_up(log, file):
        _make(log, file)


def _make(log: Log, file: Path | None) -> None:
    """Make a new version and use it. Raises `MasterKeyError` where that cannot be done at once."""
    current = log.keyring.current
    if file is None:
        raise MasterKeyError(GIVEN.format(ADD_IT.format(max(log.keyring.versions) + 1)))
    if log.database.dialect != "sqlite":
        raise MasterKeyError(MAKE_FIRST.format(current))
    add_waiting(file)
    log.keyring.ask_again()
    _take_up(log, file)


def rotate(log: Log, told: object = None) -> MasterKeysRotated | None:
    """Wrap anew what is not wrapped under the current version, and record it; None if there was
    nothing to do or to record."""
    with log.database.read() as connection:
        before = counted(connection)
    current = log.keyring.current
    left = others(before, current)
    if not left and (len(log.keyring.versions) == 1 or _is_recorded(log, current)):
        return None
    rotation = Rotation(log, told) if callable(told) else Rotation(log)
    rotation.run()
    if not rotation.keys and _is_recorded(log, current):
        return None
    rotated = MasterKeysRotated(
        originator_id=STREAM,
        version=current,
        before=_versions(used(before) - {current}),
        keys=dict(sorted(rotation.keys.items())),
        damaged=len(rotation.damaged),
    )
    log.append([rotated])
    return rotated


def _versions(found: Iterable[object]) -> tuple[int, ...]:
    """On SQLite a damaged row may have anything for its version."""
    return tuple(sorted(each for each in found if isinstance(each, int)))


def _is_recorded(log: Log, version: int) -> bool:
    return any(
        isinstance(each, MasterKeysRotated) and each.version == version
        for each in log.stream(STREAM)
    )


@app.command("destroy")
def destroy_command(
    version: int,
    lose_damaged: Annotated[
        bool, typer.Option("--lose-damaged", help="Although keys that nothing opens name it")
    ] = False,
) -> None:
    """Destroy an old master key, under which nothing is wrapped any more. Backups from before it
    was replaced can then never be opened again."""
    settings = Settings.from_environment()
    with closing(open_log(settings, as_owner=True)) as log, alone_with_keys(settings) as file:
        destroy(log, file, version, lose_damaged=lose_damaged)
    typer.echo(f"Master key {version} is destroyed here. Destroy it in both copies as well.")


def destroy(log: Log, file: Path | None, version: int, *, lose_damaged: bool) -> None:
    """Raises `MasterKeyError` while anything is wrapped under it."""
    if not 0 < version < log.keyring.current:
        raise MasterKeyError(f"Master key {version} is not one that another has replaced.")
    if any(
        isinstance(each, MasterKeyDestroyed) and each.version == version
        for each in log.stream(STREAM)
    ):
        raise MasterKeyError(f"Master key {version} was destroyed before.")
    damaged = _left_under(log, version, lose_damaged=lose_damaged)
    if version in log.keyring.versions:
        if file is None:
            raise MasterKeyError(GIVEN.format(TAKE_IT_OUT.format(version)))
        remove(file, version)
    log.keyring.ask_again()
    log.append([MasterKeyDestroyed(originator_id=STREAM, version=version, damaged=damaged)])


def _left_under(log: Log, version: int, *, lose_damaged: bool) -> int:
    """How many damaged keys are wrapped under a version. Raises `MasterKeyError` if others are."""
    _wait_for_what_is_on_its_way(log)
    with log.database.read() as connection:
        left = under(counted(connection), version)
    if left and lose_damaged and not _can_be_wrapped(log, version):
        return sum(left.values())
    if left:
        named = ", ".join(f"{NAMES.get(name, name)} {count}" for name, count in left.items())
        raise MasterKeyError(
            f"Keys are wrapped under master key {version} still ({named}): nothing could open "
            "them any more. Run `register keys rotate`. If that leaves them because they are "
            'damaged, look at docs/keeping.md, "A spoiled entry", first; then --lose-damaged.'
        )
    return 0


def _can_be_wrapped(log: Log, version: int) -> bool:
    """Wrap anew what can be; gives whether anything is left under a version but damaged keys."""
    rotation = Rotation(log)
    rotation.run()
    with log.database.read() as connection:
        left = sum(under(counted(connection), version).values())
    return left > len(rotation.damaged)


def _wait_for_what_is_on_its_way(log: Log) -> None:
    rotated = [each for each in log.stream(STREAM) if isinstance(each, MasterKeysRotated)]
    if rotated:
        since = (log.clock() - rotated[-1].moment).total_seconds()
        time.sleep(max(0.0, min(ON_THEIR_WAY, ON_THEIR_WAY - since)))
