"""`register restore`: puts back what `register backup` made. Nobody can use it before nothing in it
is found changed, what was erased since is erased again, and what is lost is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import sqlalchemy as sa
import typer
from pydantic import SecretStr

from events.log.database import Database
from events.log.mapper import SealingMapper
from events.log.putting_back import clear, copied_back, load, open_file, remove_file, unmark
from events.proof.checkpoints import Checkpoint
from events.proof.notes import BadNoteError, PublicKey
from events.proof.promises import Promise
from events.proof.tombstones import check_none_missing
from register.access.tables import invites, kept_pages, sessions
from register.console.backing_up import MANIFEST, NAMES, Manifest, ended_in_order, part_of
from register.console.doctoring import with_progress
from register.console.opening import existing_database
from register.console.signing import LOST, checked_origin, record_loss, with_new_key
from register.console.verifying import Verified, in_words, keys_known, walked
from register.proving.comparing import Both, in_force
from register.proving.following import follow
from register.proving.held import is_lost, proved_by, receipts_in
from register.proving.known import inside, keys_inside, outside
from register.proving.lost import Loss, loss_of, with_those_after
from register.proving.memory import NotOursError
from register.proving.places import Folder, PlaceAwayError
from register.proving.tombstones import Published, keep_tombstones, published_at
from register.proving.verifying import Known
from register.setup.keys import MasterKeyError, given, keyring
from register.setup.migrating import bring_into_shape, migrate
from register.setup.one_server import only_server
from register.setup.opening import open_register
from register.setup.settings import Settings
from register.setup.signing import OWN, held_keys, places_of

NO_PLACE = (
    "REGISTER_CHECKPOINTS: Name the place where checkpoints and tombstones were published: what "
    "was erased since the backup has to be erased again. Where nothing ever was published, say so: "
    "--nothing-published."
)
NOTHING_THERE = (
    "The place outside has nothing that a key of this log signed, so nobody can tell what was "
    "erased since the backup. Name the place where checkpoints and tombstones were published, and "
    "the log's key if it is a new one (--key). Where nothing ever was published, say so: "
    "--nothing-published."
)
NOT_PUT_BACK = "Nothing was put back."
GO_ON = (
    f"{NOT_PUT_BACK} If there is no newer backup, run it again with --origin and a new name of the "
    "log, like register.example.org/log-2: the log then records what is lost."
)
AS_IT_IS = f"{NOT_PUT_BACK} If there is no better backup, run it again with --although-damaged."
DECLARE_AGAIN = (
    "Declaration {0.declaration}, received {0.received_at:%Y-%m-%d %H:%M} UTC, is lost: its worker "
    "has to declare again."
)
SIGNED_IN_ANEW = (
    "Everybody signs in anew. Tokens, bindings and passkeys are those of the backup: end again "
    "what was ended since (`register token revoke`)."
)
KEY_ELSEWHERE = "Where the log is signed, run `register log key --origin {}`."


class NotRestoredError(Exception):
    """Nothing was put back: the message says why."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be put back, and how."""

    backup: Path | None
    """None for a database that somebody has put back by other means."""
    origin: str | None = None
    """The new name of the log, if it may lose something."""
    receipts: Sequence[Path] = ()
    keys: Sequence[str] = ()
    nothing_published: bool = False
    although_damaged: bool = False


class Outside(msgspec.Struct, frozen=True):
    """What is known outside: the keys of the log, the oldest first, what the last of them signed,
    and what has to be erased again."""

    keys: Sequence[PublicKey]
    both: Both | None
    tombstones: Sequence[Published]


class Examined(msgspec.Struct, frozen=True):
    """What came of looking through a backup, before it is opened."""

    verified: Verified
    outside: Outside
    loss: Loss | None
    declarations: Sequence[Promise]
    """Those that receipts prove, and that are not there."""


Backup = Annotated[
    Path | None,
    typer.Argument(
        help="The folder of a backup; none for a database that was put back by other means, "
        "such as a base backup of PostgreSQL",
        exists=True,
        file_okay=False,
    ),
]
Receipts = Annotated[
    list[Path] | None,
    typer.Option("--receipt", help="A receipt that somebody holds, or a folder of them"),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", help="The log's public key that you know; else those of the backup"),
]


