"""What carries notices is spoken to as it wants, safely, and its refusals are understood."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from events.alerts import AlertFailed
from events.names import Cause, Channel, Unsent
from register.errors import InvalidError
from register.notices.mail import Mail, MailServerError, refused
from register.notices.mail import MailServer as MailAddress
from register.notices.message import Later, Message, Never, Notice, Sent
from register.notices.notify import NotifyKey, NotifyKeyError
from register.notices.posting import Answer, Poster
from register.notices.push import outcome_of
from register.notices.services import KNOWN_SERVICES
from register.notices.subscriptions import NotAllowedError, check_allowed, subscription_in
from register.notices.words import push, topic, words_of
from register.setup.sending import carriers_of
from register.setup.settings import Settings, SettingsError
from tests.browser import Office
from tests.carriers import (
    IS_REFUSED,
    NOTIFY_KEY,
    Device,
    MailServer,
    NotifyService,
    Trouble,
    certified,
)
from tests.cast import A_DAY, A_MINUTE, NOW
from tests.told import AT, Told

ALERT = uuid4()


def message(*causes: Cause, tries: int = 1, channel: Channel = Channel.EMAIL) -> Message:
    told = [
        Notice(uuid4(), each, None if each in (Cause.ACCOUNT, Cause.TRIAL) else ALERT, 7, NOW)
        for each in causes or (Cause.RAISED,)
    ]
    return Message(uuid4(), "carol", channel, uuid4(), tries, told)


# Mail


class Afar(MailAddress):
    """As if it were not on this machine."""

    @property
    def is_here(self) -> bool:
        return False


def mail_to(server: MailServer, tls: Any = None, kind: type[MailAddress] = MailAddress) -> Mail:
    at = kind("127.0.0.1", server.port, False)
    mail = Mail(at, "Register <register@register.test>", AT, lambda: NOW)
    return mail if tls is None else replace(mail, tls=tls)


@pytest.fixture
def server() -> Any:
    found = MailServer()
    yield found
    found.stop()


def test_mail_to_another_machine_is_encrypted_or_not_sent(server: MailServer) -> None:
    outcome = mail_to(server, kind=Afar).send(message(), "carol@example.org")
    assert isinstance(outcome, Later)
    assert outcome.why is Unsent.NOT_REACHED
    assert server.taken == []


def test_a_mail_server_that_nobody_vouches_for_is_told_nothing(tmp_path: Path) -> None:
    import ssl

    with certified(tmp_path) as (tls, believed):
        server = MailServer(tls=tls)
        try:
            stranger = mail_to(server, kind=Afar).send(message(), "carol@example.org")
            assert isinstance(stranger, Later)
            assert server.taken == []
            trusting = ssl.create_default_context(cafile=str(believed))
            known = mail_to(server, trusting, Afar).send(message(), "carol@example.org")
            assert isinstance(known, Sent)
            assert len(server.taken) == 1
        finally:
            server.stop()


def test_a_second_try_has_the_same_message_id(server: MailServer) -> None:
    one = message()
    for each in (one, replace(one, tries=2)):
        assert isinstance(mail_to(server).send(each, "carol@example.org"), Sent)
    first, second = (each["Message-ID"] for each in server.taken)
    assert first == second == f"<{one.id}@register.test>"


@pytest.mark.parametrize(
    ("trouble", "outcome", "why"),
    [
        (Trouble.FAILS, Later, Unsent.NOT_TAKEN),
        (Trouble.REFUSED, Never, Unsent.REFUSED),
        (Trouble.LOST, Later, Unsent.NOT_REACHED),
    ],
)
def test_what_a_mail_server_refuses_is_for_now_or_for_good(
    server: MailServer, trouble: Trouble, outcome: Any, why: Unsent
) -> None:
    server.trouble = lambda: trouble
    found = mail_to(server).send(message(), "carol@example.org")
    assert isinstance(found, outcome)
    assert found.why is why


def test_a_sender_that_is_not_let_in_gives_nobody_up() -> None:
    assert isinstance(refused(535), Later)
    assert isinstance(refused(550), Never)


@pytest.mark.parametrize("address", ["no address", "a@b.org, c@d.org", "a@b.org\nBcc: c@d.org", ""])
def test_what_is_no_address_is_never_sent_to(server: MailServer, address: str) -> None:
    assert isinstance(mail_to(server).send(message(), address), Never)
    assert server.taken == []


@pytest.mark.parametrize(
    ("url", "host", "port", "encrypted", "user"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, False, None),
        ("smtps://mail.example.org", "mail.example.org", 465, True, None),
        ("smtp://it%40x:p%2Fw@mail.example.org:25", "mail.example.org", 25, False, "it@x"),
    ],
)
def test_a_mail_server_is_named_by_a_url(
    url: str, host: str, port: int, encrypted: bool, user: str | None
) -> None:
    found = MailAddress.of(url)
    assert (found.host, found.port, found.is_encrypted, found.user) == (host, port, encrypted, user)
    assert found.password == ("p/w" if user else None)
    assert "p/w" not in repr(found)


@pytest.mark.parametrize("url", ["mail.example.org", "http://secret@x", "smtp://", "smtp://x:y:z"])
def test_what_names_no_mail_server_is_refused_without_being_said(url: str) -> None:
    with pytest.raises(MailServerError) as refusal:
        MailAddress.of(url)
    assert "secret" not in str(refusal.value)


# Pushes


@pytest.mark.parametrize(
    "url",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.test/x",
        "https://evilfcm.googleapis.com.test/x",
        "https://evil-fcm.googleapis.com@evil.test/x",
        "https://somebody@fcm.googleapis.com/x",
        "https://xfcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://[/x",
        "ftp://fcm.googleapis.com/x",
        "",
    ],
)
def test_pushes_go_to_known_services_alone(url: str) -> None:
    with pytest.raises(NotAllowedError):
        check_allowed(url, KNOWN_SERVICES)
    with pytest.raises(NotAllowedError):
        Poster(KNOWN_SERVICES).call("POST", url, headers={})


def test_the_known_services_are_those_of_the_browsers() -> None:
    for url in (
        "https://fcm.googleapis.com/fcm/send/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://wns2-by3p.notify.windows.com/w/?token=x",
    ):
        check_allowed(url, KNOWN_SERVICES)


@pytest.mark.parametrize("number", ["10.0.0.1", "127.0.0.1", "169.254.1.1", "fd00::1", "::1"])
def test_a_name_that_leads_into_a_private_network_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    there = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: there)
    with pytest.raises(NotAllowedError):
        Poster(KNOWN_SERVICES).call("POST", "https://fcm.googleapis.com/x", headers={})


def test_no_redirect_is_followed(told: Told) -> None:
    device = told.device("carol")
    told.pushes.taken_in = lambda _request, _body: (307, {})  # type: ignore[method-assign]
    told.here.declare("amina")
    told.goes()
    (failed,) = told.happened(AlertFailed)
    assert (failed.channel, failed.is_final) == (Channel.PUSH, True)
    assert device.pushes == {}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (201, Sent),
        (200, Sent),
        (404, Never),
        (410, Never),
        (413, Never),
        (429, Later),
        (503, Later),
    ],
)
def test_what_a_push_service_answers_is_understood(status: int, outcome: Any) -> None:
    assert isinstance(outcome_of(status), outcome)


def test_a_push_says_how_long_it_lasts_and_what_it_replaces(told: Told) -> None:
    device = told.device("carol")
    told.here.declare("amina")
    told.goes()
    (head,) = device.heads
    assert head["ttl"] == "86400"
    assert len(head["topic"]) <= 32
    (shown,) = device.pushes.values()
    assert shown["web_push"] == 8030
    assert shown["notification"]["navigate"] == "https://register.test/"


def test_a_reminder_replaces_what_it_reminds_of() -> None:
    assert topic(message(Cause.RAISED)) == topic(message(Cause.REMINDED))
    assert b'"tag"' in push(message(), AT)


def test_a_device_of_an_unknown_service_is_refused(told: Told) -> None:
    subscription = Device(told.pushes).subscription
    with pytest.raises(InvalidError, match="not among those"):
        subscription_in(subscription, KNOWN_SERVICES)


# Notify, and texts


def test_notify_is_asked_before_anything_goes_again(told: Told, notify: NotifyService) -> None:
    carrier = told.carriers[Channel.EMAIL]
    one = message()
    notify.trouble = lambda: Trouble.LOST
    assert isinstance(carrier.send(one, "carol@example.org"), Later)
    notify.trouble = lambda: Trouble.NOTHING
    assert isinstance(carrier.send(replace(one, tries=2), "carol@example.org"), Sent)
    assert len(notify.taken) == 1
    (taken,) = notify.taken
    assert taken["reference"] == str(one.id)


def test_what_notify_could_not_deliver_for_good_is_not_sent_again(
    told: Told, notify: NotifyService
) -> None:
    one = message()
    carrier = told.carriers[Channel.EMAIL]
    notify.life = IS_REFUSED
    carrier.send(one, "carol@example.org")
    told.here.clock.goes_on(A_MINUTE)
    assert isinstance(carrier.send(replace(one, tries=2), "carol@example.org"), Never)
    assert len(notify.taken) == 1


def test_notify_sends_texts_too(told: Told, notify: NotifyService) -> None:
    told.reaching.set_number("carol", "07700 900123")
    told.here.declare("amina")
    told.goes()
    addresses = {each.get("phone_number") or each["email_address"] for each in notify.taken}
    assert addresses == {"+447700900123", "carol@example.org"}


def test_what_is_no_key_of_notify_is_refused() -> None:
    with pytest.raises(NotifyKeyError):
        NotifyKey.of("short")
    assert NotifyKey.of(NOTIFY_KEY).secret not in repr(NotifyKey.of(NOTIFY_KEY))


def test_words_of_several_things_name_the_first_deadline() -> None:
    one = message()
    both = replace(
        one, notices=[*one.notices, Notice(uuid4(), Cause.RAISED, uuid4(), 8, NOW + A_DAY)]
    )
    words = words_of(both, AT)
    assert words.subject == "2 things wait for you in the register"
    assert "The first of them is due by Monday 16 November 2026" in words.text


# Settings


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"smtp_url": "smtp://x", "mail_from": "a@b.org"}, "REGISTER_ADDRESS"),
        ({"smtp_url": "smtp://x", "address": AT}, "REGISTER_MAIL_FROM"),
        (
            {"smtp_url": "smtp://u:secret@x/y", "mail_from": "a@b.org", "address": AT},
            "REGISTER_SMTP_URL",
        ),
        ({"notify_email_template": "x", "address": AT}, "REGISTER_NOTIFY_KEY"),
        (
            {"notify_text_template": "x", "address": AT, "notify_key": "secret"},
            "REGISTER_NOTIFY_KEY",
        ),
        (
            {
                "smtp_url": "smtp://x",
                "mail_from": "a@b.org",
                "address": AT,
                "smtp_password_file": "/nowhere/secret",
            },
            "REGISTER_SMTP_PASSWORD_FILE",
        ),
    ],
)
def test_what_lacks_is_named_and_no_secret_is(here: Office, given: Any, named: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        carriers_of(here.register, Settings(**given))
    assert str(refusal.value).startswith(named)
    assert "secret" not in str(refusal.value)


def test_without_anything_to_send_with_nothing_is_sent(here: Office) -> None:
    assert carriers_of(here.register, Settings(address=AT)) == {}


def test_the_password_may_stand_in_a_file(here: Office, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from the file\n")
    given = {"smtp_url": "smtp://it@x", "mail_from": "a@b.org", "address": AT}
    mail = carriers_of(here.register, Settings(**given, smtp_password_file=file))[Channel.EMAIL]
    assert isinstance(mail, Mail)
    assert mail.server.password == "from the file"
    assert "from the file" not in repr(mail)


def test_an_answer_that_never_ends_is_cut(told: Told) -> None:
    long = b"x" * 1_000_000
    told.texts.taken_in = lambda _request, _body: (200, long.decode())  # type: ignore[method-assign]
    answer = Poster().call("POST", told.texts.url, headers={}, content=b"{}")
    assert isinstance(answer, Answer)
    assert len(answer.body) < 200_000
