"""Senders are killed, and carriers fail: nothing is lost, and nothing is doubled that need not be.

`make test-sending` does it as often as the figures ask for.
"""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.alerts import AlertArrived, AlertRaised, AlertSent
from register.notices import mail as mail_carrier
from register.notices import posting
from register.register import Register
from register.setup.opening import open_register
from register.setup.sending import sending
from register.setup.settings import Settings
from tests.carriers import (
    IS_THERE_AT_ONCE,
    NOTIFY_KEY,
    Device,
    MailServer,
    NotifyService,
    PushService,
    Trouble,
    certified,
)
from tests.registers import GIFT, load_directory, telling
from tests.senders import ASKING, POINTS, Sender, later
from tests.server import CASES

MAIL, PUSH, NOTIFY = "mail", "push", "notify"
A_LEASE = 100.0
"""Seconds by which the clock goes on after each sender: longer than it has a message for."""


@dataclass
class Post:
    """A register on disk, and what carries its notices."""

    settings: dict[str, Any]
    carrier: Any
    env: dict[str, str]
    device: Device | None = None
    ahead: float = 0.0

    @contextmanager
    def opened(self) -> Iterator[Register]:
        register = open_register(Settings(**self.settings), later(self.ahead))
        try:
            yield register
        finally:
            register.close()

    def prepare(self) -> None:
        with self.opened() as register:
            load_directory(register, CASES)
            if isinstance(self.carrier, PushService):
                self.device = Device(self.carrier)
                register.notices.reaching.add_device("carol", self.device.subscription)

    def declare(self) -> None:
        with self.opened() as register:
            register.declare("amina", str(uuid4()), telling(register, GIFT))

    def send(self, kill_at: str = "") -> bool:
        """Have a process send; whether it was killed there."""
        sender = Sender(self.settings, self.ahead, kill_at, self.env)
        self.carrier.at = sender.at
        killed = sender.run()
        self.ahead += A_LEASE
        return killed

    def kill(self, at: str) -> bool:
        """Have a process send until it is killed there. One that finds the carrier too slow ends
        well, and the next tries again."""
        return any(self.send(at) for _ in range(3))

    def arrived(self) -> list[str]:
        """What marks each message that arrived, as often as it did."""
        if isinstance(self.carrier, MailServer):
            return [str(each["Message-ID"]) for each in self.carrier.taken]
        if isinstance(self.carrier, NotifyService):
            return [str(each["reference"]) for each in self.carrier.taken]
        assert self.device is not None
        return list(self.device.pushes)  # as they are shown

    def recorded(self, kind: Any = AlertSent) -> tuple[set[Any], list[Any]]:
        """The alerts that were raised, and those of which the log says that they were sent."""
        with self.opened() as register:
            found = list(register.log.after())
        raised = {each.originator_id for each in found if isinstance(each, AlertRaised)}
        return raised, [each.originator_id for each in found if isinstance(each, kind)]

    def known_to_have_arrived(self, most: int) -> list[UUID]:
        """Those of which Notify said so: a few are asked for at a time, so it takes some turns."""
        known: list[UUID] = []
        for _ in range(most + 5):
            _, known = self.recorded(AlertArrived)
            if len(known) >= most:
                break
            self.send()
        return known


@contextmanager
def post_of(kind: str, folder: Path) -> Iterator[Post]:
    settings: dict[str, Any] = {"data_dir": folder / "data", "address": "https://register.test"}
    with ExitStack() as undo:
        tls, believed = undo.enter_context(certified(folder))
        carrier: Any
        if kind == MAIL:
            carrier = MailServer()
            settings |= {"smtp_url": carrier.url, "mail_from": "register@register.test"}
        elif kind == PUSH:
            carrier = PushService(tls=tls)
            settings |= {"vapid_contact": "mailto:it@register.test", "push_hosts": "localhost"}
        else:
            carrier = NotifyService(life=IS_THERE_AT_ONCE)
            settings |= {
                "notify_key": NOTIFY_KEY,
                "notify_email_template": "a template",
                "notify_url": carrier.url,
            }
        undo.callback(carrier.stop)
        post = Post(settings, carrier, {"SSL_CERT_FILE": str(believed)})
        post.prepare()
        yield post


@pytest.mark.parametrize("kind", [MAIL, PUSH, NOTIFY])
@pytest.mark.parametrize(
    "times", [1, pytest.param(80, marks=[pytest.mark.long, pytest.mark.timeout(3000)])]
)
def test_a_sender_that_is_killed_loses_nothing(kind: str, times: int, tmp_path: Path) -> None:
    with post_of(kind, tmp_path) as post:
        kills, points = 0, POINTS if kind != NOTIFY else (*POINTS, *ASKING)
        for kill_at in points:
            for _ in range(times):
                post.declare()
                kills += post.kill(kill_at)
        post.send()
        post.send()
        raised, sent = post.recorded()
        arrived = Counter(post.arrived())
        doubled = sum(arrived.values()) - len(arrived)
        print(f"\n{kind}: {kills} kills, {len(raised)} alerts, {doubled} messages came twice")
        assert kills == len(points) * times
        assert set(sent) == raised
        assert len(sent) == len(set(sent))
        if kind == NOTIFY:
            assert sorted(post.known_to_have_arrived(len(sent))) == sorted(sent)
        assert doubled <= (kills if kind == MAIL else 0)


# Carriers that fail