def restore_command(
    backup: Backup = None,
    origin: Annotated[
        str | None, typer.Option(help="The new name of the log, if signed entries are lost")
    ] = None,
    receipt: Receipts = None,
    key: Keys = None,
    nothing_published: Annotated[
        bool, typer.Option("--nothing-published", help="No checkpoint ever was published")
    ] = False,
    although_damaged: Annotated[
        bool, typer.Option("--although-damaged", help="Although something in it was changed")
    ] = False,
) -> None:
    """Put a backup back where there is no database, and erase again what was erased since; on
    PostgreSQL as the one who owns it. Says first what would be lost. No server may run."""
    wanted = Wanted(
        backup=backup,
        origin=None if origin is None else checked_origin(origin),
        receipts=receipt or (),
        keys=key or (),
        nothing_published=nothing_published,
        although_damaged=although_damaged,
    )
    settings = Settings.from_environment()
    with ended_in_order(), only_server(settings):
        found = restore(settings, wanted)
    for line in _in_words(found):
        typer.echo(line)
    typer.echo(f"The register is put back: {found.verified.entries} entries. {SIGNED_IN_ANEW}")
    if found.loss is not None and origin is not None:
        is_here = settings.log_key is not None or held_keys(settings)
        typer.echo(with_new_key(settings, origin) if is_here else KEY_ELSEWHERE.format(origin))


def restore(settings: Settings, wanted: Wanted) -> Examined:
    """Raises `NotRestoredError`, `CopyError`, `MasterKeyError` and `NotMigratedError`: then there
    is no database, as before."""
    if wanted.backup is not None:
        check_fits(settings, wanted.backup)
    with put_back(settings, wanted.backup) as unopened:
        with closing(Database(unopened.url_of_owner(), longest=None)) as database:
            bring_into_shape(database)
            found = examined(unopened, database, wanted)
        check(found, wanted)
        with closing(open_register(unopened, as_owner=True)) as register:
            keep_tombstones(register.log.database, found.outside.tombstones, register.now())
            register.erasures.erase_due()
            _end_sessions(register.log.database)
            if found.loss is not None and wanted.origin is not None:
                record_loss(register.log, found.loss.last, found.loss.kept, wanted.origin)
    return found


def check_fits(settings: Settings, backup: Path) -> None:
    """Raises `NotRestoredError` if it is not a whole backup for this engine, and `MasterKeyError`
    if a key is missing without which not all of it can be opened."""
    try:
        manifest = msgspec.json.decode((backup / MANIFEST).read_bytes(), type=Manifest)
        whole = [part_of(backup / Path(each.name).name) for each in manifest.files]
    except (OSError, ValueError) as error:
        raise NotRestoredError(f"{backup} is not a whole backup: {error}") from None
    if whole != manifest.files:
        raise NotRestoredError(f"{backup} is not as it was made: a file of it was changed.")
    if manifest.engine != sa.make_url(settings.url()).get_backend_name():
        raise NotRestoredError(
            f"It is a backup of {manifest.engine}, and the settings name another."
        )
    masters, _ = given(settings)
    missing = set(manifest.master_keys) - (set() if masters is None else masters.by_version.keys())
    if missing:
        named = ", ".join(map(str, sorted(missing)))
        raise MasterKeyError(
            f"Master key {named} is missing, and without it not all of this backup can be opened. "
            "Put it back from one of its copies. If it was destroyed, so was what this backup "
            "says: take one that was made after that."
        )


@contextmanager
def put_back(settings: Settings, backup: Path | None) -> Iterator[Settings]:
    """Settings for the database while nobody else can use it. It is opened at the end, and is gone
    again if something is raised. Without a backup it is the one that is there."""
    if backup is None:
        existing_database(settings, as_owner=True).close()
        yield _at(settings, settings.url_of_owner())
        migrate(settings.url_of_owner(), settings.url())
        return
    owner = sa.make_url(settings.url_of_owner())
    engine = owner.get_backend_name()
    copy = backup / NAMES[engine]
    if engine == "sqlite":
        unopened = copied_back(copy, Path(str(owner.database)))
        try:
            yield _at(settings, f"sqlite:///{unopened}")
            open_file(unopened)
        finally:
            remove_file(unopened)
        return
    with closing(Database(settings.url_of_owner(), longest=None)) as database:
        load(database, copy, settings.pg_dump.with_name("pg_restore"))
        try:
            yield _at(settings, settings.url_of_owner())
        except BaseException:
            clear(database)
            raise
        unmark(database)
    migrate(settings.url_of_owner(), settings.url())


