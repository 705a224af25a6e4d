"""Every page on one screen, and who may see it at all."""

from __future__ import annotations

from web.pages import (
    compare,
    declaration,
    declare,
    entries,
    home,
    people,
    policies,
    register,
    signing_in,
    upload,
)
from web.pages.manner import Page, PublicPage
from web.pages.visit import administrator, auditor, auditor_or_administrator, reader, worker

ONE = "/declarations/{id}"

PAGES: list[Page | PublicPage] = [
    PublicPage("GET", "/sign-in", signing_in.ask),
    PublicPage("POST", "/sign-in", signing_in.as_anybody),
    PublicPage("GET", "/sign-in/{code}", signing_in.ask_with_link),
    PublicPage("POST", "/sign-in/{code}", signing_in.with_link),
    PublicPage("POST", "/sign-out", signing_in.sign_out),
    Page("GET", "/", home.home),
    Page("GET", "/mine", home.own, worker),
    Page("GET", "/declare", declare.choose, worker),
    Page("GET", "/declare/{kind}", declare.ask, worker),
    Page("POST", "/declare/{kind}", declare.check, worker),
    Page("POST", "/declare/{kind}/send", declare.send, worker),
    Page("GET", ONE, declaration.show, reader),
    Page("GET", ONE + "/sent", declare.sent, worker),
    Page("GET", ONE + "/information", declaration.ask_information, worker),
    Page("POST", ONE + "/information", declaration.inform, worker),
    Page("GET", ONE + "/correction", declaration.ask_correction, worker),
    Page("POST", ONE + "/correction", declaration.correct, worker),
    Page("GET", ONE + "/withdrawal", declaration.ask_withdrawal, worker),
    Page("POST", ONE + "/withdrawal", declaration.withdraw, worker),
    Page("GET", ONE + "/actions/{action}", declaration.ask_completion, reader),
    Page("POST", ONE + "/actions/{action}", declaration.complete, reader),
    Page("GET", "/register", register.show, auditor),
    Page("POST", "/register", register.search, auditor),
    Page("GET", "/register.csv", register.download, auditor),
    Page("POST", "/register.csv", register.download, auditor),
    Page("GET", "/register/people", people.as_at, auditor),
    Page("GET", "/register/compare", compare.show, auditor),
    Page("GET", "/entries", entries.find, auditor),
    Page("GET", "/entries/{position}", entries.show, auditor),
    Page("GET", "/policies/{policy}/{version}", policies.show, auditor_or_administrator),
    Page("GET", "/people", people.show, administrator),
    Page("GET", "/people/upload", upload.ask, administrator),
    Page("POST", "/people/upload", upload.check, administrator),
    Page("POST", "/people/upload/confirm", upload.confirm, administrator),
]
