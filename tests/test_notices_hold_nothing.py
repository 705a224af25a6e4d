"""Words that nobody else would write, put into every personal field, stand in no notice: in no mail
or head of one, in no push, and in no line of the log."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.carriers import Device, MailServer, PushService, TextGateway, certified
from tests.server import PEOPLE, Installation
from tests.test_canary import Canary, assert_found_nowhere, set_up, use

ROUNDS = 2


def test_sixty_words_are_in_no_notice(tmp_path: Path) -> None:
    canary = Canary()
    with certified(tmp_path) as (tls, believed):
        mail, pushes, texts = MailServer(), PushService(tls=tls), TextGateway()
        settings = {
            "REGISTER_ADDRESS": "https://register.test",
            "REGISTER_SMTP_URL": mail.url,
            "REGISTER_MAIL_FROM": "Register <register@register.test>",
            "REGISTER_VAPID_CONTACT": "mailto:it@register.test",
            "REGISTER_PUSH_HOSTS": "localhost",
            "REGISTER_TEXT_URL": texts.url,
            "SSL_CERT_FILE": str(believed),
        }
        folder = tmp_path / "register"
        folder.mkdir()
        url = f"sqlite:///{folder / 'data' / 'register.sqlite'}"
        installation = Installation(folder, url, settings)
        set_up(installation, canary, tmp_path / "files")
        with installation.opened() as register:
            devices = [Device(pushes) for _ in PEOPLE]
            for person, device in zip(PEOPLE, devices, strict=True):
                register.notices.reaching.add_device(person, device.subscription)
                register.notices.reaching.set_number(person, "07700 900123")
        try:
            with installation.serving() as server:
                for _ in range(ROUNDS):
                    use(server, canary)
                wait_for(installation)
                lines = json.dumps(server.logged())
        finally:
            for each in (mail, pushes, texts):
                each.stop()
    assert len(canary.fields) >= 60
    assert mail.taken and texts.taken  # noqa: PT018  # something was told
    for letter in mail.taken:
        to = letter["To"]
        del letter["To"]
        assert "@" in to
        assert not canary.found_in(letter.as_bytes()), letter["Subject"]
    told = [[each.pushes, each.heads] for each in devices]
    assert any(each.pushes for each in devices)
    assert not canary.found_in(json.dumps([told, texts.taken]).encode())
    assert not canary.found_in(lines.encode())
    for secret in ("example.org", "07700 900", "7700900", "/push/"):
        assert secret not in lines
    assert_found_nowhere(installation, canary, None)


def wait_for(installation: Installation) -> None:
    """Until everything that is due was sent."""
    waits = "SELECT count(*) FROM notices WHERE spread_at IS NULL"
    due = "SELECT count(*) FROM outbox WHERE state = 'waiting' AND channel <> 'text'"
    give_up_at = time.monotonic() + 60
    while True:
        with installation.connected() as connection:
            if not any(connection.exec_driver_sql(each).scalar_one() for each in (waits, due)):
                return
        assert time.monotonic() < give_up_at, "not everything was sent"
        time.sleep(0.2)
