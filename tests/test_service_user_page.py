"""What was declared about one service user, on a page of its own and beside each declaration."""

from __future__ import annotations

import pytest

from tests.managing import (
    CASH,
    ELSEWHERE,
    FRAME,
    NEIGHBOUR,
    PEN,
    SUPERMARKET,
    assert_every_problem_leads_somewhere,
)
from tests.test_team_pages import found_by
from tests.visits import House, Shown

PATH = "/service-user"


def about(home: House, person: str, **form: str) -> Shown:
    """The page to which the form leads."""
    visitor = home.as_(person)
    address = visitor.post(PATH, form).to
    assert "SU-" not in address
    return visitor.get(address)


@pytest.mark.parametrize("reference", ["SU-1042", "su1042", " su 1042 "])
def test_everything_about_them_is_shown_with_sums(home: House, reference: str) -> None:
    here = [home.declare(FRAME), home.declare(CASH), home.declare(NEIGHBOUR), home.declare(PEN)]
    page = about(home, "carol", service_user=reference)
    assert found_by(page, *here) == {0, 1, 2}
    assert "About SU-1042" in page.text
    assert "SU-1042" not in page.html.split("<title>")[1].split("</title>")[0]
    assert not any("SU-1042" in link for link in page.links)
    assert "Amina Yusuf 2 £60.00 £60.00" in page.text
    assert "All 3 £80.00 £80.00 Amina Yusuf" in page.text
    assert "Gus Hale 1 £20.00 £20.00" in page.text
    assert "Amina Yusuf is not to be their key worker" in page.text


def test_what_was_declined_or_withdrawn_counts_as_nothing_nor_does_last_year_lately(
    home: House,
) -> None:
    home.declare(FRAME, offer="declined")
    taken_back = home.declare(FRAME)
    home.as_("amina").post(f"/declarations/{taken_back}/withdrawal", {"reason": "A mistake."})
    home.as_("carol").post(
        f"/declarations/{taken_back}/review", {"stands": "false", "reason": "It was a mistake."}
    )
    home.declare_days_ago(FRAME, 365, worth="7.00")
    home.declare_days_ago(FRAME, 364, worth="5.00")
    assert "Amina Yusuf 4 £12.00 £5.00" in about(home, "carol", service_user="SU-1042").text


def test_they_stand_in_the_order_of_the_days(home: House) -> None:
    told = [home.declare_days_ago(FRAME, days) for days in (3, 9, 1)]
    page = about(home, "ben", service_user="SU-1042")
    listed = [link.partition("?")[0].rpartition("/")[2] for link in page.links]
    assert [told.index(each) for each in listed if each in told] == [2, 0, 1]


def test_only_what_one_may_see_is_there(home: House) -> None:
    home.declare(ELSEWHERE)
    assert "Nothing found for RV-007." in about(home, "ben", service_user="RV-007").text
    assert "Eve" in about(home, "femi", service_user="RV-007").text
    for person in ("amina", "ada"):
        assert home.as_(person).post(PATH, {"service_user": "SU-1042"}).status == 403


def test_a_declaration_leads_to_the_page_of_its_service_user_and_the_page_back(
    home: House,
) -> None:
    declaration = home.declare(FRAME)
    ben = home.as_("ben")
    assert ben.get(f"/declarations/{declaration}").value("declaration") == declaration
    address = ben.post(PATH, {"declaration": declaration}).to
    page = ben.get(address)
    assert "About SU-1042" in page.text
    (link,) = (each for each in page.links if declaration in each)
    assert address in ben.get(link).links
    assert home.as_("femi").post(PATH, {"declaration": declaration}).status == 404
    assert home.as_("ben").post(PATH, {"declaration": "x"}).status == 422


@pytest.mark.parametrize("reference", ["", "Mrs Smith", "x" * 41, "x" * 9000, "\x00"])
def test_what_is_no_reference_is_told_where_it_was_written(home: House, reference: str) -> None:
    page = about(home, "ben", service_user=reference)
    assert page.status == 422
    assert list(page.problems) == ["service_user"]
    assert_every_problem_leads_somewhere(page)


def test_an_address_of_somebody_else_or_of_yesterday_asks_again(home: House) -> None:
    address = home.as_("ben").post(PATH, {"service_user": "SU-2003"}).to
    assert "SU-2003" in home.as_("ben").get(address).html
    home.later(hours=12)
    for person in ("ben", "carol"):
        page = home.as_(person).get(address)
        assert page.status == 422
        assert "SU-2003" not in page.html


# Beside a declaration

WORKER, USER = "Earlier about this worker", "About this service user, "


def beside(home: House, person: str, declaration: str) -> str:
    text = home.as_(person).get(f"/declarations/{declaration}").text
    return text[text.index(WORKER) :].split("History")[0] if WORKER in text else ""


def test_whoever_is_above_sees_what_the_worker_declared_before(home: House) -> None:
    pens = [home.declare(PEN, item=f"Pen {n}") for n in range(7)]
    home.declare(CASH)
    shown = beside(home, "ben", pens[5])
    earlier = shown.split(USER)[0]
    assert [n for n in range(7) if f"Pen {n}" in earlier] == [0, 1, 2, 3, 4]
    assert "All that Amina Yusuf declared" in earlier
    assert "/team?worker=amina" in home.as_("ben").get(f"/declarations/{pens[5]}").links
    assert "Nothing that you may see." in beside(home, "ben", pens[0]).split(USER)[0]


def test_and_what_anybody_declared_about_the_same_service_user(home: House) -> None:
    frame, neighbour = home.declare(FRAME), home.declare(NEIGHBOUR)
    home.declare(CASH)
    home.declare(PEN)
    for person in ("ben", "carol"):
        shown = beside(home, person, neighbour).split(USER)[1]
        assert shown.startswith("SU-1042")
        assert "Silver" in shown
        assert "Gus Hale" in shown
        assert "pen" not in shown
    assert frame in str(home.as_("ben").get(f"/declarations/{neighbour}").links)


def test_whoever_decides_has_both_beside_the_form(home: House) -> None:
    home.declare(PEN)
    frame = home.declare(FRAME)
    text = home.as_("carol").get(f"/declarations/{frame}/decision").text
    assert "Earlier about this worker, and about SU-1042" in text
    assert "Ballpoint pen" in text


def test_the_worker_and_an_auditor_have_neither_nor_has_the_past(home: House) -> None:
    declaration = home.declare(SUPERMARKET)
    by = {each: beside(home, each, declaration) != "" for each in ("amina", "dev", "ben")}
    assert by == {"amina": False, "dev": False, "ben": True}
    past = f"/declarations/{declaration}?as_at={home.register.log.last_position()}"
    assert WORKER not in home.as_("ben").get(past).text
