"""The file of the providers: what it says, and that all of its mistakes are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from register.setup.providers import read_providers
from register.setup.settings import SettingsError
from tests.consoles import said_plainly
from tests.server import Installation

RIGHT = """
[nhsmail]
label = "NHSmail"
issuer = "https://login.microsoftonline.com/37c354b2/v2.0"
client_id = "register"
client_secret_file = "nhsmail.secret"
trust_email = true

[cis2]
label = "NHS smartcard"
issuer = "https://am.nhsidentity.example.org"
client_id = "register"
client_secret_file = "nhsmail.secret"
acr = ["AAL2_OR_AAL3_ANY", "AAL3_ANY"]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "nhsmail.secret").write_text("hush\n")
    file = folder / "providers.toml"
    file.write_text(text)
    return file


def test_what_it_says(tmp_path: Path) -> None:
    nhsmail, cis2 = read_providers(written(tmp_path, RIGHT)).values()
    assert (nhsmail.name, nhsmail.label, nhsmail.trust_email) == ("nhsmail", "NHSmail", True)
    assert nhsmail.secret.get_secret_value() == "hush"
    assert "hush" not in repr(nhsmail)
    assert (cis2.acr, cis2.trust_email) == (("AAL2_OR_AAL3_ANY", "AAL3_ANY"), False)
    assert read_providers(None) == {}


WRONG = {
    'issuer = "http://login.example.org"': "http is for this machine alone",
    'issuer = "https://login.example.org?tenant=1"': "This is not like https://",
    'label = ""': "label",
    "label = 7": "label",
    'client_id = ""': "client_id",
    'trust_email = "yes"': "trust_email",
    "acr = 3": "acr",
    "tusrt_email = true": "tusrt_email",
    'client_secret_file = "none"': "This file cannot be read",
    'client_secret_file = "empty"': "This file is empty",
    "client_secret_file = 7": "Name the file",
    'secret = "hush"': "the secret is in a file",
}


@pytest.mark.parametrize(("line", "says"), WRONG.items(), ids=WRONG)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "empty").write_text("\n")
    key = line.partition(" ")[0]
    kept = [each for each in RIGHT.split("[cis2]")[0].splitlines() if not each.startswith(key)]
    with pytest.raises(SettingsError) as error:
        read_providers(written(tmp_path, "\n".join([*kept, line])))
    assert "REGISTER_PROVIDERS: [nhsmail]" in str(error.value)
    assert says in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = RIGHT.replace('"NHSmail"', "7").replace("nhsmail.secret", "none") + "[Bad_Name]\n"
    with pytest.raises(SettingsError) as error:
        read_providers(written(tmp_path, text))
    for each in (
        "[nhsmail] label",
        "[nhsmail] client_secret_file",
        "[cis2] client_secret_file",
        "[Bad_Name]: A provider's name",
        "[Bad_Name] issuer",
    ):
        assert each in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[nhsmail", "is not written in TOML"),
        ("nhsmail = 3", "is not in the table of a provider"),
        (RIGHT + RIGHT.replace("[nhsmail]", "[a]").replace("[cis2]", "[b]"), "has the same"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_providers(written(tmp_path, text))


def test_the_server_does_not_start_with_a_file_that_is_wrong(installation: Installation) -> None:
    installation.settings["REGISTER_PROVIDERS"] = str(installation.data_dir / "none.toml")
    words = said_plainly(installation.command("serve", "--port", "0"))
    assert "REGISTER_PROVIDERS" in words
    assert "cannot be read" in words
