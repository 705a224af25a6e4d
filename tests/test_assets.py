"""What is served is made from what was taken, unchanged, and holds all that a page may need."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from scripts.assets.building import ASSETS, SOURCES, STATIC, build
from scripts.assets.slimming import COMPONENTS, slimmed
from web.static_files import NAMES
from web.templating import TEMPLATES

VENDOR = ASSETS / "vendor"


def test_what_was_taken_is_unchanged() -> None:
    manifest = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))
    files = [path for path in VENDOR.glob("**/*") if path.is_file()]
    taken = {path.relative_to(VENDOR).as_posix() for path in files} - {"manifest.toml"}
    assert taken == set(manifest["integrity"])
    for name, integrity in manifest["integrity"].items():
        digest = hashlib.sha384((VENDOR / name).read_bytes()).digest()
        assert f"sha384-{base64.b64encode(digest).decode()}" == integrity, name


def test_what_is_served_is_what_the_build_makes(tmp_path: Path) -> None:
    build(ASSETS, tmp_path)
    served = {path.name for path in STATIC.iterdir()}
    assert served == {path.name for path in tmp_path.iterdir()}, "run scripts/build-assets"


def test_no_script_of_ours_carries_what_only_explains_it() -> None:
    for name, source in SOURCES.items():
        if isinstance(source, str) and source.endswith(".js") and "vendor" not in source:
            served = (STATIC / NAMES[name]).read_text(encoding="utf-8")
            assert not re.search(r"^\s*//", served, re.MULTILINE), name


@pytest.mark.parametrize("component", COMPONENTS)
def test_no_page_has_a_component_that_is_left_out(component: str) -> None:
    asked_for = re.compile(rf"components/{component}/|\bgovuk-{component}(?![a-z])")
    for template in TEMPLATES.glob("**/*.html"):
        assert not asked_for.search(template.read_text(encoding="utf-8")), template.name


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".govuk-tabs__list{margin:0}.govuk-tag{color:red}", ".govuk-tag{color:red}"),
        (".govuk-tabs,.govuk-tag{margin:0}", ".govuk-tag{margin:0}"),
        (".a:not(.govuk-tabs,.b),.c{margin:0}", ".c{margin:0}"),
        (".a:not(.b,.c){margin:0}", ".a:not(.b,.c){margin:0}"),
        ("@media print{.govuk-tabs{margin:0}}", ""),
        ("@media print{.govuk-tabs{margin:0}.a{margin:0}}", "@media print{.a{margin:0}}"),
        (".govuk-generic-header{margin:0}", ".govuk-generic-header{margin:0}"),
        (".govuk-headers{margin:0}", ".govuk-headers{margin:0}"),
        ("@keyframes a{0%{margin:0}}", "@keyframes a{0%{margin:0}}"),
        ("@supports (display:grid){.a{margin:0}}", "@supports (display:grid){.a{margin:0}}"),
    ],
)
def test_only_those_components_are_left_out(css: str, left: str) -> None:
    assert slimmed(css) == left
