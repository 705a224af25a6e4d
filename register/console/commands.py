"""The command line. `__main__` adds the command `serve`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from events.log.copying import CopyError
from events.log.log import Log
from events.log.sealing import SealBrokenError
from events.log.sqlite import FaultySQLiteError
from register.acts import participles, states
from register.acts.acknowledging import NEEDS
from register.console import (
    access,
    backing_up,
    clock,
    erasing,
    exporting,
    keys,
    looks,
    restoring,
    signing,
    verifying,
    who_may,
)
from register.console.copying import MARK, copied, marks_left
from register.console.doctoring import in_words, looked_through, tell_spoiled, with_progress
from register.console.last_resort import NoLastResortError
from register.console.opening import opened
from register.console.rebuilding import (
    AS_THE_LOG_SAYS,
    NOT_ACCEPTED,
    DifferError,
    differing,
    rebuild,
)
from register.console.restoring import NotRestoredError
from register.console.signing import NothingLostError
from register.declarations.as_at import position_of
from register.declarations.declaration import Declaration
from register.declarations.replaying import declarations_at
from register.demo.opening import NotADemoError
from register.directory.files import LoadError, read_files
from register.errors import RegisterError
from register.kinds import all_kinds
from register.policy import PolicyError
from register.projections.hidden import restricted
from register.proving.witness.logs import BadFileError
from register.reading.looks.roots import differing as differing_looks
from register.ruling import describing
from register.ruling.contrasting import compared
from register.setup.keys import MasterKeyError
from register.setup.migrating import NotMigratedError, ServerUserError, migrate
from register.setup.one_server import AnotherServerError
from register.setup.opening import NotOwnerError, open_log, policies
from register.setup.settings import Settings, SettingsError

app = typer.Typer(
    help="A register of boundary declarations for care organisations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
directory_app = typer.Typer(help="People, services and service users.", no_args_is_help=True)
photograph_app = typer.Typer(help="Photographs of gifts.", no_args_is_help=True)
policies_app = typer.Typer(help="The policy packs.", no_args_is_help=True)
app.add_typer(directory_app, name="directory")
app.add_typer(access.token_app, name="token")
app.add_typer(access.session_app, name="session")
app.command("invite")(access.invite)
app.command("verify")(verifying.verify_command)
app.command("export")(exporting.export_command)
app.command("erase")(erasing.erase_command)
app.add_typer(photograph_app, name="photograph")
app.add_typer(policies_app, name="policies")
app.add_typer(clock.app, name="clock")
app.add_typer(signing.app, name="log")
app.add_typer(looks.app, name="looks")
app.add_typer(keys.app, name="keys")
app.command("backup")(backing_up.backup_command)
app.command("restore")(restoring.restore_command)

File = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, readable=True)]

EXPECTED = (
    AnotherServerError,
    BadFileError,
    CopyError,
    FaultySQLiteError,
    LoadError,
    MasterKeyError,
    NoLastResortError,
    NotADemoError,
    NotMigratedError,
    NothingLostError,
    NotOwnerError,
    NotRestoredError,
    PolicyError,
    RegisterError,
    SealBrokenError,
    ServerUserError,
    SettingsError,
)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Print an expected error as a sentence, without a traceback, and leave with status 1."""
    try:
        yield
    except EXPECTED as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
    except (SQLAlchemyError, PersistenceError) as error:
        reason = getattr(error, "orig", None) or type(error).__name__
        typer.echo(f"The database did not do it: {reason}", err=True)
        raise SystemExit(1) from None


@app.command("migrate")
def migrate_command() -> None:
    """Bring the database to today's shape; on PostgreSQL, as the one who owns it."""
    settings = Settings.from_environment()
    migrate(settings.url_of_owner(), settings.url())
    typer.echo("The database is in today's shape.")


@directory_app.command("load")
def load(people: File = None, services: File = None, service_users: File = None) -> None:
    """Take people, services or service users from CSV files; only what changed is recorded."""
    if not (people or services or service_users):
        raise typer.BadParameter("Name a file: --people, --services or --service-users.")
    with opened() as register:
        files = read_files(people, services, service_users)
        change = register.load(files)
    typer.echo(f"{len(change.events)} changes recorded.")
    for person in change.missing:
        typer.echo(f"{person} is not in the file, and was left as they are.")


@photograph_app.command("erase")
def erase_photograph(
    declaration: str,
    photograph: str,
    reason: Annotated[str, typer.Option(help="Why it is to be erased")],
) -> None:
    """Ask that a photograph be erased: a data protection officer has to confirm it."""
    wanted = {"of": "photograph", "declaration": declaration, "photograph": photograph}
    with opened() as register:
        erasure, _ = register.erasures.ask(None, {**wanted, "reason": reason})
    typer.echo(f"It is asked, as erasure {erasure.id}, and waits for an officer's word.")


@app.command("poster")
def poster_command(
    address: Annotated[
        str | None, typer.Option(help="Where the register is served; else REGISTER_ADDRESS")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write", dir_okay=False)
    ] = Path("poster.pdf"),
) -> None:
    """Make a poster for the staff room: an A4 PDF with a QR code that leads to the register."""
    from register.console.poster import (  # imported here, as the PDF library is large
        PosterError,
        check_address,
        poster,
    )

    made = poster(check_address(address or Settings.from_environment().address))
    try:
        output.write_bytes(made)
    except OSError as error:
        raise PosterError(f"{output} could not be written: {error.strerror}.") from None
    typer.echo(f"The poster is in {output}.")


