"""The ways to sign in of which people have their own: passkeys and passwords."""

from __future__ import annotations

from events.log.log import Log
from register.access.account import InTurn
from register.access.passkeys import Passkeys
from register.access.passwords import Passwords
from register.access.recording import recording
from register.access.tries import Tries
from register.directory.by_email import ByEmail


class WaysIn:
    """`takes_passwords`: whether the organisation has any."""

    def __init__(self, log: Log, run: InTurn, *, takes_passwords: bool) -> None:
        given, now, record = (log.database, log.keyring), log.right_now, recording(run)
        self.by_email = ByEmail(log)
        self.tries = Tries(*given, now)
        self.passkeys = Passkeys(*given, now, record)
        self.passwords = Passwords(
            *given, now, self.tries, self.by_email.person, record, is_on=takes_passwords
        )