class Unlucky:
    """Of all sendings, 30 in a hundred lose their answer, 20 fail and 10 hang."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.counted: Counter[Trouble] = Counter()

    def __call__(self) -> Trouble:
        rolled = self._random.random()
        found = next(
            (each for most, each in self.SHARES if rolled < most),
            Trouble.NOTHING,
        )
        self.counted[found] += 1
        return found

    SHARES = ((0.3, Trouble.LOST), (0.5, Trouble.FAILS), (0.6, Trouble.HANGS))


@pytest.mark.parametrize("kind", [MAIL, PUSH, NOTIFY])
@pytest.mark.parametrize(
    "many", [10, pytest.param(1000, marks=[pytest.mark.long, pytest.mark.timeout(3000)])]
)
def test_carriers_that_fail_lose_nothing(
    kind: str, many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if many < 100:
        monkeypatch.setattr(mail_carrier, "EACH_WAIT", 0.2)
        monkeypatch.setattr(posting, "EACH_WAIT", 0.2)
    with post_of(kind, tmp_path) as post:
        monkeypatch.setenv("SSL_CERT_FILE", post.env["SSL_CERT_FILE"])
        devices = tell_many(post, many)
        post.carrier.trouble = unlucky = Unlucky(many)
        began, rounds = time.monotonic(), 0
        while left_over(post) and rounds < 40:
            send_all(post)
            post.ahead += 2 * 3600
            rounds += 1
        arrived = Counter(post.arrived() if kind != PUSH else shown_on(devices))
        took = time.monotonic() - began
        print(f"\n{kind}: {many} sent in {rounds} rounds and {took:.0f} s; {dict(unlucky.counted)}")
        assert len(arrived) == many
        assert left_over(post) == 0
        if kind == PUSH:
            assert set(arrived.values()) == {1}
        if kind == NOTIFY:
            assert set(arrived.values()) == {1}


def tell_many(post: Post, many: int) -> list[Device]:
    """A trial for each of many people."""
    from events.directory import PersonJoined, PersonWords
    from events.ids import own_id

    people = [f"p{number}" for number in range(many)]
    devices = []
    with post.opened() as register:
        register.change_directory(
            PersonJoined(
                originator_id=own_id("person", each),
                person=each,
                roles=("worker",),
                line_manager="ben",
                services=("elm-house",),
                left_on=None,
                words=PersonWords(each, f"{each}@example.org"),
            )
            for each in people
        )
        with register.together():
            for each in people:
                if isinstance(post.carrier, PushService):
                    devices.append(Device(post.carrier))
                    register.notices.reaching.add_device(each, devices[-1].subscription)
                register.notices.reaching.try_out(each)
    return devices


def left_over(post: Post) -> int:
    from tests.senders import is_anything_due

    with post.opened() as register:
        register.log.clock = later(post.ahead + 24 * 3600)
        return int(is_anything_due(register))


def send_all(post: Post) -> None:
    from tests.senders import is_anything_due

    with post.opened() as register:
        now = register.now()
        register.log.clock = lambda: now  # back-off ends with the round
        sender = sending(register, Settings(**post.settings))
        assert sender is not None
        sender.start()
        try:
            while is_anything_due(register):
                time.sleep(0.05)
        finally:
            sender.stop()


def shown_on(devices: list[Device]) -> Iterator[str]:
    for each in devices:
        yield from (f"{each.path} {tag}" for tag in each.pushes)


@pytest.mark.long
def test_from_declaring_to_the_mail_server_takes_less_than_five_seconds(tmp_path: Path) -> None:
    with post_of(MAIL, tmp_path) as post, post.opened() as register:
        sender = sending(register, Settings(**post.settings))
        assert sender is not None
        sender.start()

        def declare_often() -> None:
            for _ in range(20):
                register.declare("amina", str(uuid4()), telling(register, GIFT))

        clients = [threading.Thread(target=declare_often) for _ in range(16)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        while left_over(post):
            time.sleep(0.1)
        sender.stop()
        found = list(register.log.after())
        raised = {
            each.originator_id: each.moment for each in found if isinstance(each, AlertRaised)
        }
        sent = {each.originator_id: each.moment for each in found if isinstance(each, AlertSent)}
    assert sent.keys() == raised.keys()
    took = sorted((sent[each] - raised[each]).total_seconds() for each in raised)
    print(f"\nfrom declaring to the mail server: p99 {took[len(took) * 99 // 100]:.2f} s")
    assert took[len(took) * 99 // 100] < 5


def test_a_carrier_that_drips_holds_no_sender_for_long() -> None:
    from register.notices.message import Sent
    from register.notices.sending import within

    def drips() -> Any:
        time.sleep(2)
        return Sent()

    began = time.monotonic()
    assert within(0.1, drips, "late") == "late"
    assert time.monotonic() - began < 1


def test_tls_is_checked(tmp_path: Path) -> None:
    """A server that proves itself with what nobody vouches for is told nothing."""
    with certified(tmp_path) as (tls, believed):
        pushes = PushService(tls=tls)
        try:
            poster = posting.Poster(("localhost",))
            url = f"https://localhost:{pushes.port}/push"
            refused = poster.call("POST", url, headers={}, content=b"")
            assert not isinstance(refused, posting.Answer)
            trusting = ssl.create_default_context(cafile=str(believed))
            answer = posting.Poster(("localhost",), trusting).call("POST", url, headers={})
            assert isinstance(answer, posting.Answer)
        finally:
            pushes.stop()
