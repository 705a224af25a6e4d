"""What administrators see and do: people, services, policies; and uploads of the CSV files."""

from __future__ import annotations

import base64
import re
from typing import Any

import httpx
import pytest

from tests.browser import Browser, Office, fields, links, words
from tests.cast import CASES, moved

UPLOAD, CONFIRM = "/people/upload", "/people/upload/confirm"
PEOPLE, SERVICES, SERVICE_USERS = (
    (CASES / name).read_text(encoding="utf-8")
    for name in ("people.csv", "services.csv", "service_users.csv")
)
ZOE = "zoe,Zoe Lim,zoe@example.org,worker,ben,elm-house,\n"


@pytest.fixture
def ada(here: Office) -> Browser:
    return here.browser("ada")


def upload(
    by: Browser,
    people: str | bytes = PEOPLE,
    services: str | bytes = SERVICES,
    *,
    service_users: str | None = None,
    **more: Any,
) -> httpx.Response:
    files = {"people": ("p.csv", people), "services": ("s.csv", services)}
    if service_users is not None:
        files["service_users"] = ("u.csv", service_users)
    return by.post(UPLOAD, files=files, **more)


def confirm(by: Browser, shown: httpx.Response, **more: Any) -> httpx.Response:
    return by.post(CONFIRM, fields(shown, CONFIRM), **more)


def with_contacts(contacts: str) -> str:
    """services.csv with whom Elm House calls."""
    header, elm_house, riverside = SERVICES.splitlines()
    return f"{header},contacts\n{elm_house},{contacts}\n{riverside},\n"


# Who may


@pytest.mark.parametrize("person", ["amina", "ben", "carol", "dev"])
@pytest.mark.parametrize("page", ["/people", UPLOAD])
def test_only_administrators_see_people(here: Office, person: str, page: str) -> None:
    assert here.browser(person).get(page).status_code == 403


@pytest.mark.parametrize("person", ["amina", "carol", "dev"])
def test_only_administrators_upload(here: Office, person: str) -> None:
    before = here.log.last_position()
    assert upload(here.browser(person), PEOPLE + ZOE).status_code == 403
    shown = upload(here.browser("ada"), PEOPLE + ZOE)
    assert confirm(here.browser(person), shown).status_code == 403
    assert here.log.last_position() == before


def test_an_administrator_reads_no_declaration(here: Office, ada: Browser) -> None:
    declaration = here.declare("amina")
    for page in (f"/declarations/{declaration}", "/register", "/register.csv", "/entries/1"):
        assert ada.get(page).status_code in (403, 404)
    assert ada.get(f"/api/declarations/{declaration}").status_code == 404
    assert ada.get("/api/declarations").json()["items"] == []


@pytest.mark.parametrize("origin", ["https://elsewhere.test", "null", None])
def test_nothing_is_uploaded_from_elsewhere(here: Office, ada: Browser, origin: str | None) -> None:
    before = here.log.last_position()
    assert upload(ada, headers={"origin": origin}).status_code == 403
    shown = upload(ada, PEOPLE + ZOE)
    assert confirm(ada, shown, headers={"origin": origin}).status_code == 403
    assert here.log.last_position() == before


# What there is


def test_the_reporting_lines_are_a_tree(ada: Browser) -> None:
    html = ada.get("/people").text
    tree = re.sub(r"\s+", " ", re.sub(r"<(?!/?ul|/?li)[^>]*>", "", html.split("app-tree")[1]))
    assert re.match(
        r'"> <li>Carol Price \(carol\).*?<ul class="govuk-list"> <li>Ben Okoro \(ben\).*?'
        r'<ul class="govuk-list"> <li>Amina Yusuf \(amina\)[^<]*</li> <li>Gus Hale',
        tree,
    )


