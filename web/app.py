"""The application: the register behind its routes."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from register.register import Register
from web.errors import problem
from web.headers import SafeHeaders
from web.resources import routes_of
from web.routes import OPERATIONS


def create_app(register: Register) -> Starlette:
    app = Starlette(
        routes=routes_of(OPERATIONS),
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={HTTPException: _nothing_here},
    )
    app.router.redirect_slashes = False
    app.state.register = register
    return app


async def _nothing_here(request: Request, error: Exception) -> Response:
    return problem("not_found", "There is nothing at this address.")
