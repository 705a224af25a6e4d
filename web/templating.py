"""Makes pages from templates with govuk-frontend's macros, and says values in words."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    select_autoescape,
)
from jinja2.bccache import Bucket
from starlette.responses import HTMLResponse

from register.acts.acknowledging import IN_WORDS
from register.alerts.whose_move import NEEDED, TO_WORKER, Move
from register.deadlines import LONDON, in_words, london_day
from register.declarations.answered import last_answer
from register.declarations.declaration import Declaration
from register.declarations.history import BODIES, to_do
from register.declarations.ids import short_reference
from register.kinds import all_kinds, brought_in_words, case_of, mark_of, outcome_of
from register.kinds.kind import Asked
from register.policy import HOUSE_RULE
from web.static_files import address

TEMPLATES = Path(__file__).parent / "templates"
MACROS = "govuk_frontend_jinja"


def said(value: str) -> str:
    """A choice or a flag as words: `service_user` becomes `Service user`."""
    return sentence(value.replace("_", " ").replace("-", " "))


def day(value: date | str) -> str:
    """A day in words. A text that is not a date does not change."""
    try:
        return in_words(date.fromisoformat(value) if isinstance(value, str) else value)
    except ValueError:
        return str(value)


def month(value: date) -> str:
    return f"{value:%B %Y}"


def short_month(value: date) -> str:
    return f"{value:%b %Y}"


def on_day(value: datetime) -> str:
    """The day of a moment in London, in words."""
    return in_words(london_day(value))


def moment(value: datetime) -> str:
    local = value.astimezone(LONDON)
    return f"{in_words(local.date())}, {local:%H:%M}"


def due(value: datetime, now: datetime | None = None) -> str:
    """A deadline in words: `Thursday 17:00` within two days, with the date after that."""
    local = value.astimezone(LONDON)
    away = None if now is None else (local.date() - london_day(now)).days
    if away is not None and away in NEAR:
        return f"{NEAR[away] or f'{local:%A}'} {local:%H:%M}"
    is_this_year = now is not None and local.year == london_day(now).year
    date_in_words = f"{local.day} {local:%B}" if is_this_year else in_words(local.date())
    return f"{local:%A} {date_in_words}, {local:%H:%M}"


NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow", 2: None}


def duration(value: timedelta, most_parts: int = 2) -> str:
    """A duration in its largest parts, such as `2 days 3 hours`."""
    minutes = round(value.total_seconds() / 60)
    parts = {"day": minutes // 1440, "hour": minutes // 60 % 24, "minute": minutes % 60}
    words = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in parts.items() if count]
    return " ".join(words[:most_parts]) or "under a minute"


def is_sent_at_once(declaration: Declaration) -> bool:
    """Whether it reached the register as soon as it was written down."""
    took = declaration.received_at - declaration.captured_at
    return took < timedelta(minutes=1) and not declaration.clock_ahead


def written_down(declaration: Declaration) -> str:
    """When a device saved a declaration, by its clock; how long after it had happened; and how long
    it then took to reach the register."""
    saved_at = declaration.captured_at
    days = (saved_at.date() - declaration.happened_on).days
    known = all_kinds().get(declaration.kind)
    after = _after(days, known.that_day if known else "it happened")
    if is_sent_at_once(declaration):
        return f"{moment(saved_at)}{after if days else ''}"
    took = declaration.received_at - saved_at
    if declaration.clock_ahead:
        reached = (
            f"it reached the register on {moment(declaration.received_at)}: the clock was ahead"
        )
    else:
        reached = f"it reached the register {duration(took)} later"
    return f"{moment(saved_at)}{after}; {reached}"


def _after(days: int, that_day: str) -> str:
    """How long after what it tells of a declaration was saved; nothing where that is telling."""
    if not that_day:
        return ""
    if days < 0:
        return f", before the day on which {that_day}"
    when = {0: "on the day", 1: "the day after"}.get(days, f"{days} days after")
    return f", {when} {that_day}"


def lost(declaration: Declaration) -> str:
    """Why what the worker said is not there."""
    return "Cannot be read" if declaration.spoiled else "The words are erased"


def about_whom(declaration: Declaration) -> str:
    """The service user whom it is about, or why that is not there; empty where it is about none."""
    kind = all_kinds().get(declaration.kind)
    is_asked = kind is None or kind.service_user is not Asked.ABSENT
    is_gone = declaration.details is None and is_asked
    return declaration.service_user or (lost(declaration) if is_gone else "")


def called(contact: str) -> tuple[str, str]:
    """The name and the telephone number in a contact such as `On call 01632 960114`; the number
    may be empty."""
    number = re.search(r"\+?[0-9][0-9 ]{5,}[0-9]$", contact)
    return (contact[: number.start()].strip(), number[0]) if number else (contact, "")


def outcome(value: str, kind: str) -> str:
    """The outcome of a decision or an answer to a declaration of a kind, in words."""
    return outcome_of(kind, value).says


def needed(need: str) -> str:
    """What a policy wants an acknowledgement to say."""
    return IN_WORDS.get(need) or said(need).lower()


def soon(deadline: str) -> str:
    """How soon the policy wants something to be told, in words that anybody understands."""
    plain = PLAIN_DEADLINES.get(deadline)
    return f"{plain} (the policy says: {deadline})" if plain else deadline


PLAIN_DEADLINES = {"earliest opportunity": "as soon as you can"}


def mark(flag: str, kind: str) -> str:
    """What is out of the ordinary about a declaration of a kind, in a few words."""
    return mark_of(kind, flag).label


def answered_in_words(question: Any) -> str:
    """The answer to a question, in words."""
    value = question.value
    if value is None or value == "":
        return "Not answered"
    names = question.names
    if isinstance(value, bool):
        return str(names.get(str(value).lower())) if names else "Yes" if value else "No"
    match question.widget:
        case "choices":
            return ", ".join(names.get(each) or said(each) for each in value) or "None"
        case "choice":
            return names.get(value) or said(value)
        case "select":
            return str(names.get(value, value))
        case "date":
            return day(value)
        case "money":
            return f"£{value}"
        case "records":
            return "; ".join(map(_record_in_words, question.rows[: len(value)])) or "None"
    return str(value)


def _record_in_words(record: Iterable[Any]) -> str:
    return ", ".join(answered_in_words(each) for each in record)


def needs(
    move: Move, called: str, since_now: datetime, now: datetime | None = None, *, is_own: bool
) -> str:
    """Who needs to do what and by when, such as `Carol Price needs to decide on this by today
    17:00`; `now` is None where a day is not to be told from today."""
    verb, is_over = "need" if called == "you" else "needs", move.due_at < since_now
    when = f"; it was due by {due(move.due_at, now)}" if is_over else f" by {due(move.due_at, now)}"
    asked = (TO_WORKER if is_own else NEEDED)[move.why]
    what = brought_in_words(move.brought) if move.brought else asked
    return f"{sentence(called)} {verb} to {what}{when}"


def waited(move: Move, now: datetime) -> str:
    """For how long something has waited, or for how long it is overdue; empty below an hour."""
    since, says = move.since, "It has waited {}."
    if move.due_at < now:
        since, says = move.due_at, "It is {} overdue."
    long = now - since
    return says.format(duration(long, 1)) if long >= timedelta(hours=1) else ""


def waits_for(move: Move, name: Callable[[str], str]) -> str:
    """Whom something waits for, such as `Waits for the line manager, Ben Okoro,`."""
    if move.person is None:
        return "Waits for somebody who could act,"
    role = f"the {move.role.replace('_', ' ')}, " if move.role else ""
    return f"Waits for {role}{name(move.person)},"


def pounds(value: Decimal) -> str:
    return f"£{value:,.2f}"


def kind_title(kind: str, *, is_own: bool = False) -> str:
    """What a kind is called: to whoever declared it themselves, in their own words."""
    known = all_kinds().get(kind)
    if known is None:
        return kind
    return known.title if is_own else known.title_for_others


def sentence(value: str) -> str:
    return value[:1].upper() + value[1:]


def as_json(value: object) -> str:
    """A value as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


