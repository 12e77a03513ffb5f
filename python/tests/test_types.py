"""The typed stubs: they are the compiled module's, and type checkers read them."""

import subprocess
import sys
from pathlib import Path

import pytest

import beholden

HERE = Path(__file__).resolve().parent


def check(*args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", *args], cwd=HERE, capture_output=True, text=True)


def test_the_stubs_are_those_of_the_module() -> None:
    done = check("mypy.stubtest", "beholden._beholden", "--ignore-missing-stub", "--mypy-config-file", "../pyproject.toml")
    assert done.returncode == 0, done.stdout


def test_mypy_finds_nothing() -> None:
    assert (Path(beholden.__file__).parent / "py.typed").is_file()
    done = check("mypy", "--config-file", "../pyproject.toml", "typed.py")
    assert done.returncode == 0, done.stdout
    done = check("mypy", "--config-file", "../pyproject.toml", "-p", "beholden")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "wrong",
    ["beholden.Engine().analyze(b'x')", "beholden.Engine(thresholds=[1])", "from types import MappingProxyType\nbeholden.Engine(thresholds=MappingProxyType({'appeal': 0.5}))",
     "beholden.Engine().analyze_batch(['x']).num_rows"],
)
def test_mypy_finds_mistakes(wrong: str) -> None:
    done = check("mypy", "--config-file", "../pyproject.toml", "-c", f"import beholden\n{wrong}\n")
    assert done.returncode == 1 and "error:" in done.stdout, done.stdout
