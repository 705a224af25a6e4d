"""What the worker said in words, as it stands in an entry of a declaration."""

from __future__ import annotations

from events.declarations import DeclarationCorrected, DeclarationMade, FactsWords
from register.declarations.declaration import Declaration


def words_at(declaration: Declaration, version: int) -> FactsWords | None:
    """The words of the entry with this version; None if they are erased."""
    entry = declaration.past[version - 1]
    return entry.words if isinstance(entry, DeclarationMade | DeclarationCorrected) else None
