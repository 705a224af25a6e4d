"""The words of a message. None of them says what was declared, of what kind, or by whom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from events.ids import own_id
from events.names import Cause
from register.deadlines import LONDON
from register.notices.message import NOTHING_WAITS, Message

REGISTER = "Declarations register"
WAITS = "Something waits for you in the register"
ACCOUNT = "Something changed in how you sign in to the register"
TRIAL = "This is the trial that you asked the register for"
BEFORE = "Look at it, and stop it if it was not you."
NOT_SECRET = "This message says no more than that, as others may read it."


@dataclass(frozen=True)
class Words:
    """What a message says, in whatever form it is sent."""

    subject: str
    lines: Sequence[str]
    link: str

    @property
    def text(self) -> str:
        return "\n\n".join([*self.lines, self.link, NOT_SECRET]) + "\n"

    @property
    def html(self) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.lines)
        link = f'<p><a href="{escape(self.link)}">{escape(self.link)}</a></p>'
        return (
            f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head>"
            f"<body>{lines}{link}<p>{escape(NOT_SECRET)}</p></body></html>\n"
        )

    @property
    def short(self) -> str:
        """In one line, for a text."""
        return f"{' '.join(self.lines)} {self.link}"


def words_of(message: Message, address: str) -> Words:
    """What a message says; `address` is where people reach the register."""
    causes = {each.cause for each in message.notices}
    waiting = [each for each in message.notices if each.waits is not None]
    count = len({each.waits for each in waiting})
    lines = []
    if waiting:
        lines.append(f"{WAITS}." if count == 1 else f"{count} things wait for you in the register.")
        due = min((each.due_at for each in waiting if each.due_at is not None), default=None)
        if due is not None:
            which = "It" if count == 1 else "The first of them"
            lines.append(f"{which} is due by {in_words(due)}.")
    if Cause.ACCOUNT in causes:
        lines += [f"{ACCOUNT}.", BEFORE]
    if Cause.TRIAL in causes:
        lines.append(f"{TRIAL}.")
    return Words(lines[0].rstrip("."), lines, f"{address}{_leads_to(causes)}")


def _leads_to(causes: set[Cause]) -> str:
    if causes == {Cause.PROTECTION}:
        return "/protection"
    return "/account" if Cause.ACCOUNT in causes and causes <= NOTHING_WAITS else "/"


def in_words(moment: datetime) -> str:
    there = moment.astimezone(LONDON)
    return f"{there:%A} {there.day} {there:%B %Y}, {there:%H:%M}"


def push(message: Message, address: str) -> bytes:
    """The payload of a push. Browsers of today hand it to the service worker; Safari from 18.4 on
    shows it by itself, as `web_push` says that it may."""
    words = words_of(message, address)
    return json.dumps(
        {
            "web_push": 8030,
            "notification": {
                "title": REGISTER,
                "body": " ".join(words.lines),
                "navigate": words.link,
                "lang": "en-GB",
                "dir": "ltr",
                "tag": topic(message),
                "data": {"message": message.id.hex},
            },
        }
    ).encode()


def topic(message: Message) -> str:
    """What makes a later push replace an earlier one: about the same alert, or sent again."""
    alerts = message.alerts
    about = own_id("push", alerts[0]) if len(alerts) == 1 else message.id
    return about.hex
