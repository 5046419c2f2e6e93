#!/usr/bin/env python3
"""Assembles the listings beside this file (GNU binutils, 2.38 or newer) and writes their bytes into Bf16Code.cs."""
import pathlib
import subprocess
import tempfile

here = pathlib.Path(__file__).parent


def assembled(listing, folder):
    """The bytes of a listing, and where in them its functions begin."""
    linkable, binary = f"{folder}/listing.o", f"{folder}/listing.bin"
    subprocess.run(["as", "--64", here / listing, "-o", linkable], check=True)
    subprocess.run(["objcopy", "-O", "binary", "-j", ".text", linkable, binary], check=True)
    names = subprocess.run(["nm", "--defined-only", "--extern-only", linkable], check=True, capture_output=True, text=True).stdout
    starts = {name: int(start, 16) for start, _, name in map(str.split, names.splitlines())}
    return pathlib.Path(binary).read_bytes(), starts


def lines(code):
    rows = (code[start:start + 24] for start in range(0, len(code), 24))
    return "\n".join("        " + " ".join(f"0x{byte:02X}," for byte in row) for row in rows)


with tempfile.TemporaryDirectory() as folder:
    avx512, starts = assembled("avx512bf16.s", folder)
    amx, amx_starts = assembled("amx.s", folder)

assert starts["product"] == 0 and amx_starts == {"product": 0}
(here / "Bf16Code.cs").write_text(f"""namespace Tangram;

/// <summary>
/// Machine code for instructions that .NET has no words for, as assemble.py makes it of the listings avx512bf16.s and amx.s beside this file: read those.
/// A listing's product is its first function.
/// </summary>
internal static class Bf16Code
{{
    /// <summary>Where in <see cref="Avx512"/> the roundings begin.</summary>
    public const int Round = {starts["round"]}, RoundPairs = {starts["round_pairs"]};

    public static ReadOnlySpan<byte> Avx512 =>
    [
{lines(avx512)}
    ];

    public static ReadOnlySpan<byte> Amx =>
    [
{lines(amx)}
    ];
}}
""", encoding="utf-8")
