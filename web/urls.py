"""Every URL: the API's, then the pages'. Who may open which: `register.access.who_may`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from register.acts import all_acts
from register.acts.act import Act
from register.acts.deciding import decide
from register.acts.declaring import TELLINGS
from register.photographs.cleaning import KEPT_AS
from web.api import (
    acting,
    asked_of_officers,
    condition,
    covers,
    declarations,
    documentation,
    erasures,
    looks,
    notices,
    own_access,
    proofs,
    protecting,
    reading,
    roles,
)
from web.api import photographs as api_photographs
from web.api.operations import Operation
from web.api.promised import DeclaredView
from web.api.representation import (
    AlertList,
    DeclarationList,
    DeclarationView,
    ExclusionAnswer,
    ExclusionList,
    HistoryList,
    PhotographView,
)
from web.api.stored_entries import EntryList
from web.pages import (
    accessibility,
    act_forms,
    changed,
    declaration,
    declare,
    erasing,
    exclusions,
    home,
    how_soon,
    inbox,
    news,
    on_behalf,
    people,
    photographs,
    policies,
    service_user,
    should_i_declare,
    team,
    upload,
    year,
)
from web.pages.access.addresses import ACCOUNTS, SIGNING_IN
from web.pages.adapter import Page, PublicPage
from web.pages.audit.addresses import AUDITING
from web.pages.directory.addresses import DIRECTORY
from web.pages.looks import at_own, every
from web.pages.notices import of_all
from web.pages.phone import installing, offline
from web.pages.protecting.addresses import PROTECTING
from web.requests import queries
from web.requests.receipt import receipt_of

API_ONE = "/api/declarations/{id}"
API_PHOTOGRAPH = API_ONE + "/photographs/{photograph}"
MADE = dict.fromkeys((201, 200), DeclaredView | declarations.Taken)
SHOWN = {200: DeclarationView}
# The codes of refusal, besides those that every call has.
WHEN_ACTING = ("invalid", "forbidden", "not_found", "conflict", "unavailable")
WHEN_READING = ("invalid", "not_found")
WHEN_SHOWN = (*WHEN_READING, "unavailable")  # that somebody was shown the words is written down


def _links(acts: Iterable[Act[Any]]) -> dict[str, Sequence[str]]:
    return {act.operation: (act.parts.called,) if act.parts else () for act in acts}


LOOKING: dict[str, Sequence[str]] = {"get_declaration": (), "get_history": ()}
NEXT = LOOKING | _links(act for act in all_acts() if act.answers)
ANYTHING = LOOKING | _links(all_acts())


FRESH_ACTS = (decide,)
"""What takes a sign-in of the last five minutes: a decision."""


def _act(act: Act[Any]) -> Operation:
    view = acting.answered(act).view
    return Operation(
        "POST",
        f"/api{act.path}",
        acting.doing(act),
        act.summary,
        {200: view},
        act.bodies,
        refusals=WHEN_ACTING,
        leads_to=NEXT if view is DeclarationView else {},
        fresh=act in FRESH_ACTS,
    )


OPERATIONS = [
    Operation(
        "POST",
        "/api/declarations/search",
        declarations.search_declarations,
        "Declarations about one service user",
        {200: DeclarationList},
        (queries.Search,),
        refusals=("invalid", "unavailable"),
    ),
    Operation(
        "PUT",
        API_ONE,
        declarations.put_declaration,
        "Declare",
        MADE,
        tuple(TELLINGS.values()),
        refusals=("invalid", "forbidden", "conflict", "unavailable"),
        leads_to=ANYTHING,
    ),
    Operation(
        "GET",
        API_ONE,
        declarations.get_declaration,
        "A declaration, now or as at a moment",
        SHOWN,
        query=queries.AsAtQuery,
        refusals=WHEN_SHOWN,
        leads_to=ANYTHING,
    ),
    Operation(
        "GET",
        API_ONE + "/history",
        declarations.get_history,
        "Its history in sentences",
        {200: HistoryList},
        query=queries.NoQuery,
        refusals=WHEN_SHOWN,
    ),
    *map(_act, all_acts()),
    Operation(
        "PUT",
        API_PHOTOGRAPH,
        api_photographs.put_photograph,
        "Add a photograph",
        {201: PhotographView, 200: PhotographView},
        refusals=WHEN_ACTING,
        takes_picture=True,
    ),
    Operation(
        "GET",
        API_PHOTOGRAPH,
        api_photographs.get_photograph,
        "A photograph",
        {200: bytes},
        query=queries.NoQuery,
        refusals=WHEN_READING,
        gives=KEPT_AS,
    ),
    Operation(
        "GET",
        API_PHOTOGRAPH + "/thumbnail",
        api_photographs.get_thumbnail,
        "A photograph, small",
        {200: bytes},
        query=queries.NoQuery,
        refusals=WHEN_READING,
        gives=KEPT_AS,
    ),
    Operation(
        "GET",
        "/api/declarations",
        declarations.list_declarations,
        "Declarations that you may see, newest first",
        {200: DeclarationList},
        query=queries.ListQuery,
        refusals=("invalid", "unavailable"),
    ),
    Operation(
        "GET",
        "/api/workers/{worker}/declarations",
        declarations.list_workers_declarations,
        "A worker's record, as far as you may see it",
        {200: DeclarationList},
        query=queries.PageOf,
        refusals=WHEN_SHOWN,
    ),
    Operation(
        "GET",
        "/api/alerts",
        reading.list_alerts,
        "What awaits you, most urgent first",
        {200: AlertList},
        query=queries.AlertsQuery,
        refusals=("invalid",),
    ),
    Operation(
        "GET",
        "/api/notices",
        notices.list_notices,
        "What was sent to you to tell you of alerts; for administrators, to anybody",
        {200: notices.NoticeList},
        query=queries.NoticesQuery,
        refusals=("invalid",),
    ),
    Operation(
        "GET",
        "/api/exclusions",
        reading.list_exclusions,
        "Who is not to be whose key worker",
        {200: ExclusionList},
        query=queries.NoQuery,
        refusals=("invalid", "forbidden"),
    ),
    Operation(
        "POST",
        "/api/exclusions/check",
        reading.check_exclusion,
        "Whether a worker may not be a service user's key worker, for a rota",
        {200: ExclusionAnswer},
        (queries.Pair,),
        refusals=("invalid", "forbidden", "not_found"),
    ),
    *covers.OPERATIONS,
    Operation(
        "GET",
        "/api/entries",
        reading.list_entries,
        "The register itself, by position",
        {200: EntryList},
        query=queries.PageOf,
        refusals=("invalid", "forbidden"),
    ),
    *own_access.OPERATIONS,
    *roles.OPERATIONS,
    *erasures.OPERATIONS,
    Operation(
        "GET",
        "/api/looks",
        looks.list_looks,
        "Who looked at what you declared; for auditors, who looked at anything",
        {200: looks.LookList},
        query=queries.LooksQuery,
        refusals=("invalid", "forbidden"),
    ),
    *protecting.OPERATIONS,
    *asked_of_officers.OPERATIONS,
    *proofs.OPERATIONS,
    *condition.OPERATIONS,
]
OPERATIONS += documentation.operations(OPERATIONS)

ONE = "/declarations/{id}"
PHOTOGRAPH = ONE + "/photographs/{photograph}"


FORMS = [
    page
    for act, form in act_forms.forms()
    for page in (
        Page("GET", act.path, form.ask),
        Page("POST", act.path, form.send, fresh=act in FRESH_ACTS),
    )
]


PAGES: list[Page | PublicPage] = [
    *SIGNING_IN,
    *ACCOUNTS,
    PublicPage("GET", "/accessibility", accessibility.show),
    PublicPage("GET", "/offline", offline.offline),
    PublicPage("GET", "/offline/declare", offline.choose),
    PublicPage("GET", "/offline/declare/{kind}", offline.ask),
    PublicPage("GET", "/outbox", offline.outbox),
    PublicPage("GET", "/receipts", offline.receipts),
    PublicPage("GET", "/install", offline.install),
    PublicPage("GET", "/manifest.webmanifest", installing.manifest),
    PublicPage("GET", "/service-worker.js", offline.service_worker),
    Page("GET", "/", home.home, refreshes=True),
    Page("POST", "/seen", home.seen),
    Page("GET", "/news", news.show),
    Page("POST", "/news", news.seen),
    Page("GET", "/mine", home.own),
    Page("GET", "/should-i-declare", should_i_declare.begin),
    Page("POST", "/should-i-declare", should_i_declare.go_on),
    Page("GET", policies.OWN, policies.own),
    Page("GET", "/declare", declare.choose),
    Page("GET", "/declare/{kind}", declare.ask),
    Page("POST", "/declare/{kind}", declare.check),
    Page("POST", "/declare/{kind}/send", declare.send, form_at="/declare/{kind}"),
    Page("GET", on_behalf.PATH, on_behalf.choose),
    Page("GET", on_behalf.ONE, on_behalf.choose_kind),
    Page("GET", on_behalf.KIND, on_behalf.ask),
    Page("POST", on_behalf.KIND, on_behalf.check),
    Page("POST", on_behalf.KIND + "/send", on_behalf.send, form_at=on_behalf.KIND),
    Page("GET", ONE, declaration.show, refreshes=True),
    Page("GET", ONE + "/sent", declare.sent),
    Page("GET", ONE + "/receipt", receipt_of),
    *FORMS,
    Page("GET", ONE + "/photographs", photographs.ask),
    Page("POST", ONE + "/photographs", photographs.add, takes_picture=True),
    Page("GET", PHOTOGRAPH, photographs.show),
    Page("GET", PHOTOGRAPH + "/thumbnail", photographs.show_thumbnail),
    Page("GET", PHOTOGRAPH + "/view", photographs.view),
    Page("GET", "/inbox", inbox.show, refreshes=True),
    Page("GET", changed.PATH, changed.show, asks_by_itself=True),
    Page("GET", "/team", team.show),
    Page("POST", "/team", team.find),
    Page("GET", service_user.PATH, service_user.show),
    Page("POST", service_user.PATH, service_user.find),
    Page("GET", year.PATH, year.show),
    Page("GET", how_soon.PATH, how_soon.show),
    Page("GET", how_soon.OVERDUE, how_soon.show_overdue),
    Page("GET", "/exclusions", exclusions.show),
    Page("POST", "/exclusions", exclusions.find),
    *AUDITING,
    Page("GET", "/register/people", people.as_at),
    Page("POST", "/register/people", people.find_then),
    *erasing.PAGES,
    Page("GET", at_own.PATH, at_own.show),
    Page("GET", at_own.OF_ONE, at_own.show_one),
    Page("GET", every.PATH, every.show),
    Page("POST", every.PATH, every.find),
    Page("GET", every.EVENTS, every.download, fresh=True, begins_at=every.PATH),
    *PROTECTING,
    Page("GET", "/policies/{policy}/{version}", policies.show),
    Page("GET", "/people", people.show),
    Page("POST", "/people", people.find),
    *DIRECTORY,
    Page("GET", of_all.REACHABLE, of_all.reachable),
    Page("GET", of_all.OUTBOX, of_all.outbox),
    Page("POST", of_all.OUTBOX, of_all.send_again),
    Page("GET", "/people/upload", upload.ask),
    Page("POST", "/people/upload", upload.check),
    Page("POST", "/people/upload/confirm", upload.confirm, form_at="/people/upload", fresh=True),
]
