"""The addresses of the pages on which administrators change people, services and lines."""

from __future__ import annotations

from web.pages.adapter import Page
from web.pages.directory import changes, lines, people, services
from web.pages.directory.editing import asking, sending

DIRECTORY = [
    Page("GET", "/people/new", asking(people.new)),
    Page("POST", "/people/new", sending(people.new), fresh=True),
    Page("GET", "/people/of/{person}", asking(people.known)),
    Page("POST", "/people/of/{person}", sending(people.known), fresh=True),
    Page("GET", "/people/services/new", asking(services.new)),
    Page("POST", "/people/services/new", sending(services.new), fresh=True),
    Page("GET", "/people/services/of/{service}", asking(services.known)),
    Page("POST", "/people/services/of/{service}", sending(services.known), fresh=True),
    Page("GET", lines.PATH, lines.show),
    Page("GET", lines.PATH + "/{person}", lines.show),
    Page("GET", changes.PATH, changes.show),
    Page("POST", changes.PATH + "/{change}", changes.decide, form_at=changes.PATH, fresh=True),
]
