"""Every page on one screen, and who may see it at all."""

from __future__ import annotations

from web.pages import (
    acknowledge,
    answer,
    decide,
    declaration,
    declare,
    exclusions,
    home,
    inbox,
    signing_in,
    team,
)
from web.pages.manner import Page, PublicPage
from web.pages.visit import above, above_or_auditor, reader, worker

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
    Page("GET", ONE + "/acknowledgement", acknowledge.ask, above),
    Page("POST", ONE + "/acknowledgement", acknowledge.send, above),
    Page("GET", ONE + "/decision", decide.ask, above),
    Page("POST", ONE + "/decision", decide.send, above),
    Page("GET", ONE + "/answer", answer.ask, above),
    Page("POST", ONE + "/answer", answer.send, above),
    Page("GET", ONE + "/information-request", answer.ask_what_to_ask, above),
    Page("POST", ONE + "/information-request", answer.ask_for_more, above),
    Page("GET", ONE + "/actions/{action}", declaration.ask_completion, reader),
    Page("POST", ONE + "/actions/{action}", declaration.complete, reader),
    Page("GET", "/inbox", inbox.show, above),
    Page("GET", "/team", team.show, above),
    Page("POST", "/team", team.find, above),
    Page("GET", "/exclusions", exclusions.show, above_or_auditor),
    Page("GET", "/exclusions/{id}/lift", exclusions.ask, above),
    Page("POST", "/exclusions/{id}/lift", exclusions.lift, above),
]
