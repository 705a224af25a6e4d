"""The pages for use without a signal, which hold no personal data, and their service worker."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.acts.declaring import TELLINGS
from register.errors import NotFoundError
from register.kinds import all_kinds, grouped
from web.forms.declaring import form_of
from web.static_files import FOLDER, NAMES, address
from web.templating import TEMPLATES, page

ELSE = "*"
SHELLS = {
    "/declare": "/offline/declare",
    **{f"/declare/{kind}": f"/offline/declare/{kind}" for kind in all_kinds()},
    "/outbox": "/outbox",
    "/install": "/install",
    "/receipts": "/receipts",
    ELSE: "/offline",
}
"""The page to show instead of each page when the register cannot be reached."""
FILES = (
    "govuk-frontend.css",
    "app.css",
    "govuk-frontend.js",
    "vault.js",
    "receipts.js",
    "outbox.js",
    "phone.js",
    "asking.js",
    "work.js",
    "service.js",
    "app.js",
    "picture.js",
    "pictures.js",
    "declare.js",
    "waiting.js",
    "ed25519.js",
    "proving.js",
    "checking.js",
    "icon.svg",
)
"""The files that those pages need."""
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"


def offline(request: Request, form: FormData) -> Response:
    return _shell(request, "offline.html", "No signal")


def choose(request: Request, form: FormData) -> Response:
    return _shell(request, "declare_choose.html", "Declare", back="/", groups=grouped(all_kinds()))


def ask(request: Request, form: FormData) -> Response:
    kind = request.path_params["kind"]
    if kind not in all_kinds():
        raise NotFoundError("There is no such kind of declaration.")
    title = all_kinds()[kind].title
    return _shell(request, "declare_form.html", title, **form_of(kind))


def outbox(request: Request, form: FormData) -> Response:
    return _shell(request, "outbox.html", "Not sent yet", back="/")


def receipts(request: Request, form: FormData) -> Response:
    return _shell(request, "receipts.html", "Receipts", back="/")


def install(request: Request, form: FormData) -> Response:
    return _shell(request, "install.html", "Put the register on your phone", back="/")


def service_worker(request: Request, form: FormData) -> Response:
    """The service worker. A browser installs a new one only if its text differs, so the text has
    the version of everything that the pages are made of."""
    return Response(
        _worker(request.app.state.is_demo),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Content-Security-Policy": WORKER_POLICY},
    )


def _shell(request: Request, template: str, title: str, **shown: Any) -> Response:
    is_demo = request.app.state.is_demo
    shell = page(template, title=title, visit=None, is_demo=is_demo, **shown)
    shell.headers["Cache-Control"] = "no-cache"
    return shell


@cache
def _worker(is_demo: bool) -> str:
    filled_in = {
        "version": _version(is_demo),
        "files": json.dumps([address(name) for name in FILES]),
        "shells": json.dumps(SHELLS),
    }
    script = (FOLDER / NAMES["service-worker.js"]).read_text(encoding="utf-8")
    for name, value in filled_in.items():
        script = script.replace("{{" + name + "}}", value)
    return script


def _version(is_demo: bool) -> str:
    """A digest of everything that the pages for use without a signal are made of."""
    kinds = {
        name: [kind.title, kind.group, kind.happened_on, TELLINGS[name].model_json_schema()]
        for name, kind in all_kinds().items()
    }
    made_of = [
        is_demo,
        NAMES,
        kinds,
        *(str(form_of(name)["questions"]) for name in all_kinds()),
        *(each.read_text() for each in sorted(TEMPLATES.glob("*.html"))),
    ]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:12]
