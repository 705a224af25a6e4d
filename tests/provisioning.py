"""An identity provider, as the register's SCIM sees it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import httpx

from events.names import Scope
from register.access import tokens
from register.access.marks import Marks
from tests.browser import HOME, Office
from tests.calling import call

SCIM = "/scim/v2"
MEDIA_TYPE = "application/scim+json"
CORE = "urn:ietf:params:scim:schemas:core:2.0"
USER, GROUP = f"{CORE}:User", f"{CORE}:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MANAGER = f"{ENTERPRISE}:manager"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class Provider:
    """Calls with the token of somebody: of ada, unless told otherwise."""

    def __init__(
        self, here: Office, by: str = "ada", scopes: Collection[Scope] = (Scope.SCIM,), **more: Any
    ) -> None:
        self.here = here
        with here.log.database.write() as connection:
            token = tokens.create(
                connection, Marks(here.log.keyring), by, here.clock.shows, scopes=scopes, **more
            )
        self.headers = {"authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"content-type": MEDIA_TYPE, **self.headers, **named}
        whole = path if path.startswith(("/scim", "/api")) else f"{SCIM}{path}"
        return call(self.here.app, HOME, method, whole, json=body, headers=sent)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.call("GET", path, **headers)

    def user(self, person: str) -> dict[str, Any]:
        return dict(self.get(f"/Users/{person}").json())

    def group(self, group: str) -> dict[str, Any]:
        return dict(self.get(f"/Groups/{group}").json())

    def members(self, group: str) -> set[str]:
        return {each["value"] for each in self.group(group).get("members", ())}

    def found(self, path: str, asked: str) -> list[str]:
        answer = self.get(f"{path}?{httpx.QueryParams(filter=asked)}")
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["Resources"]]

    def add(self, user_name: str, **more: Any) -> httpx.Response:
        return self.call("POST", "/Users", {"schemas": [USER], "userName": user_name, **more})

    def patch(self, path: str, *operations: dict[str, Any], **headers: str) -> httpx.Response:
        return self.call(
            "PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, **headers
        )

    def put(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        return self.call("PUT", path, body, **headers)


def op(name: str, path: str | None = None, value: Any = None) -> dict[str, Any]:
    """An operation of a PATCH."""
    made = {"op": name, "path": path, "value": value}
    return {each: its for each, its in made.items() if its is not None}
