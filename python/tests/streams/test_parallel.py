"""GNU parallel: blocks of lines to processes, the reports in the order of the lines."""

import json
import shutil

import pytest

from stream_engines import EXAMPLES, json_lines, missing


@pytest.fixture(autouse=True)
def parallel():
    if not shutil.which("parallel"):
        missing("GNU parallel is not installed")


def test_the_output_is_that_of_one_process(run, rows, answers):
    output = run([EXAMPLES / "parallel.sh", "--block", "500k", "--jobs", "3"], json_lines(rows))
    assert output.splitlines() == answers


def test_without_an_id_lines_count_within_their_block(run):
    lines = json_lines([{"text": "The meeting is at nine."}] * 1000)
    output = run([EXAMPLES / "parallel.sh", "--block", "10k"], lines)
    ids = [json.loads(line)["id"] for line in output.splitlines()]
    assert len(ids) == 1000 and ids[:3] == [1, 2, 3]
    assert 2 < ids.count(1) < 10 and max(ids) < 500
