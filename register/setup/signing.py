"""Whoever signs checkpoints, as the settings say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from events.log.database import Database
from events.proof.notes import BadKeyError, Note, SecretKey
from register.notices.posting import Poster
from register.proving.kept import last_kept
from register.proving.mailing import Mailbox
from register.proving.places import Address, Folder, Place
from register.proving.signing import Signer
from register.setup.keys import LOG, MasterKeyError, replace_file
from register.setup.sending import mail_server
from register.setup.settings import Settings, SettingsError

OWN = "signed"
"""The folder in the data folder where whoever signs remembers what was signed."""
MAILTO = "mailto:"


def signer(
    database: Database, settings: Settings, hear: Callable[[Note], None] = lambda _note: None
) -> Signer:
    """`hear` is told of each checkpoint once it is kept. Raises `SettingsError` and
    `MasterKeyError`."""
    places, mailboxes = places_of(settings), _mailboxes(settings)
    if places and settings.origin() is None:
        raise SettingsError("REGISTER_LOG_ORIGIN: Checkpoints carry it, so it has to be set")

    def tell(note: Note) -> None:
        hear(note)
        for each in mailboxes:
            each.tell(note)

    own = Folder(settings.data_dir / OWN)
    own.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    may_make = not own.folders() and not _has_signed(database)
    if places and may_make:
        make_key(settings, str(settings.origin()))
    held_keys(settings)  # what is wrong with them is said before it starts
    return Signer(
        database,
        own,
        places[0] if places else None,
        lambda: held_keys(settings),
        more=places[1:],
        tell=tell,
    )


def places_of(settings: Settings) -> list[Place]:
    """The places that can be read back, in the order of the settings: the first is the one with
    which is compared."""
    return [
        Address(each, Poster()) if "://" in each else Folder(Path(each))
        for each in settings.places_of_checkpoints()
        if not each.startswith(MAILTO)
    ]


def held_keys(settings: Settings) -> Sequence[SecretKey]:
    """The keys of the log that are here, the newest last. Raises `MasterKeyError`."""
    if settings.log_key is not None:
        text = settings.log_key.get_secret_value()
    else:
        file = key_file(settings)
        text = file.read_text(encoding="ascii", errors="replace") if file.exists() else ""
    try:
        return [SecretKey.read(each) for each in text.replace(",", "\n").split()]
    except BadKeyError as error:
        raise MasterKeyError(f"A log key cannot be read: {error}") from None


def make_key(settings: Settings, origin: str) -> SecretKey | None:
    """A new key of the log behind those that are there, on the disk before it is used; None if
    the keys are set in the environment, or two start at the same time and another makes it."""
    if settings.log_key is not None:
        return None
    file = key_file(settings)
    held = [each.text() for each in held_keys(settings)]
    new = SecretKey.new(origin)
    replace_file(file, "\n".join([*held, new.text()]), is_new=not held)
    return held_keys(settings)[-1]


def key_file(settings: Settings) -> Path:
    return settings.data_dir / "keys" / LOG


def _mailboxes(settings: Settings) -> list[Mailbox]:
    addresses = [
        each.removeprefix(MAILTO)
        for each in settings.places_of_checkpoints()
        if each.startswith(MAILTO)
    ]
    if not addresses:
        return []
    if settings.smtp_url is None:
        raise SettingsError("REGISTER_SMTP_URL: It is missing, and a mailbox is to get checkpoints")
    server, sender = mail_server(settings, settings.smtp_url.get_secret_value())
    return [Mailbox(server, sender, each) for each in addresses]


def _has_signed(database: Database) -> bool:
    with database.read() as connection:
        return last_kept(connection) is not None
