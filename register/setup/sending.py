"""What the register tells with, as its settings say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from events.names import Channel
from register.notices.mail import Mail, MailServer, MailServerError
from register.notices.message import Carrier
from register.notices.notify import Notify, NotifyKey, NotifyKeyError
from register.notices.posting import Poster
from register.notices.push import Push
from register.notices.sending import Sending
from register.notices.subscriptions import vapid_key
from register.notices.texting import Texts
from register.register import Register
from register.setup.settings import Settings, SettingsError


def sending(
    register: Register, settings: Settings, points: Callable[[str], None] = lambda _point: None
) -> Sending | None:
    """The senders; None if the settings name nothing to send with. Raises `SettingsError`."""
    carriers = carriers_of(register, settings)
    if not carriers:
        return None
    return Sending(
        register.log,
        register.turns.run,
        register.notices,
        carriers,
        points,
    )


def carriers_of(register: Register, settings: Settings) -> Mapping[Channel, Carrier]:
    """What carries over each channel. Raises `SettingsError`."""
    channels = settings.tells_over()
    if not channels:
        return {}
    address = _address(settings)
    carriers: dict[Channel, Carrier] = {}
    if Channel.EMAIL in channels:
        carriers[Channel.EMAIL] = _mail(register, settings, address)
    if Channel.PUSH in channels:
        carriers[Channel.PUSH] = Push(
            Poster(hosts=settings.hosts_of_pushes()),
            vapid_key(register.log.keyring),
            settings.vapid_contact or address,
            address,
        )
    if Channel.TEXT in channels:
        carriers[Channel.TEXT] = _texts(settings, address)
    return carriers


def _address(settings: Settings) -> str:
    if settings.address is None:
        raise SettingsError("REGISTER_ADDRESS: Notices lead to it, so it has to be set")
    return settings.address.rstrip("/")


def _mail(register: Register, settings: Settings, address: str) -> Carrier:
    if settings.smtp_url is None:
        return _notify(settings, Channel.EMAIL, settings.notify_email_template, address)
    server, sender = mail_server(settings, settings.smtp_url.get_secret_value())
    return Mail(server, sender, address, register.now)


def mail_server(settings: Settings, url: str) -> tuple[MailServer, str]:
    """The server of this address, and from whom e-mail comes. Raises `SettingsError`."""
    if settings.mail_from is None:
        raise SettingsError("REGISTER_MAIL_FROM: It is missing, and e-mail comes from somebody")
    try:
        return MailServer.of(url, _password(settings)), settings.mail_from
    except MailServerError as error:
        raise SettingsError(f"REGISTER_SMTP_URL: {error}") from None


def _password(settings: Settings) -> str | None:
    if settings.smtp_password_file is None:
        return None
    try:
        return settings.smtp_password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError("REGISTER_SMTP_PASSWORD_FILE: It cannot be read") from None


def _texts(settings: Settings, address: str) -> Carrier:
    if settings.text_url is None:
        return _notify(settings, Channel.TEXT, settings.notify_text_template, address)
    token = settings.text_token
    return Texts(
        Poster(),
        settings.text_url.get_secret_value(),
        address,
        None if token is None else token.get_secret_value(),
        settings.fields_of_texts(),
    )


def _notify(settings: Settings, channel: Channel, template: str | None, address: str) -> Carrier:
    if settings.notify_key is None or template is None:
        raise SettingsError("REGISTER_NOTIFY_KEY: It is missing, and a template of it is set")
    try:
        key = NotifyKey.of(settings.notify_key.get_secret_value())
    except NotifyKeyError as error:
        raise SettingsError(f"REGISTER_NOTIFY_KEY: {error}") from None
    return Notify(Poster(), key, template, channel, address, settings.notify_url.rstrip("/"))
