"""`register export`: a bundle with which somebody else verifies the register without it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from register.console.doctoring import Told, with_progress
from register.console.opening import check_known, opened
from register.proving.exporting.exporting import Exported, Exports
from register.register import Register
from register.setup.settings import SettingsError

Person = Annotated[str, typer.Argument(help="The auditor for whom it is, by their id")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write", dir_okay=False)]
WithoutWords = Annotated[
    bool, typer.Option("--without-words", help="Leave out words, photographs and keys to them")
]


class NotWrittenError(SettingsError):
    """The bundle could not be written."""


def export_command(
    person: Person, output: Output = Path("bundle.zip"), without_words: WithoutWords = False
) -> None:
    """Write a bundle: the register as far as an auditor may read it, with everything that proves
    it. It is kept that they took it out."""
    with opened() as register:
        check_known(register, [person])
        done = with_progress(
            "Exporting",
            lambda told: written(register, person, output, told, with_words=not without_words),
        )
    typer.echo(
        f"The bundle is in {output}: {done.entries} entries, of which the newest checkpoint covers "
        f"{done.covered}. What is erased in the register later is still in it."
    )


def written(
    register: Register, person: str, output: Path, told: Told, *, with_words: bool
) -> Exported:
    """Written beside its place first, so that half a bundle is never there."""
    exports = Exports(register.log, register.read, register.audit, register.looks)
    exports.check_may(person)
    beside = output.with_name(f"{output.name}.part")
    try:
        beside.touch(mode=0o600)
        with beside.open("wb") as file:
            done = exports.export(person, file, told, with_words=with_words)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(output)
    except OSError as error:
        raise NotWrittenError(f"{output} could not be written: {error.strerror}.") from None
    finally:
        beside.unlink(missing_ok=True)
    return done