def test_services_and_the_policies_in_force(ada: Browser) -> None:
    page = ada.get("/people")
    assert "Elm House Carol Price (carol) Professional boundaries" in words(page)
    (policy,) = [each for each in links(page) if each.endswith("supported-living/2026-04-01")]
    assert "If saying no is hard, you must talk to your line manager" in words(ada.get(policy))


def test_who_has_left_and_who_is_above_then(here: Office, ada: Browser) -> None:
    people = PEOPLE.replace("worker,carol,elm-house,", "worker,carol,elm-house,2026-05-01")
    assert confirm(ada, upload(ada, people)).status_code == 303
    page = words(ada.get("/people"))
    assert "Ben Okoro (ben), on 1 May 2026" in page
    assert "their line manager Ben Okoro (ben) has left" in page


# Uploading


def test_what_would_change_is_said_and_nothing_is_stored(here: Office, ada: Browser) -> None:
    before = here.log.last_position()
    gus = "gus,Gus Hale,gus@example.org,worker,ben"
    people = PEOPLE.replace(gus, "gus,Gus Hall,g@example.org,worker,carol")
    people = people.replace("ada,Ada Finch,ada@example.org,administrator,,,\n", "") + ZOE
    services = SERVICES.replace("Riverside,", "River Side,")
    shown = upload(ada, people, services, service_users=SERVICE_USERS + "SU-9,A. B.,riverside,\n")
    assert shown.status_code == 200
    page = words(shown)
    assert "Gus Hall (gus) Name: Gus Hall (Gus Hale now)" in page
    assert "Address: g@example.org (gus@example.org now)" in page
    assert "Line manager: Carol Price (carol) (Ben Okoro (ben) now)" in page
    assert "Zoe Lim (zoe) is new Address: zoe@example.org Line manager: Ben Okoro (ben)" in page
    assert "River Side (riverside) Name: River Side (Riverside now)" in page
    assert "SU-9 is new Label: A. B. Service: River Side (riverside)" in page
    assert "Ada Finch (ada)" in page.split("Not in the file")[1]
    assert "Eve Novak" not in page
    assert here.log.last_position() == before


def test_it_is_carried_out_exactly(here: Office, ada: Browser) -> None:
    shown = upload(ada, PEOPLE + ZOE, service_users=SERVICE_USERS + "SU-9,A. B.,riverside,\n")
    before = here.log.last_position()
    done = confirm(ada, shown)
    assert (done.status_code, done.headers["location"]) == (303, "/people?changes=2")
    events = [event.TOPIC for event in here.log.after(before)]
    assert events == ["person-joined", "service-user-listed"]
    assert here.register.read.person("zoe").line_manager == "ben"
    assert "2 changes recorded" in words(ada.get("/people?changes=2"))
    assert "Nothing: the files say what the register knows already." in words(
        upload(ada, PEOPLE + ZOE)
    )


def test_names_come_through_as_they_are(here: Office, ada: Browser) -> None:
    name = "Zoë “O'Lim” <b>&amp; sons</b>"
    shown = upload(ada, PEOPLE + f'zoe,"{name}",zoe@example.org,worker,ben,elm-house,\r\n')
    assert "<b>" not in shown.text
    assert confirm(ada, shown).status_code == 303
    assert here.register.read.name("zoe") == name


def test_confirming_twice_changes_nothing_more(here: Office, ada: Browser) -> None:
    shown = upload(ada, PEOPLE + ZOE)
    confirm(ada, shown)
    before = here.log.last_position()
    again = confirm(ada, shown)
    assert again.status_code == 409
    assert here.log.last_position() == before


def test_a_directory_that_changed_meanwhile_is_noticed(here: Office, ada: Browser) -> None:
    shown = upload(ada, PEOPLE + ZOE)
    here.register.change_directory([moved("gus", under="carol")])
    before = here.log.last_position()
    answer = confirm(ada, shown)
    assert answer.status_code == 409
    assert "The directory has changed since you looked, and nothing was taken." in words(answer)
    assert "Line manager: Ben Okoro (ben) (Carol Price (carol) now)" in words(answer)
    assert here.log.last_position() == before
    assert confirm(ada, answer).status_code == 303
    assert here.register.read.person("gus").line_manager == "ben"


