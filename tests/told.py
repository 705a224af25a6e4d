"""An office that tells its people what waits for them, with carriers made for the tests."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.names import Channel
from register.notices.mail import Mail
from register.notices.mail import MailServer as MailAddress
from register.notices.notices import Telling
from register.notices.notify import Notify, NotifyKey
from register.notices.posting import Poster
from register.notices.push import Push
from register.notices.sending import Sending
from register.notices.subscriptions import vapid_key
from register.notices.texting import Texts
from tests.browser import Browser, Office, office
from tests.carriers import (
    NOTIFY_KEY,
    Device,
    MailServer,
    NotifyService,
    PushService,
    TextGateway,
    certified,
)

A_SECOND = timedelta(seconds=1)
AT = "https://register.test"
LOCAL = ("localhost",)


@dataclass
class Told:
    """Everything that tells the cast something. Nothing goes by itself: a test says when."""

    here: Office
    mail: MailServer
    pushes: PushService
    texts: TextGateway
    tls: ssl.SSLContext
    carriers: dict[Channel, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keyring = self.here.log.keyring
        poster = Poster(LOCAL, self.tls)
        self.carriers = {
            Channel.EMAIL: Mail(
                MailAddress.of(self.mail.url), "Register <register@register.test>", AT, self.now
            ),
            Channel.PUSH: Push(poster, vapid_key(keyring), "mailto:it@register.test", AT),
            Channel.TEXT: Texts(Poster(), self.texts.url, AT, "a token"),
        }

    def now(self) -> Any:
        return self.here.clock.shows

    @property
    def reaching(self) -> Any:
        return self.here.register.notices.reaching

    @property
    def sender(self) -> Sending:
        register = self.here.register
        return Sending(register.log, register.turns.run, register.notices, self.carriers)

    def goes(self) -> None:
        """Send everything that is due now, a second later."""
        self.here.clock.goes_on(A_SECOND)
        sender = self.sender
        while sender.spread():
            pass
        for channel in self.carriers:
            while sender.send(channel):
                pass
        while sender.ask():
            pass

    def device(self, person: str) -> Device:
        device = Device(self.pushes)
        self.reaching.add_device(person, device.subscription)
        return device

    def happened(self, kind: type[Any]) -> list[Any]:
        return [each for each in self.here.log.after() if isinstance(each, kind)]

    def browser(self, person: str) -> Browser:
        return self.here.browser(person)


@contextmanager
def telling(folder: Path, channels: Any = tuple(Channel), url: str | None = None) -> Iterator[Told]:
    with ExitStack() as undo:
        server_tls, believed = undo.enter_context(certified(folder))
        mail, pushes, texts = MailServer(), PushService(tls=server_tls), TextGateway()
        for each in (mail, pushes, texts):
            undo.callback(each.stop)
        here = undo.enter_context(office(folder, telling=Telling(channels, LOCAL), url=url))
        tls = ssl.create_default_context(cafile=str(believed))
        yield Told(here, mail, pushes, texts, tls)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with telling(tmp_path) as found:
        yield found


@contextmanager
def notifying(told: Told) -> Iterator[NotifyService]:
    """GOV.UK Notify in place of the mail server and of the gateway."""
    service = NotifyService(now=told.now)
    key = NotifyKey.of(NOTIFY_KEY)
    for channel in (Channel.EMAIL, Channel.TEXT):
        told.carriers[channel] = Notify(Poster(), key, "a template", channel, AT, service.url)
    try:
        yield service
    finally:
        service.stop()


@pytest.fixture
def notify(told: Told) -> Iterator[NotifyService]:
    with notifying(told) as service:
        yield service
