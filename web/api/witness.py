"""The two addresses of a witness (C2SP tlog-witness v1.0.0), which is a service of its own: whoever
runs one need not run a register. `register witness` serves it."""

from __future__ import annotations

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from register.proving.witness.names import NotCosignedError, Refusal
from register.proving.witness.service import Witness

STATUS = {
    Refusal.MALFORMED: 400,
    Refusal.OLD_ABOVE_SIZE: 400,
    Refusal.NOT_SIGNED: 403,
    Refusal.LOG_UNKNOWN: 404,
    Refusal.OTHER_SIZE: 409,
    Refusal.INCONSISTENT: 422,
}
LONGEST = 256 * 1024
"""In bytes: a checkpoint with many long signatures, and a proof."""
SIZE = "text/x.tlog.size"
SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}

log = structlog.get_logger("witness")


def create_witness(witness: Witness) -> Starlette:
    app = Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{origin:str}/checkpoint", latest, methods=["GET"]),
        ]
    )
    app.router.redirect_slashes = False
    app.state.witness = witness
    return app


async def add_checkpoint(request: Request) -> Response:
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > LONGEST:
                return _answer("It is too long.", 413)
    except ClientDisconnect:
        return _answer("It did not arrive.", 400)
    try:
        lines = await run_in_threadpool(request.app.state.witness.add_checkpoint, body)
    except NotCosignedError as refused:
        log.info("not cosigned", why=str(refused.why))
        if refused.why is Refusal.OTHER_SIZE:
            return Response(f"{refused.size}\n", 409, SAFE, SIZE)
        return _answer(str(refused), STATUS[refused.why])
    log.info("cosigned")
    return _answer(lines.removesuffix("\n"), 200)


async def latest(request: Request) -> Response:
    origin = request.path_params["origin"]
    note = await run_in_threadpool(request.app.state.witness.latest, origin)
    if note is None:
        return _answer("Nothing was cosigned of such a log here.", 404)
    return PlainTextResponse(note, headers=SAFE)


def _answer(text: str, status: int) -> Response:
    return PlainTextResponse(f"{text}\n", status, SAFE)
