"""Every page as somebody sees it, with declarations of each kind and state, for all that look."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from tests import pictures
from tests.at_length import first_now
from tests.doing_on_pages import (
    MOMENT,
    SEVERAL,
    UPLOADED,
    decide_to_keep,
    found,
    gift,
    going,
    making_an_auditor,
    proposing_an_auditor,
    sent,
    uploaded,
)
from tests.server import CASES, Server
from tests.sight import Sight
from tests.sights_of_officers import OF_OFFICERS, OFFICER, asked_of_officers
from tests.usual import USUAL
from web.urls import PAGES

if TYPE_CHECKING:
    pass

TODAY = date.today()
LONG_AGO = TODAY - timedelta(days=42)
SERVICES = (CASES / "services.csv").read_text(encoding="utf-8")
CONTACTS = "On-call manager 01632 960114; Safeguarding 01632 960271; Out of hours 0808 157 0143"
NEXT_WEEK = str(TODAY + timedelta(days=7))
FIND_BY = "Name, service user's case reference, or a declaration's reference"
HAND_OVER = "/declarations/{acknowledged}/hand-over"
POLICY = "residential-short-breaks/2026-04-01"


ON_BEHALF = "/on-behalf/amina/gift"
MANY = 26
"""One more than a page of a list has."""


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
            "captured_at": f"{datetime.now(UTC):{MOMENT}}",
            "service_user": answers.pop("service_user", "SU-1042"),
            "details": {**USUAL[kind], **answers},
        }
        self._taken(self.server.as_(by).put(f"/api/declarations/{self.ids[name]}", json=body))
        return self.ids[name]

    def enter(self, name: str, by: str, worker: str, kind: str) -> None:
        """Somebody enters what a worker told them."""
        self.ids[name], how = str(uuid4()), {"told_by": "telephone", "told_on": str(TODAY)}
        body = {
            "kind": kind,
            "happened_on": str(TODAY),
            "captured_at": f"{datetime.now(UTC):{MOMENT}}",
            "service_user": "SU-1042",
            "details": USUAL[kind],
        }
        path = f"/api/declarations/{self.ids[name]}"
        self._taken(self.server.as_(by).put(path, json={**body, "on_behalf_of": worker, **how}))

    def act(self, by: str, name: str, call: str, **body: Any) -> dict[str, Any]:
        path = f"/api/declarations/{self.ids[name]}/{call}"
        return self._taken(self.server.as_(by).post(path, json=body))

    def photograph(self, by: str, name: str) -> None:
        self.ids["photograph"] = str(uuid4())
        path = f"/api/declarations/{self.ids[name]}/photographs/{self.ids['photograph']}"
        headers = {"Content-Type": "image/jpeg"}
        sent = {"content": pictures.picture(1200, 900), "headers": headers}
        self._taken(self.server.as_(by).put(path, **sent))

    def _taken(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.is_success, answer.text
        return dict(answer.json())

    def _play(self) -> None:
        self._say_whom_to_call()
        self.declare("gift", "amina", "gift")
        self.declare("late", "amina", "gift", happened_on=LONG_AGO, form="cash")
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
        self.enter("entered", "ben", "gus", "out-of-hours-encounter")
        self.declare("concern", "gus", "colleague-concern", subject="eve")
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
        )
        self.act("ben", "acknowledged", "hand-over", to="safeguarding", reference="SG-17")
        self.act("ben", "acknowledged", "note", text="They rang back, and will visit her.")
        for _ in range(MANY):
            self.declare(
                "pen", "eve", "gift", service_user="RV-007", item="A pen", offer="declined"
            )
        self.declare("elsewhere", "eve", "gift", service_user="RV-007")
        self.declare("pictured", "amina", "gift", item="Painted plate", worth="35.00")
        self.photograph("amina", "pictured")
        self._ask_to_erase("kept")
        self.ids |= asked_of_officers(self.server, self.ids["elsewhere"])

    def _ask_to_erase(self, name: str) -> None:
        """No token does that."""
        wanted = {"of": "declaration", "declaration": self.ids[name], "reason": "Told twice."}
        with self.server.installation.opened() as register:
            self.ids["erasure"] = str(register.erasures.ask("carol", wanted)[0].id)

    def _say_whom_to_call(self) -> None:
        header, elm_house, *others = SERVICES.splitlines()
        lines = [f"{header},contacts", f"{elm_house},{CONTACTS}", *(f"{each}," for each in others)]
        folder = self.server.installation.folder / "with-contacts"
        folder.mkdir()
        for name in UPLOADED:
            shutil.copy(CASES / f"{name}.csv", folder)
        (folder / "services.csv").write_text("\n".join(lines), encoding="utf-8")
        with (folder / "people.csv").open("a", encoding="utf-8") as people:
            people.write(OFFICER)
        self.server.installation.load(folder)

    def sights(self) -> list[Sight]:
        return [*SIGNING_IN, *map(self._placed, OTHERS)]

    def each_page_once(self) -> list[Sight]:
        """Of each person's pages the first sight, in one of the states that the page has."""
        first = {(sight.person, page_of(sight)): sight for sight in reversed(self.sights())}
        return [sight for sight in self.sights() if sight in first.values()]

    def _placed(self, sight: Sight) -> Sight:
        return replace(sight, path=sight.path.format(**self.ids))


