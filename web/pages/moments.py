"""Reads the moment that an address asks for; the page shows an error in it."""

from __future__ import annotations

from register.declarations.as_at import AsAt
from register.errors import InvalidError
from web.forms import written
from web.requests.visit import Visit


def moment_asked(visit: Visit, field: str) -> tuple[AsAt, list[dict[str, str]]]:
    """The moment and no errors; or, if it cannot be read, now and the errors for the summary."""
    try:
        return visit.register.read.as_at(written.moment(visit.query.get(field, ""))), []
    except InvalidError as error:
        return visit.register.read.as_at(""), [{"text": str(error), "href": f"#{field}"}]