def _at(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"database_url": SecretStr(url), "owner_url": None})


def examined(settings: Settings, database: Database, wanted: Wanted) -> Examined:
    """Look through the whole database. Raises `NotRestoredError` if it cannot be told what was
    erased since, and `MasterKeyError`."""
    mapper = SealingMapper(keyring(settings, may_make=False))
    size = follow(database)
    with database.read() as connection:
        keys = keys_known(settings, wanted.keys) or keys_inside(connection)
        found = list(inside(connection))
    known, places = Outside(keys, None, ()), places_of(settings)
    if not wanted.nothing_published:
        known = _read_outside(settings, keys)
        found += outside(places, known.keys)
    promises = []
    for file in receipts_in(wanted.receipts):
        try:
            promise, checkpoint = proved_by(file.read_bytes(), known.keys)
        except (OSError, ValueError) as error:
            raise NotRestoredError(f"{file.name} is no receipt of this log: {error}") from None
        promises.append(promise)
        found.append(Known(checkpoint, f"as {file.name} says"))
    trees = [each.checkpoint for each in found if isinstance(each, Known)]
    _check_tombstones(known, trees)
    verified = with_progress(
        "Verifying", lambda told: walked(database, mapper, found, places, known.keys, told)
    )
    with database.read() as connection:
        gone = [each for each in promises if is_lost(connection, each)]
    loss = None if known.both is None else loss_of(database, size, known.both, trees)
    return Examined(verified, known, loss, gone)


def _read_outside(settings: Settings, keys: Sequence[PublicKey]) -> Outside:
    places = places_of(settings)
    if not places:
        raise NotRestoredError(NO_PLACE)
    first, own = places[0], settings.data_dir / OWN
    try:
        keys = with_those_after(first, keys)
        both = in_force(Folder(own) if own.exists() else first, first, keys)
        if both is None or both.seen[1].is_empty:  # what is remembered here alone says nothing
            raise NotRestoredError(NOTHING_THERE)
        return Outside(keys, both, published_at(first, keys))
    except PlaceAwayError as error:
        raise NotRestoredError(f"The place outside cannot be read: {error}") from None
    except NotOursError as error:
        raise NotRestoredError(f"The place outside holds what is not ours: {error}") from None


def _check_tombstones(known: Outside, trees: Iterable[Checkpoint]) -> None:
    chain = [each.tombstone for each in known.tombstones]
    try:
        check_none_missing(chain, [line for each in trees for line in each.extensions])
    except BadNoteError as error:
        raise NotRestoredError(
            f"{error} What was erased since the backup could not be erased again: put back what "
            "the place outside had, or name another that has it."
        ) from None


def check(found: Examined, wanted: Wanted) -> None:
    """Raises `NotRestoredError`, with what was found, if more has to be said before it opens."""
    wrong = any(not each.is_end or found.loss is None for each in found.verified.faults)
    if wrong and not wanted.although_damaged:
        raise NotRestoredError("\n".join([*_in_words(found), AS_IT_IS]))
    if found.loss is not None and wanted.origin is None:
        raise NotRestoredError("\n".join([*_in_words(found), GO_ON]))
    if found.loss is not None and wanted.origin == found.loss.last.origin:
        raise NotRestoredError("It needs another name: what is lost was signed under this one.")


def _in_words(found: Examined) -> Iterator[str]:
    faults = [each for each in found.verified.faults if not each.is_end or found.loss is None]
    yield from in_words(msgspec.structs.replace(found.verified, faults=faults))
    if found.loss is not None:
        yield LOST.format(last=found.loss.last.size, kept=found.loss.kept)
    yield from map(DECLARE_AGAIN.format, found.declarations)
    yield f"{len(found.outside.tombstones)} erasures were published."


def _end_sessions(database: Database) -> None:
    """Whoever signed out since the backup would be signed in again."""
    with database.write() as connection:
        for table in (sessions, invites, kept_pages):
            connection.execute(sa.delete(table))
