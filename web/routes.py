"""Every URL on one screen."""

from __future__ import annotations

from register.acts.acknowledging import Acknowledgement
from register.acts.answering import FriendshipAnswer
from register.acts.asking import Information, InformationWanted
from register.acts.completing import Completion
from register.acts.correcting import CORRECTIONS
from register.acts.deciding import Decision
from register.acts.declaring import TELLINGS
from register.acts.lifting import Lifting
from register.acts.withdrawing import Withdrawal
from register.photographs.cleaning import KEPT_AS
from web.api import declarations, documentation, photographs, reading
from web.api.representation import (
    AlertList,
    DeclarationList,
    DeclarationView,
    EntryList,
    ExclusionList,
    ExclusionView,
    Health,
    HistoryList,
    PhotographView,
)
from web.operations import Operation

ONE = "/api/declarations/{id}"
PHOTOGRAPH = ONE + "/photographs/{photograph}"
MADE = {201: DeclarationView, 200: DeclarationView}
SHOWN = {200: DeclarationView}
ACTS = ("invalid", "forbidden", "not_found", "conflict", "unavailable")
READS = ("invalid", "not_found")
NEXT = ("get_declaration", "get_history", "acknowledge", "decide", "give_answer", "complete")
MORE = ("ask", "inform", "correct", "withdraw", "lift_exclusion")


def _act(path: str, handler, body, summary: str) -> Operation:
    bodies = tuple(body) if isinstance(body, list) else (body,)
    return Operation(
        "POST", ONE + path, handler, summary, SHOWN, bodies, refusals=ACTS, leads_to=NEXT
    )


OPERATIONS = [
    Operation(
        "POST",
        "/api/declarations/search",
        declarations.search_declarations,
        "Declarations about one service user",
        {200: DeclarationList},
        (declarations.Search,),
        refusals=("invalid",),
    ),
    Operation(
        "PUT",
        ONE,
        declarations.put_declaration,
        "Declare",
        MADE,
        tuple(TELLINGS.values()),
        refusals=("invalid", "forbidden", "conflict", "unavailable"),
        leads_to=NEXT + MORE,
    ),
    Operation(
        "GET",
        ONE,
        declarations.get_declaration,
        "A declaration, now or as at a moment",
        SHOWN,
        query=declarations.AsAt,
        refusals=(*READS, "unavailable"),
        leads_to=NEXT + MORE,
    ),
    Operation(
        "GET",
        ONE + "/history",
        declarations.get_history,
        "Its history in sentences",
        {200: HistoryList},
        query=declarations.NoQuery,
        refusals=READS,
    ),
    _act("/acknowledgement", declarations.acknowledge, Acknowledgement, "Acknowledge"),
    _act("/decision", declarations.decide, Decision, "Decide on a gift"),
    _act("/answer", declarations.give_answer, FriendshipAnswer, "Answer a friendship request"),
    _act("/actions/{action}/completion", declarations.complete, Completion, "Complete an action"),
    _act("/information-request", declarations.ask, InformationWanted, "Ask the worker for more"),
    _act("/information", declarations.inform, Information, "Add information"),
    _act("/correction", declarations.correct, list(CORRECTIONS.values()), "Correct"),
    _act("/withdrawal", declarations.withdraw, Withdrawal, "Take back"),
    Operation(
        "PUT",
        PHOTOGRAPH,
        photographs.put_photograph,
        "Add a photograph",
        {201: PhotographView, 200: PhotographView},
        refusals=ACTS,
        takes_picture=True,
    ),
    Operation(
        "GET",
        PHOTOGRAPH,
        photographs.get_photograph,
        "A photograph",
        {200: bytes},
        query=declarations.NoQuery,
        refusals=READS,
        gives=KEPT_AS,
    ),
    Operation(
        "GET",
        PHOTOGRAPH + "/thumbnail",
        photographs.get_thumbnail,
        "A photograph, small",
        {200: bytes},
        query=declarations.NoQuery,
        refusals=READS,
        gives=KEPT_AS,
    ),
    Operation(
        "GET",
        "/api/declarations",
        declarations.list_declarations,
        "Declarations that you may see, newest first",
        {200: DeclarationList},
        query=declarations.ListQuery,
        refusals=("invalid",),
    ),
    Operation(
        "GET",
        "/api/workers/{worker}/declarations",
        declarations.list_workers_declarations,
        "A worker's record, as far as you may see it",
        {200: DeclarationList},
        query=declarations.PageOf,
        refusals=READS,
    ),
    Operation(
        "GET",
        "/api/alerts",
        reading.list_alerts,
        "What awaits you, most urgent first",
        {200: AlertList},
        query=declarations.NoQuery,
        refusals=("invalid",),
    ),
    Operation(
        "GET",
        "/api/exclusions",
        reading.list_exclusions,
        "Who is not to be whose key worker",
        {200: ExclusionList},
        query=declarations.NoQuery,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "POST",
        "/api/exclusions/{id}/lift",
        reading.lift_exclusion,
        "Lift an exclusion from key working",
        {200: ExclusionView},
        (Lifting,),
        refusals=ACTS,
    ),
    Operation(
        "GET",
        "/api/entries",
        reading.list_entries,
        "The register itself, by position",
        {200: EntryList},
        query=declarations.PageOf,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "GET",
        "/healthz",
        reading.health,
        "Whether the register can be read",
        {200: Health},
        refusals=("unavailable",),
        is_public=True,
    ),
]
OPERATIONS += documentation.operations(OPERATIONS)
