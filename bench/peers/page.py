"""One page of the register with nothing behind it: its template, rendered for whoever asks.

What the template is given was looked up once, when it started; then the register is closed.
`python -m bench.peers.page PERSON PATH --port=N`, with the register's own settings.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, compile_path

from register.register import Register
from register.setup.opening import open_register
from register.setup.settings import Settings
from web.app import create_app
from web.pages.adapter import Page
from web.requests.visit import Visit
from web.templating import environment
from web.urls import PAGES

HEADERS = {"Cache-Control": "no-store"}


class Remembered:
    """Gives again what the thing behind it gave once."""

    def __init__(self, thing: object) -> None:
        self._thing = thing

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._thing, name)
        setattr(self, name, value)
        return value


def shown(register: Register, person: str, path: str) -> tuple[str, dict[str, Any]]:
    """The template of a page, and what it is given."""
    found: list[tuple[str, dict[str, Any]]] = []

    class Looking(Visit):
        def page(self, template: str, title: str, *, status: int = 200, **given: Any) -> Any:
            found.append((template, {"visit": Remembered(self), "title": title, **given}))
            return super().page(template, title, status=status, **given)

    which, parameters = page_at(path)
    which.show(Looking(register, register.read.person(person), parameters, {}))
    ((template, given),) = found
    functions = {name: cache(value) for name, value in given.items() if callable(value)}
    return template, {**given, **functions}


def page_at(path: str) -> tuple[Page, dict[str, Any]]:
    for each in PAGES:
        match = compile_path(each.path)[0].match(path)
        if isinstance(each, Page) and each.method == "GET" and match:
            return each, match.groupdict()
    raise LookupError(f"there is no page at {path}")


def app_of(template: str, given: dict[str, Any]) -> Starlette:
    def rendered() -> Response:
        return HTMLResponse(environment.get_template(template).render(**given), headers=HEADERS)

    async def show(_request: Request) -> Response:
        return await run_in_threadpool(rendered)

    rendered()  # what it looks up is remembered from here on
    return Starlette(routes=[Route("/{path:path}", show)])


if __name__ == "__main__":
    person, path, port = sys.argv[1], sys.argv[2], int(sys.argv[3].removeprefix("--port="))
    register = open_register(Settings())
    create_app(register)  # teaches the templates what pages know
    app = app_of(*shown(register, person, path))
    register.close()
    uvicorn.run(app, port=port, log_config=None, access_log=False, server_header=False)