@app.command("kinds")
def kinds() -> None:
    """List the kinds of declaration, and their answers."""
    for name, kind in all_kinds().items():
        typer.echo(f"{name}: {kind.title}")
        for answer, field in kind.details.model_fields.items():
            typer.echo(f"  {answer}: {field.title}")


@app.command("who-may")
def who_may_command() -> None:
    """Print who may do what, each call and each page, as Markdown."""
    for line in who_may.described():
        typer.echo(line)


@app.command("states")
def states_command() -> None:
    """Print which act leads from which state to which, as Markdown."""
    for line in states.described():
        typer.echo(line)


@policies_app.command("check")
def check_policies() -> None:
    """Check every policy pack, and say who would be told, who decides and by when."""
    packs = policies(Settings.from_environment())
    describing.check(packs, NEEDS)
    for line in describing.described(packs, participles()):
        typer.echo(line)
    for place in marks_left(packs):
        typer.echo(f"Still marked {MARK!r}: {place}", err=True)


@policies_app.command("table")
def policies_table() -> None:
    """Print what follows from each kind under each pack, as Markdown."""
    for line in describing.table(policies(Settings())):
        typer.echo(line)


@policies_app.command("new")
def new_policy(
    name: str,
    source: Annotated[str, typer.Option("--from", help="A pack, as NAME or NAME/DATE")],
    date: Annotated[str, typer.Option(help="From when it holds, like 2026-04-01")],
) -> None:
    """Write a copy of a pack into the folder of packs, with what must be looked at marked."""
    settings = Settings.from_environment()
    if settings.policies_dir is None:
        raise PolicyError("REGISTER_POLICIES_DIR names no folder: set it to where packs are kept")
    file, marks = copied(policies(settings), settings.policies_dir, name, source, date)
    typer.echo(f"The copy is in {file}. {marks} places in it are marked {MARK!r}.")
    typer.echo(
        "`register policies check` says if it can be used; services.csv says where it holds."
    )


@policies_app.command("compare")
def compare_policies(one: str, other: str) -> None:
    """Print who would be told, decide and be late differently under two packs.

    Each is named as NAME, for its latest version, or as NAME/DATE.
    """
    packs = policies(Settings.from_environment())
    named = [packs.named(each) for each in (one, other)]
    for line in compared(*(packs.packs[name][version] for name, version in named)):
        typer.echo(line)


@app.command("rebuild")
def rebuild_command(
    accept: Annotated[
        bool, typer.Option("--accept", help="Replace what differs; the log says that it did")
    ] = False,
) -> None:
    """Make the read models again from the log; on PostgreSQL, as the one who owns it.

    If they differ, they stay as they are, as that may be evidence.
    """
    settings = Settings.from_environment()
    with closing(open_log(settings, as_owner=True)) as log:
        try:
            differences = with_progress(
                "Rebuilding", lambda told: rebuild(log, settings.data_dir, told, accept=accept)
            )
        except DifferError as error:
            for line in differing(error.differences):
                typer.echo(line, err=True)
            typer.echo(NOT_ACCEPTED, err=True)
            raise SystemExit(1) from None
        for line in differing(differences):
            typer.echo(line)
        typer.echo("The read models are made again." if differences else AS_THE_LOG_SAYS)
        tell_spoiled(log)


@app.command("doctor")
def doctor() -> None:
    """Read every entry, and say which cannot be read; and whether looks were removed or changed.
    The exit status is then 1."""
    with closing(open_log(Settings.from_environment())) as log:
        total = log.last_position()
        spoiled = with_progress("Reading", lambda told: looked_through(log, total, told))
        changed = list(differing_looks(log))
    for line in (*in_words(spoiled), *changed):
        typer.echo(line)
    if spoiled or changed:
        raise SystemExit(1)


@app.command("replay")
def replay_command(
    as_at: Annotated[str, typer.Option(help="A position, or a moment like 2026-03-02T16:05:00Z")],
) -> None:
    """Print every declaration as it stood at a moment, one JSON object a line; no words.

    Those of which few may know are left out.
    """
    with closing(open_log(Settings.from_environment())) as log:
        for declaration in stood_at(log, position_of(as_at, log)):
            typer.echo(msgspec.json.encode(_without_words(declaration)).decode())
        tell_spoiled(log)


def stood_at(log: Log, position: int) -> Iterator[Declaration]:
    """Every declaration as at a position, but those of which few may know now."""
    with log.database.read() as connection:
        left_out = restricted(connection)
    declarations = declarations_at(log, position, words=False)
    return (each for each in declarations if each.id not in left_out)


def _without_words(declaration: Declaration) -> dict[str, object]:
    return {
        "id": declaration.id,
        "kind": declaration.kind,
        "worker": declaration.worker,
        "service": declaration.service,
        "happened_on": declaration.happened_on,
        "received_at": declaration.received_at,
        "status": declaration.status,
        "waiting_for": declaration.waiting_for,
        "late": declaration.ruling.late,
        "flags": declaration.ruling.flags,
        "policy": declaration.ruling.source,
        "position": declaration.position,
    }
