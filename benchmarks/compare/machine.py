"""What the figures were measured on: processor, load, versions and builds."""
import ctypes
import os
import pathlib
import platform
import subprocess


def describe(tangram):
    """tangram: the executable."""
    root = pathlib.Path(__file__).resolve().parents[2]

    def output(*command):
        try:
            return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60).stdout.strip()
        except OSError:
            return ""

    changed = " and changes" if output("git", "status", "--porcelain", "--untracked-files=no") else ""
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "load": load(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "dotnet": output("dotnet", "--version"),
        "tangram": output(str(tangram), "--version"),
        "commit": (output("git", "rev-parse", "--short", "HEAD") or "unknown") + changed,
    }


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    values = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return f"{values.get('model name', platform.processor())} (family {values.get('cpu family')}, model {values.get('model')})"


def load():
    """Processes that ran or wanted to, on average over the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def is_busy(average):
    """Whether so much else runs that times say little."""
    return average > 0.3 * (os.cpu_count() or 1)


def pytorch_build():
    """PyTorch's version, and the library that its products run in. Called in a process that has loaded it and multiplied."""
    import torch

    build = {"version": torch.__version__, "threads": torch.get_num_threads(), "compile": hasattr(torch, "compile"),
             "settings": [line.strip(" -") for line in torch.__config__.show().splitlines() if line.strip(" -").startswith(("GCC", "Intel", "OpenMP", "CPU"))],
             "blas": torch.__config__.show().partition("BLAS_INFO=")[2].partition(",")[0] or "unknown"}
    loaded = {line.split()[-1] for line in pathlib.Path("/proc/self/maps").read_text().splitlines() if "blas" in line.lower()} if os.path.exists("/proc/self/maps") else set()
    build["libraries"] = sorted(loaded)
    for path in sorted(loaded):
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_get_corename"):
            library.openblas_get_corename.restype = library.openblas_get_config.restype = ctypes.c_char_p
            build["openblas"] = {"kernels": library.openblas_get_corename().decode(), "config": library.openblas_get_config().decode()}
            break
    return build
