"""The addresses of the pages with which auditors look at the register itself."""

from __future__ import annotations

from web.pages.adapter import Page
from web.pages.audit import compare, entries, proof, register

AUDITING: list[Page] = [
    Page("GET", "/register", register.show),
    Page("POST", "/register", register.find),
    Page("GET", "/register/print", register.to_print),
    Page("GET", "/register.csv", register.download, fresh=True, begins_at="/register"),
    Page("GET", "/register/compare", compare.show),
    Page("GET", proof.PATH, proof.show),
    Page("POST", proof.PATH, proof.ask, fresh=True),
    Page("GET", proof.ONE, proof.show_job, refreshes=True),
    Page("GET", proof.BUNDLE, proof.download, fresh=True, begins_at=proof.PATH),
    Page("GET", "/entries", entries.find),
    Page("GET", "/entries/{position}", entries.show),
]
