"""`python -m bench`: measures every row, prints the table, and writes it to bench/RESULTS.md."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from bench import results
from bench.measuring import Measured, measure
from bench.rows import all_rows
from bench.workshop import FULL, QUICK, Workshop


def main(
    only: Annotated[list[str] | None, typer.Option(help="The rows of these files alone")] = None,
    quick: Annotated[bool, typer.Option(help="Everything once and small: does it work?")] = False,
) -> None:
    """Measure the register beside its peers."""
    wanted = only or list(all_rows())
    found: list[Measured] = []
    with Workshop(QUICK if quick else FULL) as workshop:
        for name in wanted:
            with closing(all_rows()[name](workshop)) as rows:
                for row in rows:
                    found.append(measure(row, workshop.sizes.runs))
                    print("\n".join(results.told(found[-1])), flush=True)
    if not quick and not only:
        results.write(found)
    failed = [each.row.work for each in found if each.is_failed]
    if failed:
        print("\n".join(["Over what is allowed:", *failed]))
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
