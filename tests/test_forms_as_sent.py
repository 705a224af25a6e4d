"""What is sent as a form in a way in which no browser sends one."""

from __future__ import annotations

import pytest

from tests.browser import Browser, Office, words


def sent(browser: Browser, path: str, charset: str, value: str) -> tuple[int, str]:
    body = f'--b\r\nContent-Disposition: form-data; name="days"\r\n\r\n{value}\r\n--b--\r\n'
    kind = {"Content-Type": f"multipart/form-data; boundary=b; charset={charset}"}
    answer = browser.post(path, content=body.encode(), headers=kind)
    return answer.status_code, words(answer)


@pytest.mark.parametrize("charset", ["undefined", "unicode_escape", "utf-7", "latin-1", "utf-16"])
def test_a_form_in_another_code_than_utf_8_is_refused(here: Office, charset: str) -> None:
    for browser, path in (
        (here.browser(None), "/sign-in/password"),
        (here.browser("ada"), "/people/amina/link"),
    ):
        status, told = sent(browser, path, charset, "\\ud800 +2AA-")
        assert (status, "could not be read" in told) == (400, True)


@pytest.mark.parametrize("charset", ["utf-8", "UTF8"])
def test_one_that_says_utf_8_is_read(here: Office, charset: str) -> None:
    assert sent(here.browser("ada"), "/people/amina/link", charset, "3")[0] == 200
