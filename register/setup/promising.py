"""With which key the register promises that declarations are in its log, as the settings say."""

from __future__ import annotations

from events.proof.notes import BadKeyError, SecretKey
from register.proving.kept import last_kept
from register.proving.receipts.promising import Begun, Promises, name_key
from register.register import Register
from register.setup.keys import PROMISE, MasterKeyError, folder_of, replace_file
from register.setup.settings import Settings
from register.setup.signing import places_of


def promise(register: Register, settings: Settings) -> None:
    """Let the register promise as soon as it is signed: what nobody signs cannot be proved, and is
    not promised. Raises `MasterKeyError`."""
    log = register.log

    def begin() -> Begun | None:
        origin = _origin(register, settings)
        if origin is None:
            return None
        key = _key(settings, f"{origin}/promises")
        name_key(log, key)
        return key, origin

    register.receipts.promises = Promises(log, begin)


def _origin(register: Register, settings: Settings) -> str | None:
    """The name of the log, as it was last signed or will be; None if nobody signs it."""
    with register.log.database.read() as connection:
        kept = last_kept(connection)
    if kept is not None:
        return kept.note.partition("\n")[0]
    return settings.origin() if places_of(settings) else None


def _key(settings: Settings, name: str) -> SecretKey:
    """The key, which is made at the first start. One that is lost costs nothing: the next is named
    by an entry too, and what was promised before still holds."""
    if settings.promise_key is not None:
        text = settings.promise_key.get_secret_value()
    else:
        file = folder_of(settings) / PROMISE
        if not file.exists():
            replace_file(file, SecretKey.new(name).text(), is_new=True)
        text = file.read_text(encoding="ascii", errors="replace")
    try:
        return SecretKey.read(text.strip())
    except BadKeyError as error:
        raise MasterKeyError(f"The key for promises cannot be read: {error}") from None
