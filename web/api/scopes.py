"""What a token has to be for, so that a program may call an operation with it."""

from __future__ import annotations

from collections.abc import Collection

from register.access.tokens import Scope
from register.errors import ForbiddenError
from web.api.operations import Operation
from web.requests.threads import READS

BY_METHOD = {**dict.fromkeys(READS, Scope.READ), "PUT": Scope.DECLARE, "POST": Scope.ACT}


def scope_of(operation: Operation) -> Scope | None:
    """The scope that a token needs; None where no token is enough."""
    if not operation.is_for_tokens:
        return None
    return operation.scope or BY_METHOD[operation.method]


def check_scope(operation: Operation, scopes: Collection[Scope] | None) -> None:
    """Raises `ForbiddenError` where a token with these scopes is not for the operation. A session
    has None: it may do all that its owner may."""
    if scopes is None or operation.is_public:
        return
    needed = scope_of(operation)
    if needed is None:
        raise ForbiddenError("No token is for this: sign in with a browser.")
    if needed not in scopes:
        raise ForbiddenError(f"This token is not for this: that needs the scope {needed!r}.")
