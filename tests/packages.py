"""Debian's packages, which a test may install where it is run by root."""

from __future__ import annotations

import os
import shutil
import subprocess

APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
SECONDS_TO_INSTALL = 600


def is_root() -> bool:
    return os.geteuid() == 0


def can_install_packages() -> bool:
    return is_root() and shutil.which("apt-get") is not None


def steps_to_install(package: str) -> list[list[str]]:
    quietly = ["install", "-y", "-qq", "--no-install-recommends", package]
    return [[*APT, "update", "-qq"], [*APT, *quietly]]


def take(steps: list[list[str]], or_else: str) -> None:
    """Run commands in order. Raises `AssertionError` with these words where one of them fails."""
    for step in steps:
        surroundings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(step, env=surroundings, timeout=SECONDS_TO_INSTALL)
        assert done.returncode == 0, or_else