class KeptCode(FileSystemBytecodeCache):
    """Compiled templates, kept as Python keeps compiled modules: where there is room."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def kept_code() -> KeptCode | None:
    """None where Python keeps nothing, or we may not."""
    folder = TEMPLATES / "__pycache__"
    if sys.dont_write_bytecode:
        return None
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return KeptCode(str(folder)) if os.access(folder, os.W_OK) else None


environment = Environment(
    loader=ChoiceLoader(
        [FileSystemLoader(TEMPLATES), PrefixLoader({MACROS: PackageLoader(MACROS)})]
    ),
    bytecode_cache=kept_code(),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # else each page looks at the dates of sixty files
)
environment.globals["static"] = address
environment.globals["HOUSE_RULE"] = HOUSE_RULE
environment.globals["last_answer"] = last_answer
environment.filters |= {
    "lost": lost,
    "about_whom": about_whom,
    "said": said,
    "day": day,
    "on_day": on_day,
    "month": month,
    "short_month": short_month,
    "moment": moment,
    "written_down": written_down,
    "duration": duration,
    "json": as_json,
    "called": called,
    "due": due,
    "answered": answered_in_words,
    "outcome": outcome,
    "mark": mark,
    "case": lambda case, kind: case_of(kind, case),
    "soon": soon,
    "needed": needed,
    "body": BODIES.__getitem__,
    "kind_title": kind_title,
    "pounds": pounds,
    "sentence": sentence,
    "to_do": to_do,
    "needs": needs,
    "waited": waited,
    "sent_at_once": is_sent_at_once,
    "waits_for": waits_for,
    "short_reference": short_reference,
}


def teach(**functions: Callable[..., Any]) -> None:
    """Add functions that templates may call."""
    environment.globals.update(functions)


def page(template: str, status: int = 200, /, **shown: Any) -> HTMLResponse:
    html = environment.get_template(template).render(**shown)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def inline_script_hash() -> str:
    """The hash of the one script in govuk-frontend's page template, for the headers. Raises
    `LookupError` if there is none."""
    template = f"{MACROS}/template.html"
    text = environment.loader.get_source(environment, template)[0] if environment.loader else ""
    script = re.search(r"<script[^>]*>(document\.body\.className.*?)</script>", text, re.DOTALL)
    if script is None:
        raise LookupError(f"{template} has no script where one was expected")
    digest = hashlib.sha256(script[1].encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
