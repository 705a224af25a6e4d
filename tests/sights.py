"""Every page of the register as somebody sees it, with declarations of each kind and state.

What looks at all of them, such as the tests of accessibility and the screenshots, finds them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from tests import pictures
from tests.cast import USUAL
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

TODAY = date.today()
NEXT_WEEK = str(TODAY + timedelta(days=7))
POLICY = "residential-short-breaks/2026-04-01"


@dataclass(frozen=True)
class Sight:
    """A page as one person sees it; `name` is also what a picture of it is called."""

    name: str
    person: str | None
    path: str
    send: str | None = None
    """A button that is pressed first: the page is then what comes of it, with nothing filled in."""

    def show(self, page: Page) -> None:
        """With everything unfolded."""
        page.goto(self.path)
        for unfolding in page.locator("details:not([open]) > summary").all():
            unfolding.click()
        if self.send is not None:
            page.get_by_role("button", name=self.send, exact=True).click()
            page.locator(".govuk-error-summary").wait_for()


class Scene:
    """Tells the register of a declaration in each state, over its API, as people would."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.ids: dict[str, str] = {}
        self._play()

    def declare(self, name: str, by: str, kind: str, **answers: Any) -> str:
        self.ids[name] = str(uuid4())
        body = {
            "kind": kind,
            "happened_on": str(answers.pop("happened_on", TODAY)),
            "captured_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "service_user": answers.pop("service_user", "SU-1042"),
            "details": {**USUAL[kind], **answers},
        }
        self._taken(self.server.as_(by).put(f"/api/declarations/{self.ids[name]}", json=body))
        return self.ids[name]

    def act(self, by: str, name: str, call: str, **body: Any) -> dict[str, Any]:
        path = f"/api/declarations/{self.ids[name]}/{call}"
        return self._taken(self.server.as_(by).post(path, json=body))

    def photograph(self, by: str, name: str) -> None:
        self.ids["photograph"] = str(uuid4())
        path = f"/api/declarations/{self.ids[name]}/photographs/{self.ids['photograph']}"
        headers = {"Content-Type": "image/jpeg"}
        client = self.server.as_(by)
        self._taken(client.put(path, content=pictures.picture(1200, 900), headers=headers))

    def _taken(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.is_success, answer.text
        return dict(answer.json())

    def _play(self) -> None:
        long_ago = TODAY - timedelta(days=42)
        self.declare("gift", "amina", "gift")
        self.declare("late", "amina", "gift", happened_on=long_ago, form="cash")
        self.declare("token", "amina", "gift", item="A pen", worth="1.50", token=True)
        self.declare("returned", "amina", "gift", item="Wrist watch", worth="150.00")
        reason = "Worth far more than a token."
        decided = self.act("carol", "returned", "decision", outcome="return", reason=reason)
        self.ids["action"] = decided["actions"][0]["id"]
        self.ids["before"] = str(decided["position"] - 2)
        self.declare("kept", "amina", "gift", item="Hand-knitted scarf")
        self.act("carol", "kept", "decision", outcome="keep", reason="She made it herself.")
        self.declare("withdrawn", "amina", "gift", item="Box of biscuits")
        self.act("amina", "withdrawn", "withdrawal", reason="It was for the whole house.")
        self.declare("known", "gus", "prior-acquaintance", key_worker_now=True)
        self.declare("number", "gus", "personal-number")
        self.declare("met", "gus", "out-of-hours-encounter", agreed_to="To make some calls")
        self.act("ben", "met", "information-request", text="Which calls?")
        self.act("gus", "met", "information", text="To the council, about her rent.")
        self.declare("friendship", "gus", "post-service-friendship")
        self.declare("vulnerable", "gus", "post-service-friendship", still_vulnerable="yes")
        self.declare("acknowledged", "gus", "out-of-hours-encounter")
        self.act(
            "ben",
            "acknowledged",
            "acknowledgement",
            note="We talked it over.",
            actions=[{"what": "Talk again", "by": "gus", "due_on": NEXT_WEEK}],
            confidentiality_discussed=True,
            risk_assessment="Low: in her file.",
            handed_over={"to": "safeguarding", "reference": "SG-17"},
        )
        self.declare("elsewhere", "eve", "gift", service_user="RV-007")
        self.declare("pictured", "amina", "gift", item="Painted plate", worth="35.00")
        self.photograph("amina", "pictured")

    def sights(self) -> list[Sight]:
        return [*SIGNING_IN, *map(self._placed, OTHERS)]

    def _placed(self, sight: Sight) -> Sight:
        return Sight(sight.name, sight.person, sight.path.format(**self.ids), sight.send)


SIGNING_IN = [
    Sight("sign-in", None, "/sign-in"),
    Sight("sign-in-link", None, "/sign-in/code"),
    Sight("accessibility", None, "/accessibility"),
]
OTHERS = [
    Sight("home-worker", "amina", "/"),
    Sight("home-manager", "ben", "/"),
    Sight("home-auditor", "dev", "/"),
    Sight("home-administrator", "ada", "/"),
    Sight("mine", "amina", "/mine"),
    Sight("should-i-declare", "amina", "/should-i-declare"),
    Sight("should-i-declare-mistakes", "amina", "/should-i-declare", "Go on"),
    Sight("declare", "amina", "/declare"),
    *(Sight(f"declare-{kind}", "amina", f"/declare/{kind}") for kind in USUAL),
    Sight("declare-mistakes", "amina", "/declare/gift", "Check my answers"),
    *(
        Sight(f"declaration-{name}", person, f"/declarations/{{{name}}}")
        for person, names in {
            "amina": ["gift", "late", "token", "kept", "withdrawn"],
            "carol": ["returned"],
            "ben": ["known", "number", "friendship", "vulnerable"],
            "gus": ["met", "acknowledged"],
            "femi": ["elsewhere"],
        }.items()
        for name in names
    ),
    Sight("declaration-auditor", "dev", "/declarations/{returned}"),
    Sight("declaration-as-at", "dev", "/declarations/{returned}?as_at={before}"),
    Sight("sent", "amina", "/declarations/{gift}/sent"),
    Sight("information", "gus", "/declarations/{met}/information"),
    Sight("correction", "amina", "/declarations/{gift}/correction"),
    Sight("withdrawal", "amina", "/declarations/{gift}/withdrawal"),
    Sight("withdrawal-mistakes", "amina", "/declarations/{gift}/withdrawal", "Withdraw"),
    Sight("acknowledgement", "ben", "/declarations/{number}/acknowledgement"),
    Sight(
        "acknowledgement-mistakes", "ben", "/declarations/{known}/acknowledgement", "Acknowledge"
    ),
    Sight("decision", "carol", "/declarations/{gift}/decision"),
    Sight("decision-mistakes", "carol", "/declarations/{late}/decision", "Decide"),
    Sight("answer", "ben", "/declarations/{friendship}/answer"),
    Sight("ask-for-more", "ben", "/declarations/{friendship}/information-request"),
    Sight("action", "amina", "/declarations/{returned}/actions/{action}"),
    Sight("inbox", "ben", "/inbox"),
    Sight("inbox-empty", "dana", "/inbox"),
    Sight("team", "ben", "/team"),
    Sight("team-mistakes", "ben", "/team", "Find"),
    Sight("exclusions", "ben", "/exclusions"),
    Sight("exclusions-auditor", "dev", "/exclusions"),
    Sight("lift", "ben", "/exclusions/{known}/lift"),
    Sight("register", "dev", "/register"),
    Sight("register-filtered", "dev", "/register?kind=gift&late=true"),
    Sight("register-mistakes", "dev", "/register?as_at=never"),
    Sight("people-as-at", "dev", "/register/people"),
    Sight("compare", "dev", "/register/compare"),
    Sight("compared", "dev", "/register/compare?from=20"),
    Sight("entry-directory", "dev", "/entries/1"),
    Sight("entry", "dev", "/entries"),
    Sight("policy", "ada", f"/policies/{POLICY}"),
    Sight("people", "ada", "/people"),
    Sight("upload", "ada", "/people/upload"),
    Sight("upload-mistakes", "ada", "/people/upload", "See what would change"),
    Sight("refused", "ada", "/inbox"),
    Sight("nothing-here", "amina", "/nothing-here"),
    Sight("declaration-pictured", "ben", "/declarations/{pictured}"),
    Sight("photograph", "ben", "/declarations/{pictured}/photographs/{photograph}/view"),
    Sight("photographs", "amina", "/declarations/{pictured}/photographs"),
    Sight(
        "photographs-mistakes",
        "amina",
        "/declarations/{gift}/photographs",
        "Add this photograph",
    ),
]
