"""What the tests of the engines share: where things stand, and what is done where a program is missing."""

import json
import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
EXAMPLES = PROJECT / "python" / "streams"
COMMAND = ["beholden", "scan", "--no-config", "--input", "jsonl", "--format", "jsonl"]

# No query and no program here takes longer, unless it hangs.
TIMEOUT = 60


def missing(reason):
    """Where the project's own checks run, nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def json_lines(rows):
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
