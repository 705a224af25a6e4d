"""E-mail, over SMTP: always encrypted, but to this machine."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from events.names import Unsent
from register.notices.message import Later, Message, Never, Outcome, Sent
from register.notices.words import Words, words_of

EACH_WAIT = 4.0
"""Seconds for any one wait."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}
FOR_GOOD = range(500, 600)
OF_US = (530, 534, 535, 538)
"""What a server says that does not take the register as a sender: whoever keeps it can mend that.
"""


class MailServerError(ValueError):
    """The address of a mail server is not one. The message never holds it."""


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    is_encrypted: bool
    """Whether from the beginning; else by STARTTLS."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_here(self) -> bool:
        return self.host in LOOPBACK

    @classmethod
    def of(cls, url: str, password: str | None = None) -> MailServer:
        """From `smtp://user:password@host:587` or `smtps://...`. Raises `MailServerError`."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host = port = None
        if not host or parts.scheme not in PORTS or parts.path.strip("/") or parts.query:
            raise MailServerError("This is not like smtp://user:password@mail.example.org:587")
        user = unquote(parts.username) if parts.username else None
        password = password or (unquote(parts.password) if parts.password else None)
        return cls(host, port or PORTS[parts.scheme], parts.scheme == "smtps", user, password)


@dataclass(frozen=True)
class Mail:
    server: MailServer
    sender: str
    """As it stands in the head: an address, or a name and an address."""
    address: str
    """Where people reach the register."""
    now: Callable[[], datetime]
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, message: Message, address: str) -> Outcome:
        try:
            letter = self._letter(message, words_of(message, self.address), address)
        except (ValueError, IndexError):  # no letter can be addressed like that
            return Never(Unsent.NO_ADDRESS)
        try:
            connection = self._connected()
        except TimeoutError:
            return Later(Unsent.NOT_IN_TIME)
        except (smtplib.SMTPException, OSError):
            return Later(Unsent.NOT_REACHED)
        try:
            return self._sent(connection, letter)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _sent(self, connection: smtplib.SMTP, letter: EmailMessage) -> Outcome:
        try:
            connection.send_message(letter, self._envelope, [str(letter["To"])])
        except smtplib.SMTPRecipientsRefused as refusal:
            (code, _), *_ = refusal.recipients.values()
            return refused(code)
        except smtplib.SMTPResponseException as refusal:
            return refused(refusal.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return Never(Unsent.NO_ADDRESS)
        except TimeoutError:
            return Later(Unsent.NOT_IN_TIME)
        except (smtplib.SMTPException, OSError):
            return Later(Unsent.NOT_REACHED)
        return Sent()

    def _connected(self) -> smtplib.SMTP:
        """Raises what `smtplib` and sockets raise; nothing is said before it is encrypted."""
        return connected(self.server, self._name, self.tls)

    @property
    def _envelope(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def _name(self) -> str:
        return self._envelope.partition("@")[2]

    def _letter(self, message: Message, words: Words, address: str) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        letter["From"] = self.sender
        letter["To"] = address
        letter["Subject"] = words.subject
        letter["Date"] = format_datetime(self.now())
        letter["Message-ID"] = message_id(message, self._name)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(words.text)
        letter.add_alternative(words.html, subtype="html")
        addresses = letter["To"].addresses
        if len(addresses) != 1 or not addresses[0].domain:
            raise ValueError("it is not one address")
        return letter


def connected(server: MailServer, name: str, tls: ssl.SSLContext) -> smtplib.SMTP:
    """A connection by which this name may send. Raises what `smtplib` and sockets raise."""
    if server.is_encrypted:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, name, timeout=EACH_WAIT, context=tls
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, name, timeout=EACH_WAIT)
    try:
        if not (server.is_encrypted or server.is_here):
            connection.starttls(context=tls)
        if server.user is not None:
            connection.login(server.user, server.password or "")
    except BaseException:
        connection.close()
        raise
    return connection


def message_id(message: Message, domain: str) -> str:
    """The same each time that it is sent, so that whoever gets it twice can tell."""
    return f"<{message.id}@{domain}>"


def refused(code: int) -> Outcome:
    """What a refusal means: some are for good."""
    is_for_good = code in FOR_GOOD and code not in OF_US
    return Never(Unsent.REFUSED) if is_for_good else Later(Unsent.NOT_TAKEN)
