"""The statement on accessibility: for anybody, from every page, with whom to tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser import links, office, words
from tests.server import Installation

AS_A_PAGE = {"accept": "text/html"}


def test_it_is_on_every_page_and_names_whom_to_tell(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        anybody = here.browser(None)
        assert "Tell your administrator." in words(anybody.get("/accessibility"))
        here.app.state.contact = "the quality team, 01632 960001"
        assert "Tell the quality team, 01632 960001." in words(anybody.get("/accessibility"))
        assert "/accessibility" in links(anybody.get("/sign-in"))
        assert "/accessibility" in links(here.browser("amina").get("/"))
        assert "/accessibility" in links(anybody.get("/nothing-here", headers=AS_A_PAGE))


def test_it_takes_whom_to_tell_from_the_settings(
    new_installation: Callable[..., Installation],
) -> None:
    installation = new_installation("sqlite", REGISTER_CONTACT="Jo in the office, room 3")
    with installation.serving() as server:
        shown = server.as_nobody().get("/accessibility")
        assert shown.status_code == 200
        assert "Tell Jo in the office, room 3." in shown.text
