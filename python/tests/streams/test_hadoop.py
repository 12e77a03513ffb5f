"""Hadoop streaming: the mapper is the command. mrjob's local runner stands in for the cluster: it splits the input among
processes and gathers what they write, as Hadoop does, but it is not Hadoop."""

import sys

import pytest

from stream_engines import EXAMPLES, json_lines, missing


@pytest.fixture(autouse=True)
def mrjob():
    try:
        import mrjob.job  # noqa: F401
    except ImportError as error:
        if sys.version_info >= (3, 13):
            pytest.skip(f"mrjob knows Python up to 3.12 only: {error}")
        missing(f"mrjob is not installed, or does not know this Python: {error}")


def test_every_line_of_every_split_is_answered_once(run, rows, answers, tmp_path):
    (tmp_path / "one.jsonl").write_bytes(json_lines(rows[:7000]))
    (tmp_path / "two.jsonl").write_bytes(json_lines(rows[7000:]))
    job = [sys.executable, EXAMPLES / "hadoop_job.py", "-r", "local", "--no-conf"]
    output = run([*job, tmp_path / "one.jsonl", tmp_path / "two.jsonl"])
    assert sorted(output.splitlines()) == sorted(answers)
