"""The command on the PATH, the rows, and what the command by itself says of them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from stream_engines import COMMAND, EXAMPLES, PROJECT, TIMEOUT, json_lines, missing

# More than a pipe holds, in one row.
BIG = "The minutes of the meeting are below.\n" * 30_000


@pytest.fixture(scope="session")
def scripts(tmp_path_factory):
    """A folder with the command in it, on the PATH, so that the examples run as they stand."""
    binary = Path(os.environ.get("BEHOLDEN_COMMAND", PROJECT / "target" / "release" / "beholden"))
    if not binary.is_file():
        missing(f"no command at {binary}: build it, or name it in BEHOLDEN_COMMAND")
    folder = tmp_path_factory.mktemp("user_scripts")
    (folder / "beholden").symlink_to(binary.resolve())
    shutil.copy(EXAMPLES / "clickhouse" / "beholden_function.xml", folder)
    return folder


@pytest.fixture(scope="session")
def run(scripts):
    """Runs a program with the command on the PATH and gives what it wrote; it must end well."""

    def run(command, stdin=b"", **options):
        environment = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}"}
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=TIMEOUT, env=environment, **options)
        assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
        return done.stdout

    return run


@pytest.fixture(scope="session")
def judge(run):
    """What the command by itself answers to rows: the lines."""

    def judge(rows):
        lines = run(COMMAND, json_lines(rows)).splitlines()
        assert len(lines) == len(rows)
        return lines

    return judge


@pytest.fixture(scope="session")
def rows():
    """12,000 rows of the project's own corpus under ids that no double holds, with a few that are awkward."""
    texts = []
    for name in ("open", "measure"):
        texts += [json.loads(line) for line in (PROJECT / "corpus" / f"{name}.jsonl").read_text().splitlines()]
    assert len(texts) > 1000
    first = 2**64 - 12_000
    rows = [{"id": first + i, "subject": texts[i % len(texts)].get("subject"), "text": texts[i % len(texts)]["text"]} for i in range(12_000)]
    rows[1]["text"] = None
    rows[2]["text"] = "tab\t, quote \", backslash \\, bell \x07, line\r\nends, nul \x00, π, 𝄞, \u2028 and </script>"
    rows[3]["text"] = "Wir haben Ihnen gestern ein Geschenk geschickt. Könnten Sie uns jetzt bitte mit zwanzig Euro helfen? " * 5
    rows[4]["text"] = BIG
    rows[-1]["text"] = ""
    return rows


@pytest.fixture(scope="session")
def answers(judge, rows):
    return judge(rows)

