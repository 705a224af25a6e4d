"""What is promised of a declaration, as the API shows it to whoever has just declared it."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from register.declarations.declaration import Declaration
from register.register import Register
from web.api.representation import DeclarationView
from web.api.views import view_of


class PromiseView(Struct):
    """That the entry with this digest will be in the log `origin` when it is due. `note` says the
    same, signed by `key`, which an entry of the log names (docs/proof.md, "Receipts")."""

    origin: str
    id: UUID
    digest: str
    received_at: datetime
    due: datetime
    note: str
    key: str


class DeclaredView(DeclarationView):
    """A declaration as its worker gets it back; there is no `promise` where nobody signs
    the log."""

    promise: PromiseView | UnsetType = UNSET


def declared_view_of(register: Register, declaration: Declaration) -> DeclaredView:
    """A declaration with what is promised of it."""
    view = view_of(register, declaration)
    promise = promise_of(register, declaration)
    return DeclaredView(**msgspec.structs.asdict(view), promise=promise)


def promise_of(register: Register, declaration: Declaration) -> PromiseView | UnsetType:
    found = register.receipts.promises.of(declaration)
    if found is None:
        return UNSET
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
