#!/usr/bin/env python3
"""Tangram beside PyTorch, and beside scikit-learn's dictionary learning: who trains and encodes how fast, and how well.

All contenders train by turns (A B C A B C …), each in processes of its own, on the same bytes, from the same first weights, over the same batches in the same
order, with the same number of threads. Clocks run during steps alone. Ratios are of medians, and in brackets between which bounds the ratios of single rounds lie.

    tangram           fp32 on the CPU
    tangram mixed     its encoder's product in bfloat16 with fp32 sums; left out where this build or processor hasn't it
    PyTorch plain     as a user writes it: autograd, dense codes, torch.optim.Adam
       , settings     the same code in a process whose settings (how OpenMP's threads wait, which OpenBLAS, how memory is kept) are the fastest here
    PyTorch tuned     no autograd, gathered decoding, one product [z; δ]ᵀ[e; x] for the gradient, Adam in place, no denormals, arrays reused; of several ways
                      to write an operation the fastest here; those settings
    PyTorch lists     the same, its gradient gathered from lists of each feature's entries, which is Tangram's own idea
    PyTorch bf16      the same again, the encoder's product in bfloat16, as torch.autocast does it: codes are rounded too

Usage: python3 benchmarks/compare/compare.py [--quick] [--rounds 3] [--threads N] [--only mnist,five,colour,encode,until,dictionary] [--json FILE]
Needs: dotnet build -c Release; the sets mnist and emoji (tangram data get NAME); a Python 3 that has PyTorch and NumPy, for the last part scikit-learn: on Debian
/usr/bin/python3 with the packages python3-torch, python3-sklearn and libopenblas0-pthread. Any other PyTorch will do; what was used is printed.
Takes about 25 minutes on two cores, with --quick three: then fewer images, so that ratios are rough and what is learned is poor.
`node benchmarks/compare/chart.mjs FILE` draws the ratios in FILE. What is compared and why: docs/comparison.md.
"""
import argparse
import datetime
import importlib.util
import json
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    sys.stdout.reconfigure(line_buffering=True)
    options = parse()
    if missing := [name for name in ("numpy", "torch") if importlib.util.find_spec(name) is None]:
        sys.exit(f"compare.py: {sys.executable} has no {' and no '.join(missing)}; run it by a Python that has PyTorch and NumPy, on Debian "
                 "/usr/bin/python3 after 'apt install python3-torch python3-sklearn libopenblas0-pthread'.")
    if not options.tangram.exists():
        sys.exit(f"compare.py: there is no '{options.tangram}'; build it with 'dotnet build -c Release', or name another one with --tangram.")
    from comparison import Comparison
    from tangram import Refused

    with tempfile.TemporaryDirectory(prefix="tangram-compare-") as work:
        try:
            Comparison(options, work).run()
        except Refused as refused:
            sys.exit(f"compare.py: {refused}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer images and one round: to see that everything works")
    parser.add_argument("--rounds", type=int, help="turns of each contender (3; with --quick 1)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    parser.add_argument("--only", metavar="PARTS", help="some of the parts, with commas")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every single measurement there")
    parser.add_argument("--tangram", type=pathlib.Path, default=ROOT / "artifacts/bin/Tangram.Cli/release/tangram", help="the executable")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.date = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    from configurations import PARTS

    options.parts = options.only.split(",") if options.only else PARTS
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; choose from {','.join(PARTS)}")
    if options.rounds < 1 or options.threads < 1:
        parser.error("give at least one round and one thread")
    return options


if __name__ == "__main__":
    main()
