#!/usr/bin/env python3
"""Makes tests/Tangram.Tests/Golden/rows-{f4,f2,f4-v2,f4-v3}.npy: the same small matrix as NumPy itself writes it, in float32 and float16 and with headers of version
1.0, 2.0 and 3.0. NpyGoldenTests knows the values.

Usage: tools/make-npy.py   (needs NumPy)
"""
import pathlib

import numpy

ROWS, COLUMNS = 5, 7


def main():
    row, column = numpy.indices((ROWS, COLUMNS))
    rows = (row * 7 - column * 3) / 16  # exact in float16
    rows[0, 0], rows[4, 6], rows[2, 3] = -0.0, 65504, 2.0 ** -24  # float16's largest and smallest
    folder = pathlib.Path(__file__).resolve().parent.parent / "tests/Tangram.Tests/Golden"
    numpy.save(folder / "rows-f4.npy", rows.astype("<f4"))
    numpy.save(folder / "rows-f2.npy", rows.astype("<f2"))
    for version in (2, 3):
        with open(folder / f"rows-f4-v{version}.npy", "wb") as file:
            numpy.lib.format.write_array(file, rows.astype("<f4"), version=(version, 0))


if __name__ == "__main__":
    main()
