"""A register whose log was signed, cosigned and goes on under a second key; and bundles of it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from events.proof.cosignatures import CosigningKey
from events.proof.notes import SecretKey, read_note
from register.proving.cosigned.kept import keep
from register.proving.exporting.exporting import Exports
from register.proving.exporting.members import members as written
from register.proving.kept import last_kept
from register.proving.places import Folder
from register.proving.signing import Signer
from tests.browser import Office, office
from tests.cast import joined
from tests.logs import destroy_keys

ORIGIN = "register.example.org/log"
SAID = "He was given a watch and hid it"
ALONE = ("cryptography", "cffi", "pycparser", "_cffi_backend*")
"""All that the verifier is given besides Python: `cryptography`, and what that needs itself."""
Content = dict[str, bytes]


@dataclass
class Signed:
    """`gift` was declared and settled; the words of `erased` are erased; of `concern` few know."""

    office: Office
    folder: Path
    keys: list[SecretKey]
    gift: UUID
    erased: UUID
    concern: UUID

    def sign(self) -> None:
        log = self.office.log.database
        own, outside = Folder(self.folder / "own"), Folder(self.folder / "outside")
        assert Signer(log, own, outside, lambda: self.keys).sign() is None

    def cosign(self, witness: CosigningKey) -> None:
        log = self.office.log
        with log.database.read() as connection:
            kept = last_kept(connection)
        assert kept is not None
        signature = witness.cosign(read_note(kept.note.encode()).text, 1_780_000_000)
        keep(log.database, kept, witness.public, signature, log.clock())

    def exports(self) -> Exports:
        found = self.office.register
        return Exports(found.log, found.read, found.audit, found.looks)

    def bundle(self, by: str = "dev", *, with_words: bool = True) -> Content:
        into = io.BytesIO()
        self.exports().export(by, into, with_words=with_words)
        return content(into.getvalue())


@contextmanager
def signed(folder: Path, url: str | None = None) -> Iterator[Signed]:
    with office(folder, url=url) as here:
        here.register.change_directory([joined("rhea", roles=("auditor-restricted",))])
        for each in ("own", "outside"):
            (folder / each).mkdir()
        about = {"subject": "ben", "what_seen": SAID, "at_risk_now": True}
        concern = here.declare("amina", "colleague-concern", **about)
        first = SecretKey.new(ORIGIN)
        found = Signed(here, folder, [first], here.declare("amina"), here.declare("eve"), concern)
        found.sign()
        found.cosign(CosigningKey.new("witness.example/w1"))
        outcome = {"outcome": "return", "reason": "Above a token"}
        here.register.decide("carol", str(found.gift), outcome)
        found.sign()
        found.keys.append(SecretKey.new(ORIGIN))
        found.sign()
        here.declare("gus")
        found.sign()
        found.cosign(CosigningKey.new("witness.example/w2"))
        destroy_keys(here.log, found.erased)
        here.declare("gus")  # no checkpoint covers this yet
        yield found


def content(file: bytes) -> Content:
    with zipfile.ZipFile(io.BytesIO(file)) as bundle:
        return {each: bundle.read(each) for each in bundle.namelist()}


def put_together(members: Content) -> bytes:
    """A bundle of these members as somebody makes it who alters one: the digests are made anew."""
    into = io.BytesIO()
    with written(into) as made:
        for name, found in members.items():
            if name != "bundle.json":
                made.add(name, [found])
    return into.getvalue()


def lines(members: Content, name: str) -> list[Any]:
    return [json.loads(each) for each in members[name].splitlines()]


@dataclass(frozen=True)
class Said:
    code: int
    output: str


class Desk:
    """Where somebody has Python and `cryptography`, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._packages = folder, folder / "packages"
        self._packages.mkdir(parents=True)
        here = next(Path(each) for each in sys.path if (Path(each) / "cryptography").is_dir())
        for pattern in ALONE:
            for found in here.glob(pattern):
                (self._packages / found.name).symlink_to(found)

    def run(self, program: Path, *asked: str | Path) -> Said:
        done = subprocess.run(
            [sys.executable, "-S", "-P", str(program), *map(str, asked)],
            cwd=self._folder,
            env={"PYTHONPATH": str(self._packages), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout + done.stderr)

    def verified(self, bundle: bytes, *asked: str | Path) -> Said:
        """What the verifier in a bundle says, which is taken out of the bundle."""
        file, program = self._folder / "bundle.zip", self._folder / "verify.py"
        file.write_bytes(bundle)
        program.write_bytes(content(bundle)["verify.py"])
        return self.run(program, file, *asked)

    def many_verified(self, verifier: bytes, bundles: list[bytes]) -> list[int]:
        """The exit status of each, all in one process: a new one for each takes a third of a
        second."""
        (self._folder / "verify.py").write_bytes(verifier)
        for number, each in enumerate(bundles):
            (self._folder / f"bundle-{number}.zip").write_bytes(each)
        program = self._folder / "many.py"
        program.write_text(MANY.format(number=len(bundles)))
        return [int(each) for each in self.run(program).output.split()[-len(bundles) :]]


MANY = """
import contextlib, io, sys
sys.path.insert(0, ".")
import verify
codes = []
for number in range({number}):
    sys.argv = ["verify.py", f"bundle-{{number}}.zip"]
    with contextlib.redirect_stdout(io.StringIO()):
        codes.append(verify.main())
print(*codes)
"""

Change = Callable[[Content], None]


def altered(members: Content, change: Change) -> bytes:
    copy = dict(members)
    change(copy)
    return put_together(copy)


def in_line(name: str, number: int, change: Callable[[Any], None]) -> Change:
    """Alters one line of a member."""

    def changed(members: Content) -> None:
        found = lines(members, name)
        change(found[number])
        members[name] = b"".join(
            json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            for each in found
        )

    return changed
