"""Reads the ids that people send."""

from __future__ import annotations

from uuid import UUID

from events.ids import is_own
from register.errors import InvalidError, NotFoundError

NO_SUCH_DECLARATION = "There is no declaration with that id that you may see."


def declaration_id(text: str) -> UUID:
    """The declaration's id in a path. Raises `InvalidError` if it is not a UUID, and
    `NotFoundError` if it is an id that only the register makes."""
    declaration = parse_id(text)
    if is_own(declaration):
        raise NotFoundError(NO_SUCH_DECLARATION)
    return declaration


def short_reference(declaration: UUID) -> str:
    """Six signs by which people quote a declaration; with many, two may share them."""
    return declaration.hex[:6].upper()


def parse_id(text: str, field: str = "id") -> UUID:
    """Read a UUID in its usual form, with hyphens. Raises `InvalidError`."""
    try:
        parsed = UUID(text)
    except ValueError:
        parsed = None
    if parsed is None or str(parsed) != text.lower():
        raise InvalidError.of(field, "The id has to be a UUID, 36 characters long.")
    return parsed
