"""How soon what a worker declared is with whoever is asked: in an inbox that is open in a browser,
and at the mail server; and how soon the next process sends when the one that did is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from bench import organisation
from bench.declaring import MISSED, Declaring, figures, waits
from bench.measuring import Figures, Limit, Row
from bench.servers import AS_MANY_AS_THEY_LIKE, HOST, ROOT, serving
from bench.workshop import ENGINES, Workshop
from events.log.database import Database
from register.notices.tables import carried, notices
from register.projections.inbox import inbox
from register.setup.opening import open_register
from register.setup.settings import Settings
from tests.carriers import MailServer, Trouble
from tests.chromium import PHONE, started
from tests.sessions import verified
from web.requests.session import COOKIE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LIMITS = (Limit("p99", "ms", floor=1.0, aim=0.5, at_most=True),)
IN_INBOX, IN_MAIL, NEXT_LEADS = 300, 5000, 1000
"""Milliseconds."""
SERVE = [sys.executable, "-m", "register", "serve"]
BACKGROUND = [sys.executable, "-m", "register", "background"]
EACH = 10
"""How often each client declares while the mail is watched."""

WATCH = """() => {
  window.arrived = {};
  const look = () => {
    for (const link of document.querySelectorAll("a[href^='/declarations/']")) {
      const id = new URL(link.href).pathname.split("/")[2];
      window.arrived[id] ??= Date.now() / 1000;
    }
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
}"""
"""Notes when a declaration is on the page for the first time."""


class Mail(MailServer):
    """Notes when it took each message."""

    def __init__(self) -> None:
        self.moments: list[float] = []
        super().__init__(self._note)

    def _note(self) -> Trouble:
        self.moments.append(time.time())
        return Trouble.NOTHING

    def by_message(self) -> Mapping[UUID, float]:
        """When each message came first, by its id."""
        found: dict[UUID, float] = {}
        for mail, moment in zip(self.taken, self.moments, strict=False):
            found.setdefault(UUID(str(mail["Message-ID"]).strip("<>").split("@")[0]), moment)
        return found


@dataclass
class Here:
    """A register that is served, with a mail server beside it."""

    settings: Settings
    env: Mapping[str, str]
    mail: Mail
    tokens: Mapping[str, str]
    cookies: Mapping[str, str]

    def team_of(self, manager: str) -> list[str]:
        """The tokens of those whom somebody manages."""
        team = [each.id for each, _ in organisation.files().people if each.line_manager == manager]
        return [self.tokens[each] for each in team]

    def arrived(self) -> Mapping[str, float]:
        """When the mail about each declaration came."""
        came = self.mail.by_message()
        about = sa.select(carried.c.message, inbox.c.subject).join_from(
            carried.join(notices, notices.c.id == carried.c.notice),
            inbox,
            inbox.c.alert == notices.c.alert,
        )
        with closing(Database(self.settings.url())) as database, database.read() as connection:
            rows = connection.execute(about).all()
        found: dict[str, float] = {}
        for message, subject in rows:
            if message in came:
                found[str(subject)] = min(found.get(str(subject), came[message]), came[message])
        return found


def rows(workshop: Workshop) -> Iterator[Row]:
    for engine in ENGINES:
        with ExitStack() as undo:
            here = _here(workshop, engine, undo)
            said = workshop.folder / "arriving.log"
            port = undo.enter_context(serving(SERVE, said, here.env))
            declaring = Declaring(undo, port)
            browser = undo.enter_context(started())
            yield _row(
                f"declared, and in the manager's open inbox, {engine}, 16 at once",
                IN_INBOX,
                lambda here=here, declaring=declaring, browser=browser, port=port: in_inbox(
                    here, declaring, browser, port
                ),
            )
            yield _row(
                f"declared, and at the mail server, {engine}, 16 clients",
                IN_MAIL,
                lambda here=here, declaring=declaring: in_mail(here, declaring),
            )
    with ExitStack() as undo:
        here = _here(workshop, "postgresql", undo)
        said = workshop.folder / "arriving.log"
        port = undo.enter_context(serving([*SERVE, "--no-background"], said, here.env))
        declaring = Declaring(undo, port)
        leaders = undo.enter_context(Leaders(workshop.folder, here.env))
        yield _row(
            "the process that sends is killed, and the next sends, postgresql",
            NEXT_LEADS,
            lambda: next_sends(here, declaring, leaders),
        )


def _row(work: str, most: float, ours: Callable[[], Figures]) -> Row:
    return Row(work, "what it may take", ours, lambda: {"p50": most, "p99": most}, LIMITS)


def _here(workshop: Workshop, engine: str, undo: ExitStack) -> Here:
    settings = undo.enter_context(workshop.empty(engine))
    people = [*organisation.WORKERS, *organisation.MANAGERS]
    tokens = dict(zip(people, organisation.prepare(settings, people), strict=True))
    mail = Mail()
    undo.callback(mail.stop)
    with closing(open_register(settings)) as register:
        cookies = {each: verified(register, each) for each in organisation.MANAGERS}
    env = {
        "REGISTER_DATA_DIR": str(settings.data_dir),
        "REGISTER_DATABASE_URL": settings.url(),
        "REGISTER_LAST_RESORT": ",".join(organisation.MANAGERS[:2]),
        "REGISTER_SMTP_URL": mail.url,
        "REGISTER_MAIL_FROM": "register@example.org",
        "REGISTER_ADDRESS": "http://127.0.0.1",
        **AS_MANY_AS_THEY_LIKE,
    }
    return Here(settings, env, mail, tokens, cookies)


def in_inbox(here: Here, declaring: Declaring, browser: Browser, port: int) -> Figures:
    """Each manager in turn has an empty inbox open, and sixteen declarations come at once."""
    took: list[float] = []
    for manager in organisation.MANAGERS:
        page = _open_inbox(browser, port, here.cookies[manager])
        began = declaring.at_once(here.team_of(manager))
        page.wait_for_function(
            "(ids) => ids.every((one) => arrived[one])", arg=[*began], timeout=1000 * MISSED
        )
        took += waits(began, page.evaluate("arrived"))
        page.context.close()
        declaring.acknowledge(here.tokens[manager], began)
    return figures(took)


def _open_inbox(browser: Browser, port: int, session: str) -> Page:
    address = f"http://{HOST}:{port}"
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=address, service_workers="block"
    )
    context.add_cookies([{"name": COOKIE, "value": session, "url": address}])
    page = context.new_page()
    with page.expect_response(lambda answer: "/changed" in answer.url):
        page.goto("/inbox")
    page.evaluate(WATCH)
    return page


def in_mail(here: Here, declaring: Declaring) -> Figures:
    """Sixteen people declare one thing after the other."""
    tokens = [here.tokens[each] for each in organisation.WORKERS]
    began = declaring.at_once(tokens, EACH)
    return figures(waits(began, _mailed(here, began)))


def _mailed(here: Here, began: Mapping[str, float]) -> Mapping[str, float]:
    give_up_at = time.monotonic() + MISSED
    while not began.keys() <= (arrived := here.arrived()).keys():
        if time.monotonic() > give_up_at:
            raise RuntimeError(f"no mail came about {len(began.keys() - arrived.keys())}")
        time.sleep(0.2)
    return arrived


class Leaders:
    """Two processes for the background, of which one leads."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder, self._env = folder, {**os.environ, **env}
        self._running: list[tuple[subprocess.Popen[bytes], Path]] = []
        self._started = 0

    def __enter__(self) -> Leaders:
        return self

    def __exit__(self, *_error: object) -> None:
        for process, _ in self._running:
            process.kill()
            process.wait()

    def kill(self) -> float:
        """Kill the one that leads, with another standing by; gives the moment."""
        while len(self._running) < 2:
            self._start()
        leader = self._leader()
        moment = time.time()
        os.kill(leader.pid, signal.SIGKILL)
        leader.wait()
        self._running = [each for each in self._running if each[0] is not leader]
        return moment

    def _start(self) -> None:
        self._started += 1
        file = self._folder / f"background-{self._started}.log"
        with file.open("wb") as said:
            process = subprocess.Popen(
                BACKGROUND, cwd=ROOT, env=self._env, stdout=said, stderr=said
            )
        self._running.append((process, file))
        _until(lambda: b"standing by" in file.read_bytes() or b"leading" in file.read_bytes())

    def _leader(self) -> subprocess.Popen[bytes]:
        def leading() -> list[subprocess.Popen[bytes]]:
            return [each for each, file in self._running if b"leading" in file.read_bytes()]

        _until(lambda: bool(leading()))
        return leading()[0]


def _until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + MISSED
    while not holds():
        if time.monotonic() > give_up_at:
            raise RuntimeError("no process for the background leads")
        time.sleep(0.02)


def next_sends(here: Here, declaring: Declaring, leaders: Leaders) -> Figures:
    """From the kill until the mail about what was declared right after it."""
    killed_at = leaders.kill()
    began = declaring.at_once([here.tokens[organisation.WORKERS[0]]])
    arrived = _mailed(here, began)
    took = [1000 * (arrived[each] - killed_at) for each in began]
    return figures([min(took)])
