"""That somebody else entered a declaration for its worker, in sentences."""

from __future__ import annotations

from register.declarations.declaration import Declaration
from register.declarations.on_behalf import Entered, how_told
from web.requests.visit import Visit


def entered_in_words(visit: Visit, declaration: Declaration) -> list[str]:
    """Who entered it for the worker, and what the worker has said about that since."""
    told = declaration.on_behalf
    if told is None:
        return []
    name, is_own = visit.register.read.name, declaration.worker == visit.by
    who = "you" if is_own else name(declaration.worker)
    by = "you" if told.entered_by == visit.by else name(told.entered_by)
    return [f"Entered by {by} from what {who} told {how_told(told)}.", _said_since(told, who)]


def _said_since(told: Entered, who: str) -> str:
    if told.confirmed_at is not None:
        return "It is confirmed that this is what was told."
    has = "You have" if who == "you" else f"{who} has"
    if told.is_corrected:
        return f"{has} said something else since."
    return f"{has} not confirmed it yet."
