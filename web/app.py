"""The web application: the routes to the register, with headers and compression."""

from __future__ import annotations

import structlog
from brotli_asgi import BrotliMiddleware
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

import web.forms.fields  # noqa: F401  # gives the templates their functions for questions
from register.errors import NotFoundError
from register.register import Register
from register.setup.providers import Providers
from web.api.adapter import ApiAdapter
from web.api.lookups import BatchedLookups
from web.api.scim.adapter import ScimAdapter
from web.api.scim.operations import ROOT
from web.api.scim.routes import SCIM_OPERATIONS
from web.edge.allowances import Allowed, Strangers
from web.edge.headers import SafeHeaders
from web.edge.nothing_there import A_WHILE, AnsweredAfterAWhile
from web.edge.streams import Streams
from web.pages.access.oidc.knowing import Known
from web.pages.adapter import PageAdapter
from web.requests.session import origin_of
from web.requests.threads import AT_PROVIDERS
from web.resources import Adapter, routes_of
from web.static_files import HashedFiles
from web.templating import inline_script_hash
from web.urls import OPERATIONS, PAGES

log = structlog.get_logger("web")

# The attack BREACH guesses a secret in a page from the size of its compressed form. Pages may be
# compressed all the same: they hold no secret (no session, no CSRF token), and browsers do not send
# the cookie with requests that another site makes in the background. The page of a one-time link is
# left out for safety; the other handlers left out are compressed beforehand, or are not pages.
COMPRESSED = [
    Middleware(
        BrotliMiddleware,
        quality=5,
        excluded_handlers=[
            "^/sign-in/.",
            "^/static/",
            "^/api/",
            "^/changed$",
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
    allowed: Allowed | None = None,
    providers: Providers | None = None,
    privacy_contact: str | None = None,
    streams: Streams | None = None,
    nothing_after: float = A_WHILE,
) -> Starlette:
    """Make the application.

    `contact`: whom to tell if somebody cannot use a page. `address`: where people reach the
    register, which a server behind a proxy cannot know by itself. `is_demo`: everything in the
    register is made up, and anybody may sign in as anybody. `allowed`: what each person may ask for
    in a minute; as much as they like if not given. `privacy_contact`: whom to ask about what is
    kept; the data protection officer of the directory if not given. `providers`: with whom people
    sign in. `streams`: those of the server that is begun with this. `nothing_after`: after how many
    seconds somebody is told that nothing is there.
    """
    origin = origin_of(address) if address else None
    is_https = origin is not None and origin.startswith("https://")
    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(AnsweredAfterAWhile, nothing_after), *_around(is_https)],
        exception_handlers={HTTPException: _nothing_here},
    )
    app.router.redirect_slashes = False
    app.state.register = register
    app.state.contact = contact
    app.state.privacy_contact = privacy_contact
    app.state.is_demo = is_demo
    app.state.origin = origin
    app.state.allowed = allowed
    app.state.streams = streams or Streams(register)
    _open(app, register, providers or {})
    return app


def _around(is_https: bool) -> list[Middleware]:
    """What is done to every answer."""
    return [Middleware(SafeHeaders, inline_script_hash(), is_https), *COMPRESSED]


def _routes() -> list[BaseRoute]:
    return [
        *routes_of(OPERATIONS, ApiAdapter()),
        *routes_of(SCIM_OPERATIONS, ScimAdapter()),
        Mount("/static", HashedFiles()),
        *routes_of(PAGES, PageAdapter()),
    ]


def _open(app: Starlette, register: Register, providers: Providers) -> None:
    """How those come in of whom it is not known yet who they are."""
    app.state.strangers = Strangers()
    app.state.tokens = BatchedLookups(register.tokens.known)
    app.state.at_providers = Strangers(AT_PROVIDERS)
    app.state.providers = {name: Known(each) for name, each in providers.items()}


async def _nothing_here(request: Request, error: Exception) -> Response:
    refusal = NotFoundError("There is nothing at this address.")
    log.info("answered", path="nowhere", status=404, refused=refusal.code)
    wants_page = "text/html" in request.headers.get("accept", "")
    adapter: Adapter = PageAdapter() if wants_page else ApiAdapter()
    if request.url.path.startswith(f"{ROOT}/"):
        adapter = ScimAdapter()
    return adapter.refuse(refusal, request)
