"""How SCIM reads a call and refuses one: by a token alone, and with errors as SCIM writes them.

What answers in SCIM's shapes is imported with the first call (`ScimOperation.handler`).
"""

from __future__ import annotations

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from register.access.tokens import Token
from register.access.who_may import check_may_come_in, row_of
from register.directory.files import LoadError
from register.errors import ForbiddenError, NotFoundError, RegisterError
from register.register import Register
from register.standing.held import roles_held
from web.api.calls import Caller, bearer_token, read_body
from web.api.lookups import BatchedLookups
from web.api.scim.operations import MEDIA_TYPE, ROOT, ScimCall, ScimOperation
from web.edge.allowances import take
from web.requests.looking import keep_refusal
from web.requests.threads import READS, in_thread
from web.resources import FAILED

WITH_BODY = ("POST", "PUT", "PATCH")


class ScimAdapter:
    async def carry_out(self, operation: ScimOperation, request: Request) -> Response:
        tokens: BatchedLookups[str, Token] = request.app.state.tokens
        caller = Caller(token=await tokens.look_up(bearer_token(request)))
        take(request, caller.person)
        is_sent = request.method in WITH_BODY
        body = await read_body(request, MEDIA_TYPE) if is_sent else None
        return await in_thread(request, _carry_out, operation, request, caller, body)

    def refuse(self, error: RegisterError, request: Request) -> Response:
        from web.api.scim.answers import refused

        return refused(error)

    def fail(self, request: Request) -> Response:
        from web.api.scim.answers import refusal

        return refusal(500, FAILED)


def _carry_out(
    operation: ScimOperation, request: Request, caller: Caller, body: object
) -> Response:
    register: Register = request.app.state.register
    try:
        _check_may(operation, caller, register)
        return _answered(operation, request, caller, body)
    except (ForbiddenError, NotFoundError):
        keep_refusal(register, caller.person, by_program=True)
        raise


def _answered(operation: ScimOperation, request: Request, caller: Caller, body: object) -> Response:
    from scim2_models import SCIMException

    from web.api.scim.answers import not_scim, selection_of

    register: Register = request.app.state.register
    try:
        call = ScimCall(
            register=register,
            by=caller.person,
            path=request.path_params,
            query=request.query_params,
            headers=request.headers,
            base=f"{_origin(request)}{ROOT}",
            selection=selection_of(request.query_params),
            body=body,
        )
        if operation.method not in READS:
            return operation.handler(call)
        with register.read.look():
            return operation.handler(call)
    except (SCIMException, ValidationError, LoadError) as error:
        return not_scim(error)


def _check_may(operation: ScimOperation, caller: Caller, register: Register) -> None:
    """Raises `ForbiddenError` for all but administrators' tokens that are for this."""
    row = row_of(operation.method, operation.path)
    held = roles_held(caller.person, register.read.directory())
    check_may_come_in(row, caller.comer(held))


def _origin(request: Request) -> str:
    """Where the provider reaches the register; what it says itself if nobody has set it."""
    known: str | None = request.app.state.origin
    return known or f"{request.url.scheme}://{request.url.netloc}"
