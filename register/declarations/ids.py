"""The ids that people send."""

from __future__ import annotations

from uuid import UUID

from events.ids import is_own
from register.errors import InvalidError, NotFoundError

NO_SUCH_DECLARATION = "There is no declaration with that id that you may see."


def declaration_id(text: str) -> UUID:
    """The id in a path. Raises `InvalidError`, or `NotFoundError` for one of our own."""
    found = parse_id(text)
    if is_own(found):
        raise NotFoundError(NO_SUCH_DECLARATION)
    return found


def parse_id(text: str, field: str = "id") -> UUID:
    """A UUID in its usual form, with hyphens."""
    try:
        found = UUID(text)
    except ValueError:
        found = None
    if found is None or str(found) != text.lower():
        raise InvalidError.of(field, "The id has to be a UUID, 36 characters long.")
    return found
