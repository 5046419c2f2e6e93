#!/usr/bin/env python3
"""The second document's claims beside what some runs measured: the table of docs/colour-dictionary.md.

Usage: python3 studies/claims.py RUN…       (after dotnet build -c Release; each run is finished, its images where they were)

Each run is reported on into a temporary folder; the runs themselves stay as they are.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

TANGRAM = pathlib.Path(__file__).resolve().parent.parent / "artifacts/bin/Tangram.Cli/release/tangram"
MARK = {"reproduced": "✓", "notReproduced": "✗", "inconsistentInSource": "≠", "notComparable": "≠", "notMeasured": "–"}


def claims(run):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([TANGRAM, "report", run, "--out", folder, "--json"], check=True, stdout=subprocess.PIPE)
    return [claim for claim in json.loads(done.stdout)["claims"] if claim["document"] == 2]


def main(runs):
    if not runs:
        sys.exit(__doc__)
    measured = [claims(run) for run in runs]
    print("| section | claim | " + " | ".join(pathlib.Path(run).name for run in runs) + " |")
    print("|---" * (2 + len(runs)) + "|")
    for row in zip(*measured):
        cells = [row[0]["section"], row[0]["claim"]] + [f"{MARK[claim['verdict']]} {claim['measured']}" for claim in row]
        print("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