def page_of(sight: Sight) -> str:
    """The page's address as the list of addresses has it; nothing where there is no such page."""
    path = sight.path.partition("?")[0]
    for page in PAGES:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", page.path), path):
            return str(page.path)
    return ""


def of(person: str, sights: list[Sight]) -> list[Sight]:
    return [each for each in sights if str(each.person) == person]


@pytest.fixture(scope="module")
def scene(visited: Server) -> Scene:
    return Scene(visited)


@pytest.fixture(params=first_now("once", "in each state"))
def sights(request: pytest.FixtureRequest, scene: Scene) -> list[Sight]:
    """Each page once, for what hardly depends on what stands on it; in `make test-long` all."""
    return scene.each_page_once() if request.param == "once" else scene.sights()


ALIKE = ["accessibility", "privacy", "offline", "offline/declare", "outbox", "install", "receipts"]
SIGNING_IN = [
    Sight("sign-in", None, "/sign-in"),
    Sight("sign-in-away", None, "/sign-in", "Sign in with Care Login"),
    Sight("sign-in-link", None, "/sign-in/code"),
    *(Sight(each.replace("/", "-"), None, f"/{each}") for each in ALIKE),
    Sight("offline-declare-gift", None, "/offline/declare/gift"),
]
OTHERS = [
    Sight("home-worker", "amina", "/"),
    Sight("home-manager", "ben", "/"),
    Sight("home-auditor", "dev", "/"),
    Sight("home-administrator", "ada", "/"),
    Sight("sign-in-again", "amina", "/sign-in/again"),
    Sight("account-passkeys", "amina", "/account/passkeys"),
    Sight("account-password", "amina", "/account/password"),
    Sight("mine", "amina", "/mine"),
    Sight("own-providers", "amina", "/account/providers"),
    Sight("ways-of-another", "ada", "/people/amina/sign-in"),
    Sight("should-i-declare", "amina", "/should-i-declare"),
    Sight("should-i-declare-mistakes", "amina", "/should-i-declare", "Go on"),
    Sight("advice", "amina", "/should-i-declare", then=sent("/should-i-declare", **SEVERAL)),
    Sight("declare", "amina", "/declare"),
    *(Sight(f"declare-{kind}", "amina", f"/declare/{kind}") for kind in USUAL),
    Sight("declare-mistakes", "amina", "/declare/gift", "Check my answers"),
    *(
        Sight(name, "amina", "/declare/gift", then=sent("/declare/gift", **gift(day, reference)))
        for name, day, reference in [
            ("declare-check", TODAY, "SU-1042"),
            ("declare-check-unknown", TODAY, "SU-4000"),
            ("declare-check-late", LONG_AGO, "SU-1042"),
        ]
    ),
    *(
        Sight(f"declaration-{name}", person, f"/declarations/{{{name}}}")
        for person, names in {
            "amina": ["gift", "late", "token", "kept", "withdrawn"],
            "carol": ["returned"],
            "ben": ["known", "number", "friendship", "vulnerable"],
            "gus": ["met", "acknowledged", "entered", "concern"],
            "femi": ["elsewhere"],
        }.items()
        for name in names
    ),
    Sight("declaration-auditor", "dev", "/declarations/{returned}"),
    Sight("declaration-as-at", "dev", "/declarations/{returned}?as_at={before}"),
    Sight("sent", "amina", "/declarations/{gift}/sent"),
    Sight("information", "gus", "/declarations/{met}/information"),
    Sight("correction", "amina", "/declarations/{gift}/correction"),
    Sight("confirmation", "gus", "/declarations/{entered}/confirmation"),
    Sight("taken-further", "gus", "/declarations/{concern}/taken-further"),
    Sight("on-behalf", "ben", "/on-behalf"),
    Sight("on-behalf-kinds", "ben", "/on-behalf/amina"),
    Sight("on-behalf-gift", "ben", ON_BEHALF),
    Sight("on-behalf-mistakes", "ben", ON_BEHALF, "Check my answers"),
    Sight(
        "on-behalf-check",
        "ben",
        ON_BEHALF,
        then=sent(
            ON_BEHALF, **gift(LONG_AGO, "SU-1042"), told_by="paper", told_on=f"{TODAY:%d/%m/%Y}"
        ),
    ),
    Sight("withdrawal", "amina", "/declarations/{gift}/withdrawal"),
    Sight("withdrawal-mistakes", "amina", "/declarations/{gift}/withdrawal", "Take it back"),
    Sight("acknowledgement", "ben", "/declarations/{number}/acknowledgement"),
    Sight("acknowledgement-key-worker", "ben", "/declarations/{known}/acknowledgement"),
    Sight(
        "acknowledgement-mistakes", "ben", "/declarations/{known}/acknowledgement", "Acknowledge"
    ),
    Sight("decision", "carol", "/declarations/{gift}/decision"),
    Sight("decision-check", "carol", "/declarations/{gift}/decision", then=going(decide_to_keep)),
    Sight("decision-mistakes", "carol", "/declarations/{late}/decision", "Decide"),
    Sight("answer", "ben", "/declarations/{friendship}/answer"),
    Sight("ask-for-more", "ben", "/declarations/{friendship}/information-request"),
    Sight("action", "amina", "/declarations/{returned}/actions/{action}/completion"),
    Sight("hand-over", "ben", HAND_OVER),
    Sight("hand-over-mistakes", "ben", HAND_OVER, "Note that I handed it over"),
    Sight("note", "ben", "/declarations/{acknowledged}/note"),
    Sight("reopening", "carol", "/declarations/{returned}/reopening"),
    Sight("inbox", "ben", "/inbox"),
    Sight("inbox-empty", "dana", "/inbox"),
    Sight("news", "ben", "/news"),
    Sight("news-none", "dana", "/news"),
    Sight("team", "ben", "/team"),
    Sight("team-mistakes", "ben", "/team?from=never&kind=none"),
    Sight("team-found", "ben", "/team", then=found(FIND_BY, "SU-1042", "Find")),
    Sight("team-filtered", "carol", "/team?kind=gift&from=2020-01&by=happened"),
    Sight(
        "team-second-page",
        "femi",
        "/team",
        then=going(lambda page: page.get_by_role("link", name="Earlier ones").click()),
    ),
    Sight("service-user", "ben", "/service-user"),
    Sight("service-user-mistakes", "ben", "/service-user", "Find"),
    Sight(
        "service-user-found",
        "carol",
        "/service-user",
        then=found("Which service user?", "SU-1042", "Find"),
    ),
    Sight("year", "carol", "/year"),
    Sight("year-mistakes", "carol", "/year?to=never"),
    Sight("how-soon", "carol", "/how-soon"),
    Sight("how-soon-auditor", "dev", "/how-soon"),
    Sight("how-soon-mistakes", "carol", "/how-soon?to=never"),
    Sight("overdue", "dev", "/how-soon/overdue"),
    Sight("exclusions", "ben", "/exclusions"),
    Sight("exclusions-auditor", "dev", "/exclusions"),
    Sight("lift", "ben", "/exclusions/{known}/lift"),
    Sight("register", "dev", "/register"),
    Sight("register-filtered", "dev", "/register?kind=gift&late=true"),
    Sight("register-mistakes", "dev", "/register?as_at=never"),
    Sight("register-found", "dev", "/register", then=found(FIND_BY, "SU-1042", "Find")),
    Sight("register-print", "dev", "/register/print"),
    Sight("people-as-at", "dev", "/register/people"),
    Sight("compare", "dev", "/register/compare"),
    Sight("compared", "dev", "/register/compare?from=20"),
    Sight("proof", "dev", "/register/proof"),
    Sight("proof-job", "dev", "/register/proof", then=sent("/register/proof", of="verifying")),
    Sight("entry-directory", "dev", "/entries/1"),
    Sight("entry", "dev", "/entries/{before}"),
    Sight("entries", "dev", "/entries?own_steps=yes"),
    Sight("policy", "amina", f"/policies/{POLICY}"),
    Sight("looks", "dev", "/looks"),
    Sight("looked", "amina", "/looked"),
    Sight("looked-at-one", "amina", "/declarations/{gift}/looked"),
    Sight("link-form", "ada", "/people/amina/link"),
    Sight("link-made", "ada", "/people/amina/link", then=sent("/people/amina/link", days="3")),
    Sight("slips-form", "ada", "/people/slips"),
    Sight("slips", "ada", "/people/slips", then=sent("/people/slips", days="3")),
    Sight("own-link", "amina", "/account/link"),
    Sight("own-notices", "amina", "/account/notices"),
    Sight("reachable", "ada", "/people/reachable"),
    Sight("what-was-sent", "ada", "/people/outbox"),
    Sight("privacy-mine", "amina", "/privacy/mine"),
    Sight("cover", "ben", "/cover"),
    Sight("cover-mistakes", "ben", "/cover", "Name them"),
    Sight("cover-of-another", "ada", "/people/ben/cover"),
    Sight("erasing", "carol", "/erasures"),
    Sight("erasing-asked", "carol", "/erasures/ask"),
    Sight("erasing-mistakes", "carol", "/erasures/ask", "Ask for it"),
    Sight("erasure", "carol", "/erasures/{erasure}"),
    Sight("holds", "carol", "/holds"),
    Sight("holds-mistakes", "carol", "/holds", "Place this hold"),
    *OF_OFFICERS,
    Sight("people", "ada", "/people"),
    Sight("person", "ada", "/people/of/amina"),
    Sight("person-mistakes", "ada", "/people/new", "See what would change"),
    Sight("person-check", "ada", "/people/of/amina", then=making_an_auditor),
    Sight("service", "ada", "/people/services/of/elm-house"),
    Sight("service-mistakes", "ada", "/people/services/new", "See what would change"),
    Sight("lines", "ada", "/people/lines"),
    Sight("lines-below", "ada", "/people/lines/carol"),
    Sight("changes-proposed", "ada", "/people/of/amina", then=proposing_an_auditor),
    Sight("changes", "carol", "/people/changes"),
    Sight("upload", "ada", "/people/upload"),
    Sight("upload-mistakes", "ada", "/people/upload", "See what would change"),
    Sight("upload-check", "ada", "/people/upload", then=going(uploaded)),
    Sight("account", "amina", "/account"),
    Sight("tokens", "ben", "/account/tokens"),
    Sight("tokens-mistakes", "ben", "/account/tokens", "Make a token"),
    Sight("sessions-of", "ada", "/people/amina/sessions"),
    Sight("tokens-of", "ada", "/people/ben/tokens"),
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


PEOPLE = sorted({str(each.person) for each in [*SIGNING_IN, *OTHERS]})
"""Whoever sees a page; nobody is "None"."""