def test_declarations_meanwhile_do_not_matter(here: Office, ada: Browser) -> None:
    shown = upload(ada, PEOPLE + ZOE)
    here.declare("amina")
    assert confirm(ada, shown).status_code == 303


def test_everything_that_is_wrong_is_said_at_once(here: Office, ada: Browser) -> None:
    people = PEOPLE + "zoe,,zoe@example.org,worker,ben,elm-house,\n!,Nobody,,worker,,,soon\n"
    services = SERVICES + "hill,Hill,supported-living,,dana\n"
    answer = upload(ada, people, services)
    assert answer.status_code == 422
    page = words(answer)
    assert "people.csv, line 11: 'zoe' has no name" in page
    assert "people.csv, line 12: '!' is not an id" in page
    assert "services.csv, line 4: 'hill': a policy goes with the day" in page
    people = PEOPLE.replace("worker,ben,elm-house", "worker,nobody,elm-house", 1)
    assert "there is no person 'nobody' to be their line manager" in words(upload(ada, people))


@pytest.mark.parametrize(
    "people",
    [
        b"",
        b"\xff\xfe",
        b"\x00",
        b"id\n",
        b'"',
        b"id,name\n" + b"x" * 200_000,
        b"," * 9999,
        (PEOPLE + "zoe,Zoe\u202e,z@example.org,worker,ben,elm-house,\n").encode(),
        (PEOPLE + "zoe,Zoe\x00,z@example.org,worker,ben,elm-house,\n").encode(),
        (PEOPLE + "zoe,Zoe,z@example.org,worker,ben,elm-house,0000-00-00\n").encode(),
        (PEOPLE + f"zoe,{'Z' * 140_000},z@example.org,worker,ben,elm-house,\n").encode(),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(
    here: Office, ada: Browser, people: bytes
) -> None:
    before = here.log.last_position()
    answer = upload(ada, people)
    assert answer.status_code == 422
    assert "people.csv" in words(answer)
    assert here.log.last_position() == before


def test_a_file_has_to_be_chosen(ada: Browser) -> None:
    for answer in (ada.post(UPLOAD), ada.post(UPLOAD, {"people": PEOPLE, "services": SERVICES})):
        assert answer.status_code == 422
        assert "Choose at least one file." in words(answer)


@pytest.mark.parametrize(
    ("field", "text", "change"),
    [
        ("people", PEOPLE.splitlines()[0] + "\n" + ZOE, "Zoe Lim (zoe) is new"),
        ("services", with_contacts("On call 01632 960114"), "On call 01632 960114"),
        ("service_users", SERVICE_USERS + "SU-9,A. B.,riverside,\n", "SU-9 is new"),
    ],
)
def test_any_one_file_may_be_sent_alone(
    here: Office, ada: Browser, field: str, text: str, change: str
) -> None:
    shown = ada.post(UPLOAD, files={field: ("f.csv", text)})
    assert change in words(shown)
    assert ("Not in the file" in words(shown)) == (field == "people")
    assert confirm(ada, shown).headers["location"] == "/people?changes=1"


def test_files_that_were_chosen_are_held_until_the_others_are_put_right(
    here: Office, ada: Browser
) -> None:
    wrong = SERVICE_USERS + "Mary K.,M. K.,riverside,\n"
    answer = upload(ada, PEOPLE + ZOE, SERVICES, service_users=wrong)
    assert "people.csv is chosen already." in words(answer)
    held = {name: (None, value) for name, value in fields(answer, UPLOAD).items()}
    right = {"service_users": ("u.csv", SERVICE_USERS), "people": ("", b"")}
    shown = ada.post(UPLOAD, files={**held, **right})
    assert "Zoe Lim (zoe) is new" in words(shown)
    assert confirm(ada, shown).status_code == 303


def test_a_problem_leads_to_the_file_that_it_is_about(ada: Browser) -> None:
    answer = upload(ada, PEOPLE + "zoe,,z@e.org,worker,yan,elm-house,\n", SERVICES + "a b,,,,\n")
    targets = re.findall(r'<a href="(#[^"]*)">([^<:]*)', answer.text)
    assert ("#people", "people.csv, line 11") in targets
    assert ("#services", "services.csv, line 4") in targets


def test_files_have_a_largest_size(ada: Browser) -> None:
    answer = upload(ada, PEOPLE + "x" * (700 * 1024))
    assert answer.status_code == 413
    assert "send no more than 700 KB together" in words(answer)
    assert upload(ada, PEOPLE + "x" * (1024 * 1024)).status_code == 413


def test_the_largest_upload_can_be_confirmed(here: Office, ada: Browser) -> None:
    people = PEOPLE + ZOE
    services = SERVICES + "\n" * (700 * 1024 - len(people) - len(SERVICES))
    shown = upload(ada, people, services)
    assert shown.status_code == 200
    sent = {name: (None, value) for name, value in fields(shown, CONFIRM).items()}
    assert 'enctype="multipart/form-data"' in shown.text
    assert ada.post(CONFIRM, files=sent).status_code == 303


def test_a_body_that_does_not_say_how_long_it_is_has_a_largest_size_too(ada: Browser) -> None:
    async def chunks():
        yield b"--b\r\nContent-Disposition: form-data; name=people; filename=p\r\n\r\n"
        for _ in range(40):
            yield b"x" * 65536

    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = ada.post(UPLOAD, content=chunks(), headers=headers)
    assert answer.status_code == 413


GOOD = base64.b64encode(PEOPLE.encode()).decode()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"known_at": "1"},
        {"known_at": "x", "people": GOOD},
        {"known_at": "9" * 40, "people": GOOD},
        {"known_at": "-1", "people": GOOD},
        {"known_at": "1", "people": "%%%"},
        {"known_at": "1", "people": "é"},
        {"known_at": "1", "people": "AAA"},
        {"known_at": "1", "people": GOOD, "services": "/////w=="},
    ],
)
def test_a_confirmation_made_up_by_hand_is_refused(here: Office, ada: Browser, sent: Any) -> None:
    before = here.log.last_position()
    assert ada.post(CONFIRM, sent).status_code in (400, 409, 422)
    assert here.log.last_position() == before


