"""How the register is: for whatever restarts a server, and for whoever keeps it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from starlette.responses import Response

from register.standing.unheld import lacks_last_resort
from web.api.calls import Call
from web.api.representation import json_response


class Health(Struct):
    status: str


class StatusReport(Struct):
    """How the register is: "ok", or "degraded" if something has to be put right.

    `spoiled` has the positions of entries that were found to be unreadable: the first hundred.
    `shortcomings` has sentences on what the register stands on, such as a server that logs in as
    the owner of the database; it serves all the same. `unattended` says how many alerts nobody
    looks after, by code words for what is wrong: docs/alerts.md tells what they mean.
    """

    status: Literal["ok", "degraded"]
    spoiled: list[int]
    shortcomings: list[str]
    unattended: dict[str, int]


LAST_RESORT = (
    "Fewer than two people of the last resort work here: name others in REGISTER_LAST_RESORT."
)


def status(call: Call) -> Response:
    call.register.read.check_reachable()
    soundness = call.register.soundness
    spoiled, clock = soundness.spoiled(), soundness.clock()
    lacking = [*([clock] if clock else []), *soundness.shortcomings()]
    if lacks_last_resort(call.register.read.directory()):
        lacking.append(LAST_RESORT)
    unattended = {
        str(fault): count for fault, count in call.register.alert_check.made().found.items()
    }
    is_well = not (spoiled or clock or unattended)
    return json_response(
        StatusReport("ok" if is_well else "degraded", spoiled, lacking, unattended),
    )


def health(call: Call) -> Response:
    call.register.read.check_reachable()
    return json_response(Health("ok"))
