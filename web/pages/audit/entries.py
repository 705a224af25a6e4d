"""One entry of the log, and the ones before and after it."""

from __future__ import annotations

from starlette.responses import Response

from register.answers import POSITION
from register.errors import NotFoundError
from web.forms import written
from web.requests.visit import Visit, to

WORDS = {
    "hidden": "Few may know what this entry is about: only those see it whom it concerns.",
    "none": "This entry has no words.",
    "open": "Sealed. They can be opened by whoever may see them.",
    "erased": "Sealed, and their key is destroyed: nobody can open them again.",
    "spoiled": "This entry cannot be read; the register's keeper has been told.",
}
NO_ENTRY = "The register has no entry at this position."


HIDDEN = ("words", "salt")
"""What an entry's page does not show of its state: it says elsewhere whether the words are sealed,
and the random bytes mean nothing to people."""


def find(visit: Visit) -> Response:
    """Go to the entry at a moment or a position; to the last entry if none is given."""
    as_at = visit.register.read.as_at(written.moment(visit.query.get("as_at", "")))
    return to(f"/entries/{as_at.position}")


def show(visit: Visit) -> Response:
    text = visit.path["position"]
    if not POSITION.fullmatch(text):
        raise NotFoundError(NO_ENTRY)
    record = visit.register.audit.entry(visit.by, int(text))
    state = {name: value for name, value in record.state.items() if name not in HIDDEN}
    shown = record.shown
    return visit.page(
        "entry.html",
        f"Entry {shown.position}",
        shown=shown,
        state=state,
        words=WORDS[record.words],
        before=record.before,
        after=record.after,
        about=_about(visit, str(shown.entry.originator_id), state) if shown.entry else None,
    )


def _about(visit: Visit, stream: str, state: dict[str, object]) -> str | None:
    """The declaration that the entry belongs to, or that its alert is about, if this person may
    see it."""
    subject = state.get("subject")
    about = str(subject["id"]) if isinstance(subject, dict) else stream
    return about if visit.register.audit.is_seen(visit.by, about) else None