@pytest.mark.parametrize("changes", ["x", "-1", "9" * 50, "<b>", "٣"])
def test_a_made_up_count_is_not_repeated(ada: Browser, changes: str) -> None:
    answer = ada.get("/people", changes=changes)
    assert answer.status_code == 200
    assert "recorded" not in words(answer)


# Whom a service calls


def test_what_a_service_gives_as_contacts_is_shown_before_it_is_taken(ada: Browser) -> None:
    shown = upload(ada, services=with_contacts("On-call manager 01632 960114"))
    told = "Contacts when somebody is at risk: On-call manager 01632 960114 (empty now)"
    assert told in words(shown)


def test_a_worker_is_told_whom_their_own_service_calls(here: Office, ada: Browser) -> None:
    before = words(here.browser("amina").get("/declare"))
    assert "call your manager or the on-call line" in before
    contacts = "On-call manager 01632 960114; Out of hours +44 1632 960271; Bleep 12"
    confirm(ada, upload(ada, services=with_contacts(contacts)))
    amina, eve = here.browser("amina").get("/declare"), here.browser("eve").get("/declare")
    assert "On-call manager 01632 960114" in words(amina)
    assert "Bleep 12" in words(amina)
    assert [link for link in links(amina) if link.startswith("tel:")] == [
        "tel:999",
        "tel:01632960114",
        "tel:+441632960271",
    ]
    assert "call your manager or the on-call line" not in words(amina)
    assert "call your manager or the on-call line" in words(eve)
