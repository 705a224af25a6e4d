"""The settings. All come from environment variables, such as `REGISTER_DATA_DIR`."""

from __future__ import annotations

import re
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from events.names import Channel
from register.notices.services import FIELDS, KNOWN_SERVICES, NOTIFY

SERVER_ROLE = "register_app"
"""The PostgreSQL role with the server's rights; `register migrate` makes it."""

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


def is_address(url: str) -> bool:
    """Whether people may be sent to a URL: it has to use https, or lead to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in THIS_MACHINE)
    is_bare = "@" not in parts.netloc and not parts.query and not parts.fragment
    return bool(host) and is_safe and is_bare and bool(re.fullmatch(r"[!-~]+", url))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(","))))


class SettingsError(Exception):
    """Settings are missing or wrong. The message has their names, but never their values."""


class Settings(BaseSettings):
    """The settings. README's table is made from the descriptions."""

    model_config = SettingsConfigDict(env_prefix="REGISTER_", extra="ignore", env_ignore_empty=True)

    data_dir: Path = Field(
        default=Path("data"), description="Folder for the database, the keys and the logs"
    )
    database_url: SecretStr | None = Field(
        default=None, description="SQLAlchemy URL; a SQLite file in the data folder if not set"
    )
    owner_url: SecretStr | None = Field(
        default=None,
        description="The same database on PostgreSQL, as the user who owns it: for `migrate`, "
        "`rebuild`, `erase`, `keys rotate`, `keys destroy`, `backup` and `restore`; the server "
        "needs only `REGISTER_DATABASE_URL`",
    )
    master_key: SecretStr | None = Field(
        default=None,
        description="Master keys as `version:64 hex digits`, with commas between; "
        "else the file `keys/master` in the data folder",
    )
    index_key: SecretStr | None = Field(
        default=None,
        description="Key of the blind index, 64 hex digits; "
        "else the file `keys/index` in the data folder",
    )
    backup_every: int | None = Field(
        default=None,
        ge=1,
        description="Hours after which `/statusz` is red where no `register backup` was made",
    )
    backup_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Days that backups and the write-ahead log are kept: so long after words were "
        "erased the old master key is destroyed",
    )
    pg_dump: Path = Field(
        default=Path("pg_dump"),
        description="PostgreSQL's program for `register backup`, as new as the server or newer",
    )
    policies_dir: Path | None = Field(
        default=None, description="Folder of further policy packs, `<policy>/<date>.toml`"
    )
    address: str | None = Field(
        default=None,
        description="Where people reach the register, as in `https://register.example.org`; "
        "the poster leads there, and forms are taken from pages there alone",
    )
    providers: Path | None = Field(
        default=None,
        description="TOML file of the providers with whom people sign in (OIDC), see "
        "[signing in](docs/signing-in.md)",
    )
    contact: str | None = Field(
        default=None,
        description="Whom to tell when a page is in somebody's way, as it should read; "
        "the administrator if not set",
    )
    privacy_contact: str | None = Field(
        default=None,
        description="Whom people ask about what is kept about them, as it should read; the data "
        "protection officer of the directory if not set, else the administrator",
    )
    last_resort: str | None = Field(
        default=None,
        description="Who acts where else nobody could, and is asked where nobody else acts: ids of "
        "two or more people, with commas between. A server does not start without, but a demo",
    )
    heartbeat_url: SecretStr | None = Field(
        default=None,
        description="Asked for (GET) each minute in which no alert is unattended: whoever watches "
        "there notices a register that is dead",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="The mail server, as `smtp://user:password@mail.example.org:587` (encrypted "
        "with STARTTLS, but on this machine) or `smtps://...`; see [notices](docs/notices.md)",
    )
    smtp_password_file: Path | None = Field(
        default=None, description="File with the mail server's password, in place of one in its URL"
    )
    mail_from: str | None = Field(
        default=None,
        description="From whom e-mail comes, as `Register <register@example.org>`",
    )
    vapid_contact: str | None = Field(
        default=None,
        description="Whom push services may write to about the register, as "
        "`mailto:it@example.org`; pushes are sent once it is set",
    )
    push_hosts: str = Field(
        default=",".join(KNOWN_SERVICES),
        description="The push services to which the register sends: names, which stand for those "
        "below them as well, with commas between",
    )
    notify_key: SecretStr | None = Field(
        default=None, description="Key of GOV.UK Notify, for public bodies"
    )
    notify_email_template: str | None = Field(
        default=None,
        description="Its template for e-mail, with `((subject))` and `((words))`, in place of a "
        "mail server",
    )
    notify_text_template: str | None = Field(
        default=None, description="Its template for texts, with `((words))`"
    )
    notify_url: str = Field(default=NOTIFY, description="Where Notify is")
    text_url: SecretStr | None = Field(
        default=None, description="Where a gateway takes texts, as JSON that is posted by https"
    )
    text_token: SecretStr | None = Field(
        default=None, description="The token that the gateway wants (`Authorization: Bearer`)"
    )
    text_fields: str = Field(
        default=",".join(FIELDS),
        description="What the gateway calls the number, the words, and the mark by which it knows "
        "a text that comes twice",
    )
    checkpoints: str | None = Field(
        default=None,
        description="Where signed checkpoints are published, with commas between: folders, "
        "addresses that take PUT and GET (`https://...`), and mailboxes (`mailto:...`); see "
        "[proof](docs/proof.md). Without a folder or an address, nothing is signed",
    )
    log_origin: str | None = Field(
        default=None,
        description="The name of this log on its checkpoints, like `register.example.org/log`; "
        "from `REGISTER_ADDRESS` if not set. Another one is taken on by `register log key`",
    )
    log_key: SecretStr | None = Field(
        default=None,
        description="The secret key that signs checkpoints (`PRIVATE+KEY+...`); after a change all "
        "of them, with commas between, the newest last; else the file `keys/log` in the data "
        "folder, which whoever signs makes at its first start",
    )
    promise_key: SecretStr | None = Field(
        default=None,
        description="The secret key with which the server promises that what was declared is in "
        "the log (`PRIVATE+KEY+...`); else the file `keys/promise` in the data folder, which it "
        "makes",
    )
    witnesses: Path | None = Field(
        default=None,
        description="TOML file of the witnesses that are asked to cosign checkpoints, and of how "
        "many have to; see [proof](docs/proof.md)",
    )
    queue_size: int = Field(
        default=1000, ge=1, description="How many may wait to write before a 503"
    )

    connections: int = Field(
        default=4000,
        ge=10,
        description="How many connections may be open at once; a new one then takes the place of "
        "the one that has waited longest without a request",
    )
    connections_by_address: int = Field(
        default=500,
        ge=10,
        description="How many of them from one address, where a whole home may share one; not "
        "counted from this machine. A proxy on another machine needs as many as may be open",
    )
    proxies: str = Field(
        default="127.0.0.1,::1",
        description="The proxies that are believed when they say from which address somebody "
        "comes (`X-Forwarded-For`): addresses and networks, like `10.0.0.0/8`, with commas between",
    )
    passwords: bool = Field(
        default=True, description="Whether people may sign in with a password; `false` for never"
    )
    changes_a_minute: int = Field(
        default=240, ge=120, description="How much one person may send in a minute before a 429"
    )
    calls_a_minute: int = Field(
        default=1200,
        ge=120,
        description="How many pages and calls one person may ask for in a minute before a 429",
    )

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings. Raises `SettingsError` with everything that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            wrong = [f"REGISTER_{e['loc'][0]!s}".upper() + f": {e['msg']}" for e in error.errors()]
            raise SettingsError("\n".join(wrong)) from None

    @field_validator("database_url", "owner_url")
    @classmethod
    def _has_a_driver_here(cls, url: SecretStr | None) -> SecretStr | None:
        try:
            known = url is None or sa.make_url(url.get_secret_value()).drivername in DRIVERS
        except sa.exc.ArgumentError:
            known = False
        if not known:
            raise PydanticCustomError(
                "url", "This is not like sqlite:///file or postgresql+psycopg://user@host/database"
            )
        return url

    @field_validator("address")
    @classmethod
    def _can_be_reached(cls, address: str | None) -> str | None:
        if address is not None and not is_address(address):
            raise PydanticCustomError("address", "This is not like https://register.example.org")
        return address

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, sender: str | None) -> str | None:
        _, address = parseaddr(sender or "")
        if sender is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            raise PydanticCustomError("sender", "This is not like Register <register@example.org>")
        return sender

    @field_validator("vapid_contact")
    @classmethod
    def _is_a_contact(cls, contact: str | None) -> str | None:
        if contact is not None and not contact.startswith(("mailto:", "https://")):
            raise PydanticCustomError("contact", "This is not like mailto:it@example.org")
        return contact

    @field_validator("text_url", "notify_url")
    @classmethod
    def _is_safe(cls, url: SecretStr | str | None) -> SecretStr | str | None:
        text = url.get_secret_value() if isinstance(url, SecretStr) else url
        if text is not None and not is_address(text.partition("?")[0]):
            raise PydanticCustomError("url", "This is not like https://gateway.example.org/texts")
        return url

    @field_validator("text_fields")
    @classmethod
    def _are_three(cls, fields: str) -> str:
        if len(set(_listed(fields))) != len(FIELDS):
            raise PydanticCustomError("fields", "Name three, like to,text,reference")
        return fields

    @field_validator("heartbeat_url")
    @classmethod
    def _can_be_asked(cls, url: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(url.get_secret_value()) if url else None
        if parts is not None and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise PydanticCustomError("url", "This is not like https://watch.example.org/ping/123")
        return url

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, proxies: str) -> str:
        try:
            for each in _listed(proxies):
                ip_network(each)
        except ValueError:
            raise PydanticCustomError(
                "proxies", "Write addresses and networks, like 192.0.2.1,10.0.0.0/8"
            ) from None
        return proxies

    @field_validator("log_origin")
    @classmethod
    def _is_a_name(cls, origin: str | None) -> str | None:
        if origin is not None and not re.fullmatch(r"[!-*,-~]{1,200}", origin):
            raise PydanticCustomError("origin", "This is not like register.example.org/log")
        return origin

    @field_validator("checkpoints")
    @classmethod
    def _are_places(cls, places: str | None) -> str | None:
        for each in _listed(places or ""):
            if "://" in each and not is_address(each):
                raise PydanticCustomError("places", "An address is like https://example.org/log")
            if each.startswith("mailto:") and not re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", each):
                raise PydanticCustomError("places", "A mailbox is like mailto:it@example.org")
        return places

    @field_validator("last_resort")
    @classmethod
    def _names_two(cls, last_resort: str | None) -> str | None:
        if last_resort is not None and len(set(_listed(last_resort))) < 2:
            raise PydanticCustomError(
                "last_resort", "Name two or more people by their ids, like carol,dana"
            )
        return last_resort

    def last_resort_ids(self) -> tuple[str, ...]:
        return _listed(self.last_resort or "")

    def places_of_checkpoints(self) -> tuple[str, ...]:
        return _listed(self.checkpoints or "")

    def origin(self) -> str | None:
        """The name of the log; None if nothing says it."""
        if self.log_origin is not None or self.address is None:
            return self.log_origin
        parts = urlsplit(self.address)
        return f"{parts.netloc}{parts.path.rstrip('/')}/log"

    def tells_over(self) -> frozenset[Channel]:
        """The channels for which there is something to send with."""
        named = {
            Channel.EMAIL: self.smtp_url or self.notify_email_template,
            Channel.PUSH: self.vapid_contact,
            Channel.TEXT: self.text_url or self.notify_text_template,
        }
        return frozenset(channel for channel, found in named.items() if found is not None)

    def hosts_of_pushes(self) -> tuple[str, ...]:
        return _listed(self.push_hosts.lower())

    def fields_of_texts(self) -> tuple[str, ...]:
        return _listed(self.text_fields)

    def believed_proxies(self) -> list[str]:
        return list(_listed(self.proxies))

    def url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir.absolute() / 'register.sqlite'}"

    def url_of_owner(self) -> str:
        """As whom migrations are run, read models made again, and keys destroyed."""
        return self.url() if self.owner_url is None else self.owner_url.get_secret_value()

    def role(self) -> str | None:
        return SERVER_ROLE if self.url().startswith("postgresql") else None
