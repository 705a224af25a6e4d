"""Signing in at npm's `oidc-provider`, with all that it checks by itself; and out again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.npm_provider import Provided, served


@pytest.fixture(scope="module")
def with_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provided]:
    with served(tmp_path_factory.mktemp("provided")) as found:
        yield found


def test_somebody_signs_in_and_is_told_of_it(with_provider: Provided) -> None:
    register, origin = with_provider.register, with_provider.origin
    amina = with_provider.person()
    answer = amina.signs_in_as("amina")
    assert (answer.status_code, str(answer.url)) == (200, f"{origin}/")
    assert "Amina Yusuf" in answer.text
    assert [each.provider for each in register.bindings.of("amina")] == ["care"]
    assert register.account.news("amina", str)


def test_a_stranger_does_not(with_provider: Provided) -> None:
    answer = with_provider.person().signs_in_as("stranger")
    assert answer.status_code == 403
    assert "Nobody here is known by this sign-in. Ask the administrator." in answer.text


def test_whoever_signs_in_again_has_to_sign_in_there_anew(with_provider: Provided) -> None:
    register, origin = with_provider.register, with_provider.origin
    ben = with_provider.person()
    ben.signs_in_as("ben")
    before = ben.browser.cookies["register-session"]
    there = ben.goes_there(why="again", then="/mine")
    assert "/interaction/" in str(there.url)  # though signed in there already
    answer = ben.signs_in_as("ben", why="again", then="/mine")
    assert str(answer.url) == f"{origin}/mine"
    after = ben.browser.cookies["register-session"]
    assert after != before
    register.signing_in.check_fresh(after)


def test_whoever_signs_out_there_is_signed_out_here(with_provider: Provided) -> None:
    carol = with_provider.person()
    carol.signs_in_as("carol")
    assert carol.get("/").status_code == 200
    carol.signs_out_there(with_provider.issuer)
    assert carol.get("/").headers["location"] == "/sign-in"


def test_a_real_browser_goes_there_and_back_without_javascript(
    with_provider: Provided, chromium: Browser
) -> None:
    """Browsers follow a form to nowhere but the register; they go to the provider all the same."""
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{with_provider.origin}/sign-in")
        page.get_by_role("button", name="Sign in with Care Login").click()
        page.locator("[name=login]").fill("femi")
        page.locator("[name=password]").fill("any")
        page.get_by_role("button", name="Sign-in").click()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{with_provider.origin}/")
        expect(page.get_by_text("Signed in as Femi Ade")).to_be_visible()
