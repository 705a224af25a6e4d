"""Every URL: those of the API, then those of the pages, each with the people who may open it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from register.acts import all_acts
from register.acts.act import Act
from register.acts.declaring import TELLINGS
from register.acts.lifting import lift
from register.declarations.names import Shown
from register.photographs.cleaning import KEPT_AS
from web.api import acting, condition, declarations, documentation, looks, reading
from web.api import photographs as api_photographs
from web.api.operations import Operation
from web.api.representation import (
    AlertList,
    DeclarationList,
    DeclarationView,
    EntryList,
    ExclusionAnswer,
    ExclusionList,
    HistoryList,
    PhotographView,
)
from web.pages import (
    accessibility,
    act_forms,
    declaration,
    declare,
    exclusions,
    home,
    inbox,
    news,
    people,
    photographs,
    policies,
    service_user,
    should_i_declare,
    signing_in,
    team,
    upload,
    year,
)
from web.pages.adapter import Page, PublicPage
from web.pages.audit import compare, entries, register
from web.pages.looks import at_own, every
from web.pages.phone import installing, offline
from web.requests import queries
from web.requests.visit import (
    above,
    above_or_auditor,
    administrator,
    auditor,
    director,
    reader,
    worker,
)

API_ONE = "/api/declarations/{id}"
API_PHOTOGRAPH = API_ONE + "/photographs/{photograph}"
MADE = {201: DeclarationView, 200: DeclarationView}
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
        shows=Shown.DECLARATION if view is DeclarationView else Shown.NO_WORDS,
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
        shows=Shown.LIST,
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
        shows=Shown.DECLARATION,
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
        shows=Shown.DECLARATION,
    ),
    Operation(
        "GET",
        API_ONE + "/history",
        declarations.get_history,
        "Its history in sentences",
        {200: HistoryList},
        query=queries.NoQuery,
        refusals=WHEN_SHOWN,
        shows=Shown.HISTORY,
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
        shows=Shown.PHOTOGRAPH,
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
        shows=Shown.PHOTOGRAPH,
    ),
    Operation(
        "GET",
        "/api/declarations",
        declarations.list_declarations,
        "Declarations that you may see, newest first",
        {200: DeclarationList},
        query=queries.ListQuery,
        refusals=("invalid", "unavailable"),
        shows=Shown.LIST,
    ),
    Operation(
        "GET",
        "/api/workers/{worker}/declarations",
        declarations.list_workers_declarations,
        "A worker's record, as far as you may see it",
        {200: DeclarationList},
        query=queries.PageOf,
        refusals=WHEN_SHOWN,
        shows=Shown.LIST,
    ),
    Operation(
        "GET",
        "/api/alerts",
        reading.list_alerts,
        "What awaits you, most urgent first",
        {200: AlertList},
        query=queries.AlertsQuery,
        refusals=("invalid",),
        shows=Shown.NO_WORDS,
    ),
    Operation(
        "GET",
        "/api/exclusions",
        reading.list_exclusions,
        "Who is not to be whose key worker",
        {200: ExclusionList},
        query=queries.NoQuery,
        refusals=("invalid", "forbidden"),
        shows=Shown.KEY_WORKING,
    ),
    Operation(
        "POST",
        "/api/exclusions/check",
        reading.check_exclusion,
        "Whether a worker may not be a service user's key worker, for a rota",
        {200: ExclusionAnswer},
        (queries.Pair,),
        refusals=("invalid", "forbidden", "not_found"),
        shows=Shown.NO_WORDS,
    ),
    Operation(
        "GET",
        "/api/entries",
        reading.list_entries,
        "The register itself, by position",
        {200: EntryList},
        query=queries.PageOf,
        refusals=("invalid", "forbidden"),
        shows=Shown.ENTRY,
    ),
    Operation(
        "GET",
        "/api/looks",
        looks.list_looks,
        "Who looked at what you declared; for auditors, who looked at anything",
        {200: looks.LookList},
        query=queries.LooksQuery,
        refusals=("invalid", "forbidden"),
        shows=Shown.NO_WORDS,
    ),
    Operation(
        "GET",
        "/statusz",
        condition.status,
        "What has to be put right, in numbers and positions",
        {200: condition.StatusReport},
        refusals=("unavailable",),
        is_public=True,
        shows=Shown.NO_WORDS,
    ),
    Operation(
        "GET",
        "/healthz",
        condition.health,
        "Whether the register can be read",
        {200: condition.Health},
        refusals=("unavailable",),
        is_public=True,
        shows=Shown.NO_WORDS,
    ),
]
OPERATIONS += documentation.operations(OPERATIONS)


ONE = "/declarations/{id}"
PHOTOGRAPH = ONE + "/photographs/{photograph}"


def _form_shows(act: Act[Any]) -> Shown:
    return Shown.KEY_WORKING if act is lift else Shown.DECLARATION


FORMS = [
    page
    for act, form in act_forms.forms()
    for page in (
        Page("GET", act.path, form.ask, shows=_form_shows(act)),
        Page("POST", act.path, form.send, shows=_form_shows(act)),
    )
]
"""Anybody may open these: the act itself refuses whoever may not do it."""


PAGES: list[Page | PublicPage] = [
    PublicPage("GET", "/sign-in", signing_in.ask),
    PublicPage("POST", "/sign-in", signing_in.as_anybody),
    PublicPage("GET", "/sign-in/{code}", signing_in.ask_with_link),
    PublicPage("POST", "/sign-in/{code}", signing_in.with_link),
    PublicPage("POST", "/sign-out", signing_in.sign_out),
    PublicPage("GET", "/accessibility", accessibility.show),
    PublicPage("GET", "/offline", offline.offline),
    PublicPage("GET", "/offline/declare", offline.choose),
    PublicPage("GET", "/offline/declare/{kind}", offline.ask),
    PublicPage("GET", "/outbox", offline.outbox),
    PublicPage("GET", "/install", offline.install),
    PublicPage("GET", "/manifest.webmanifest", installing.manifest),
    PublicPage("GET", "/service-worker.js", offline.service_worker),
    Page("GET", "/", home.home, shows=Shown.LIST),
    Page("POST", "/seen", home.seen, worker),
    Page("GET", "/news", news.show, reader, shows=Shown.NO_WORDS),
    Page("POST", "/news", news.seen, reader),
    Page("GET", "/mine", home.own, worker, shows=Shown.LIST),
    Page("GET", "/should-i-declare", should_i_declare.begin, worker, shows=Shown.NO_WORDS),
    Page("POST", "/should-i-declare", should_i_declare.go_on, worker),
    Page("GET", policies.OWN, policies.own, reader, shows=Shown.NO_WORDS),
    Page("GET", "/declare", declare.choose, worker, shows=Shown.NO_WORDS),
    Page("GET", "/declare/{kind}", declare.ask, worker, shows=Shown.NO_WORDS),
    Page("POST", "/declare/{kind}", declare.check, worker),
    Page("POST", "/declare/{kind}/send", declare.send, worker, form_at="/declare/{kind}"),
    Page("GET", ONE, declaration.show, reader, shows=Shown.DECLARATION),
    Page("GET", ONE + "/sent", declare.sent, worker, shows=Shown.NO_WORDS),
    *FORMS,
    Page("GET", ONE + "/photographs", photographs.ask, worker, shows=Shown.NO_WORDS),
    Page("POST", ONE + "/photographs", photographs.add, worker, takes_picture=True),
    Page("GET", PHOTOGRAPH, photographs.show, reader, shows=Shown.PHOTOGRAPH),
    Page(
        "GET", PHOTOGRAPH + "/thumbnail", photographs.show_thumbnail, reader, shows=Shown.PHOTOGRAPH
    ),
    Page("GET", PHOTOGRAPH + "/view", photographs.view, reader, shows=Shown.NO_WORDS),
    Page("GET", "/inbox", inbox.show, above, shows=Shown.LIST),
    Page("GET", "/team", team.show, above, shows=Shown.LIST),
    Page("POST", "/team", team.find, above),
    Page("GET", service_user.PATH, service_user.show, above_or_auditor, shows=Shown.LIST),
    Page("POST", service_user.PATH, service_user.find, above_or_auditor),
    Page("GET", year.PATH, year.show, director, shows=Shown.NO_WORDS),
    Page("GET", "/exclusions", exclusions.show, above_or_auditor, shows=Shown.KEY_WORKING),
    Page("POST", "/exclusions", exclusions.find, above_or_auditor),
    Page("GET", "/register", register.show, auditor, shows=Shown.LIST),
    Page("POST", "/register", register.find, auditor),
    Page("GET", "/register/print", register.to_print, auditor, shows=Shown.EXPORT),
    Page("GET", "/register.csv", register.download, auditor, shows=Shown.EXPORT),
    Page("GET", "/register/people", people.as_at, auditor, shows=Shown.NO_WORDS),
    Page("POST", "/register/people", people.find_then, auditor),
    Page("GET", "/register/compare", compare.show, auditor, shows=Shown.NO_WORDS),
    Page("GET", "/entries", entries.find, auditor, shows=Shown.ENTRY),
    Page("GET", "/entries/{position}", entries.show, auditor, shows=Shown.ENTRY),
    Page("GET", at_own.PATH, at_own.show, worker, shows=Shown.NO_WORDS),
    Page("GET", at_own.OF_ONE, at_own.show_one, worker, shows=Shown.NO_WORDS),
    Page("GET", every.PATH, every.show, auditor, shows=Shown.NO_WORDS),
    Page("POST", every.PATH, every.find, auditor),
    Page("GET", every.EVENTS, every.download, auditor, shows=Shown.NO_WORDS),
    Page("GET", "/policies/{policy}/{version}", policies.show, shows=Shown.NO_WORDS),
    Page("GET", "/people", people.show, administrator, shows=Shown.NO_WORDS),
    Page("POST", "/people", people.find, administrator),
    Page("GET", "/people/upload", upload.ask, administrator, shows=Shown.NO_WORDS),
    Page("POST", "/people/upload", upload.check, administrator),
    Page("POST", "/people/upload/confirm", upload.confirm, administrator, form_at="/people/upload"),
]
