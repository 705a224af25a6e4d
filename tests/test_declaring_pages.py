"""The form of a declaration: whom it offers to choose from."""

from __future__ import annotations

import re

from tests.browser import Browser, Office


def offered(browser: Browser) -> list[str]:
    page = browser.get("/declare/gift").text
    (listed,) = re.findall(r'<datalist id="references">(.*?)</datalist>', page)
    return re.findall(r'value="([^"]*)"', listed)


def suggested(browser: Browser) -> str:
    (value,) = re.findall(
        r'name="service_user"[^>]*value="([^"]*)"', browser.get("/declare/gift").text
    ) or [""]
    return str(value)


def test_the_service_users_of_the_workers_own_service_are_offered(here: Office) -> None:
    assert offered(here.browser("amina")) == ["SU-1042", "SU-1077"]
    assert offered(here.browser("eve")) == ["RV-007"]


def test_whoever_was_last_declared_about_comes_first_and_stands_there(here: Office) -> None:
    amina = here.browser("amina")
    assert suggested(amina) == ""
    here.declare("amina", service_user="SU-1077")
    here.declare("amina", service_user="SU-9")
    assert offered(amina) == ["SU-9", "SU-1077", "SU-1042"]
    assert suggested(amina) == "SU-9"
