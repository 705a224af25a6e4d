"""The application: the register behind its routes."""

from __future__ import annotations

from brotli_asgi import BrotliMiddleware
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

import web.forms.fields  # noqa: F401  # teaches the templates to ask
from register.errors import NotFoundError
from register.register import Register
from web.api.adapter import ApiAdapter
from web.api.lookups import BatchedLookups
from web.headers import SafeHeaders
from web.pages.adapter import PageAdapter
from web.requests.session import origin_of
from web.resources import Adapter, routes_of
from web.static_files import HashedFiles
from web.templating import inline_script_hash
from web.urls import OPERATIONS, PAGES

# A page may be compressed: none holds a secret (no session, no CSRF token) that a guess beside it
# could be measured against (BREACH), and the cookie is never sent along with what another site asks
# for in the background. What opens a session is left alone all the same; the rest is compressed
# already, or no page.
COMPRESSED = [
    Middleware(
        BrotliMiddleware,
        quality=5,
        excluded_handlers=[
            "^/sign-in/.",
            "^/static/",
            "^/api/",
            "/photographs/[^/]+(/thumbnail)?$",
        ],
    )
]


def create_app(
    register: Register,
    contact: str | None = None,
    address: str | None = None,
    *,
    is_demo: bool = False,
) -> Starlette:
    """`contact` is whom to tell when a page is in somebody's way; `address` is where people reach
    the register, which a server behind a proxy cannot know by itself; `is_demo`: everything in it
    is made up, and anybody may be anybody."""
    app = Starlette(
        routes=[
            *routes_of(OPERATIONS, ApiAdapter()),
            Mount("/static", HashedFiles()),
            *routes_of(PAGES, PageAdapter()),
        ],
        middleware=[Middleware(SafeHeaders, inline_script_hash()), *COMPRESSED],
        exception_handlers={HTTPException: _nothing_here},
    )
    app.router.redirect_slashes = False
    app.state.register = register
    app.state.contact = contact
    app.state.is_demo = is_demo
    app.state.origin = origin_of(address) if address else None
    app.state.owners = BatchedLookups(register.read.owners_of)
    return app


async def _nothing_here(request: Request, error: Exception) -> Response:
    wants_page = "text/html" in request.headers.get("accept", "")
    adapter: Adapter = PageAdapter() if wants_page else ApiAdapter()
    return adapter.refuse(NotFoundError("There is nothing at this address."), request)
