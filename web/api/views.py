"""Declarations as the API shows them, each with what others say that it came after."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import msgspec

from register.declarations.declaration import Declaration
from register.register import Register
from web.api.representation import DeclarationView, DeclaredView, PromiseView, represented


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


def declared_view_of(register: Register, declaration: Declaration) -> DeclaredView:
    """A declaration with what is promised of it."""
    view = view_of(register, declaration)
    promise = promise_of(register, declaration)
    return DeclaredView(**msgspec.structs.asdict(view), promise=promise)


def promise_of(register: Register, declaration: Declaration) -> PromiseView | None:
    found = register.receipts.promises.of(declaration)
    if found is None:
        return None
    promise, note = found.promise, found.note
    return PromiseView(
        origin=promise.origin,
        id=promise.declaration,
        digest=b64encode(promise.digest).decode("ascii"),
        received_at=promise.received_at,
        due=promise.due,
        note=str(note),
        key=found.key,
    )
