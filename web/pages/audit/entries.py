"""The entries of the log in sentences, and one entry with how it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from register.answers import POSITION
from register.errors import NotFoundError
from register.reading.auditing import FEW_MAY_KNOW, ToldEntry
from web.forms.moments import moment_asked
from web.pages.audit import drawing
from web.requests.visit import ON_A_PAGE, Visit

WORDS = {
    "hidden": FEW_MAY_KNOW,
    "none": "This entry has no words.",
    "open": "Sealed. They can be opened by whoever may see them.",
    "erased": "Sealed, and their key is destroyed: nobody can open them again.",
    "spoiled": "This entry cannot be read; the register's keeper has been told.",
}
NO_ENTRY = "The register has no entry at this position."


HIDDEN = ("words", "salt")
"""What an entry's page does not show of its state: it says elsewhere whether the words are sealed,
and the random bytes mean nothing to people."""
OWN_STEPS = "own_steps"


def find(visit: Visit) -> Response:
    """The entries up to a moment or a position, the newest first."""
    asked = moment_asked(visit, "as_at", "Up to")
    with_own = visit.query.get(OWN_STEPS) == "yes"
    begins = min(visit.after or asked.as_at.position + 1, asked.as_at.position + 1)
    found = visit.register.audit.entries_before(visit.by, begins, ON_A_PAGE + 1, own_steps=with_own)
    shown = () if asked.errors else found[:ON_A_PAGE]
    _note(visit, shown)
    given = {"as_at": asked.as_at.asked} if asked.as_at.asked else {}
    given |= {OWN_STEPS: "yes"} if with_own else {}
    return visit.page(
        "entries.html",
        "Entries",
        status=422 if asked.errors else 200,
        asked=asked,
        errors=asked.summary,
        with_own=with_own,
        entries=shown,
        earlier=_earlier(given, found[ON_A_PAGE - 1].position) if len(found) > ON_A_PAGE else None,
    )


def _note(visit: Visit, told: Sequence[ToldEntry]) -> None:
    """Note which entries are shown, and of which declarations: their sentences have words."""
    if not told:
        return
    about = [each.about for each in told if each.about is not None]
    seen = visit.register.read.visible(visit.by, about)
    first, last = told[-1].position, told[0].position
    visit.note_words(seen.values(), part=f"{first}" if first == last else f"{first} to {last}")


def _earlier(given: dict[str, str], after: int) -> str:
    return f"/entries?{urlencode({**given, 'after': after})}"


def show(visit: Visit) -> Response:
    text = visit.path["position"]
    if not POSITION.fullmatch(text):
        raise NotFoundError(NO_ENTRY)
    record = visit.register.audit.entry(visit.by, int(text))
    _note(visit, [record.told])
    return visit.page(
        "entry.html",
        f"Entry {record.shown.position}",
        shown=record.shown,
        told=record.told,
        state={name: value for name, value in record.state.items() if name not in HIDDEN},
        words=WORDS[record.words],
        proof=drawing.of(visit, record.shown),
        before=record.before,
        after=record.after,
    )
