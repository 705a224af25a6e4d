"""How the register is: for whatever restarts a server, for proxies, and for whoever keeps it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from starlette.responses import Response

from register.standing.unheld import lacks_last_resort
from web.api.calls import Call
from web.api.operations import Operation
from web.api.representation import json_response

WELL, RED = 200, 503


class Health(Struct):
    status: str


class Readiness(Struct):
    """Whether this process can take a declaration. `red` says what is in the way, in code words:
    docs/keeping.md tells what they mean."""

    status: Literal["ok", "not ready"]
    red: dict[str, list[str]]


class StatusReport(Struct):
    """How the register is: "ok", or "degraded" if something has to be put right; then the answer is
    a 503.

    `red` names the checks that found something, each with code words: docs/keeping.md tells what
    they mean. `spoiled` has the positions of entries that were found to be unreadable: the first
    hundred. `shortcomings` has sentences on what the register stands on, such as a server that logs
    in as the owner of the database; it serves all the same. `unattended` says how many alerts
    nobody looks after, by code words for what is wrong: docs/alerts.md tells what they mean.
    """

    status: Literal["ok", "degraded"]
    red: dict[str, list[str]]
    spoiled: list[int]
    shortcomings: list[str]
    unattended: dict[str, int]


LAST_RESORT = (
    "Fewer than two people of the last resort work here: name others in REGISTER_LAST_RESORT."
)


def status(call: Call) -> Response:
    register = call.register
    register.read.check_reachable()
    red = register.condition.red()
    spoiled, clock = register.soundness.spoiled(), register.soundness.clock()
    lacking = [*([clock] if clock else []), *register.soundness.shortcomings()]
    if lacks_last_resort(register.read.directory()):
        lacking.append(LAST_RESORT)
    found = register.alert_check.made().found if "alerts" in red else {}
    unattended = {str(fault): count for fault, count in found.items()}
    return json_response(
        StatusReport("degraded" if red else "ok", red, spoiled, lacking, unattended),
        RED if red else WELL,
    )


def ready(call: Call) -> Response:
    red = call.register.readiness.red()
    return json_response(Readiness("not ready" if red else "ok", red), RED if red else WELL)


def health(call: Call) -> Response:
    call.register.read.check_reachable()
    return json_response(Health("ok"))


OPERATIONS = [
    Operation(
        "GET",
        "/statusz",
        status,
        "What has to be put right, in numbers and positions",
        {200: StatusReport, 503: StatusReport},
        is_public=True,
    ),
    Operation(
        "GET",
        "/readyz",
        ready,
        "Whether this process can take a declaration",
        {200: Readiness, 503: Readiness},
        is_public=True,
    ),
    Operation(
        "GET",
        "/healthz",
        health,
        "Whether the register can be read",
        {200: Health},
        refusals=("unavailable",),
        is_public=True,
    ),
]
