"""Declarations as the API shows them, each with what others say that it came after."""

from __future__ import annotations

from collections.abc import Sequence

from register.declarations.declaration import Declaration
from register.register import Register
from web.api.representation import DeclarationView, represented


def view_of(
    register: Register, declaration: Declaration, up_to: int | None = None
) -> DeclarationView:
    """A declaration now, or as at a position."""
    (view,) = views_of(register, [declaration], up_to)
    return view


def views_of(
    register: Register, declarations: Sequence[Declaration], up_to: int | None = None
) -> list[DeclarationView]:
    after_ending = register.unguarded.endings.before(declarations, up_to)
    return [represented(each, is_after_ending=each.id in after_ending) for each in declarations]
