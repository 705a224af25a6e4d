"""Checkpoints by e-mail, to somebody who keeps them: seldom enough to be kept."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

import structlog

from events.proof.checkpoints import checkpoint_of
from events.proof.notes import Note
from register.notices.mail import MailServer, connected

log = structlog.get_logger("register")

EVERY = 15 * 60.0
"""Seconds between two letters: each has the newest checkpoint, which covers those before it."""
ABOUT = (
    "This is a signed checkpoint of a register of declarations. Keep it: with it, anybody can tell "
    "later whether the register was changed. It holds digests, and nothing about anybody.\n\n"
)


@dataclass
class Mailbox:
    """Sends a checkpoint to an address, if the last letter was long enough ago."""

    server: MailServer
    sender: str
    to: str
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    clock: Callable[[], float] = time.monotonic
    _last: float | None = None

    def tell(self, note: Note) -> None:
        now = self.clock()
        if self._last is not None and now < self._last + EVERY:
            return
        self._last = now
        try:
            with connected(self.server, self._domain, self.tls) as connection:
                connection.send_message(self._letter(note))
        except (smtplib.SMTPException, OSError) as error:
            log.warning("checkpoint", error=type(error).__name__)
            self._last = None

    def _letter(self, note: Note) -> EmailMessage:
        checkpoint = checkpoint_of(note)
        letter = EmailMessage(policy=SMTP)
        letter["From"] = self.sender
        letter["To"] = self.to
        letter["Subject"] = f"Checkpoint {checkpoint.size} of {checkpoint.origin}"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(ABOUT)
        letter.add_attachment(
            bytes(note),
            maintype="application",
            subtype="octet-stream",
            filename=f"checkpoint-{checkpoint.size}.txt",
        )
        return letter

    @property
    def _domain(self) -> str:
        return parseaddr(self.sender)[1].partition("@")[2]
