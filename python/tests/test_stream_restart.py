"""Structured Streaming: a stream that is killed and started again, without loss or doubles."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
from messages import MESSAGES, messages, shaped
from processes import children, command_line

import beholden

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "stream_json.py"
FILES = 6
TIMEOUT = 600


def write(folder: Path, name: str, rows: list[tuple[int, str, Any]]) -> None:
    """Puts a file there in one move, as whoever feeds a stream of files must."""
    lines = [json.dumps({"id": number, "subject": subject, "body": text}) for number, subject, text in rows]
    (folder / f".{name}").write_text("\n".join(lines) + "\n")
    (folder / f".{name}").rename(folder / name)


def steps(folder: Path) -> set[str]:
    """The steps that the stream's checkpoint names, in what it has planned (offsets) or done (commits)."""
    return {file.name for file in folder.glob("*") if file.name.isdigit()}


def kill_all(process: "subprocess.Popen[bytes]") -> None:
    """Kills a session and waits until none of it runs: a worker that is left could still write."""
    below, found = {process.pid}, [process.pid]
    while found:
        found = [child for parent in found for child in children(parent)]
        below.update(found)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    for one in below - {process.pid}:
        # Spark's daemon has a group of its own.
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    process.wait(TIMEOUT)
    deadline = time.monotonic() + TIMEOUT
    # A process that has ended has no command line, even if nobody has asked for its status.
    while any(command_line(one) for one in below):
        assert time.monotonic() < deadline, "a killed process still runs"
        time.sleep(0.01)


def test_a_stream_goes_on_after_a_kill_without_loss_or_doubles(
    scan: Any, spark: Any, spark_environment: dict[str, str], tmp_path: Path
) -> None:
    total = min(MESSAGES, 100_000)
    source, target, checkpoint = tmp_path / "incoming", tmp_path / "judged", tmp_path / "checkpoint"
    source.mkdir()
    rows = list(messages(0, total))
    size = -(-total // FILES)
    for file in range(FILES - 2):
        write(source, f"{file:04}.json", rows[file * size : (file + 1) * size])
    args = [sys.executable, EXAMPLE, source, target, checkpoint, "--files", "1", "--once"]
    # A session of its own, so that the kill takes the interpreter, the virtual machine and the workers at once.
    stream = subprocess.Popen(args, env=spark_environment, stderr=subprocess.DEVNULL, start_new_session=True)
    begun, done = checkpoint / "offsets", checkpoint / "commits"
    try:
        deadline = time.monotonic() + TIMEOUT
        while not (steps(done) and steps(begun) - steps(done)):
            assert stream.poll() is None, "the stream ended before it could be killed"
            assert time.monotonic() < deadline, "the stream came to no second step"
            time.sleep(0.002)
    finally:
        kill_all(stream)
    before = steps(done)
    assert 1 <= len(before) < FILES - 2, "it was not killed midway"

    subprocess.run(args, env=spark_environment, check=True, stderr=subprocess.DEVNULL, timeout=TIMEOUT)
    assert steps(done) > before
    # What arrives later is taken up by the next start, and nothing again.
    for file in range(FILES - 2, FILES):
        write(source, f"{file:04}.json", rows[file * size : (file + 1) * size])
    subprocess.run(args, env=spark_environment, check=True, stderr=subprocess.DEVNULL, timeout=TIMEOUT)

    # Spark reads by the target's log: files of a step that was not done do not count.
    found = spark.read.parquet(str(target)).orderBy("id").toArrow().to_pylist()
    assert [row["id"] for row in found] == list(range(total))
    result = pa.struct([field for field in beholden.arrow_schema() if field.name != "id"])
    reports = scan([{"id": number, "subject": subject, "text": text} for number, subject, text in rows])
    for row, report in zip(found, reports):
        if row["body"] is None:
            assert row["beholden"]["error"] == "there is no message" and "error" in report
        else:
            assert row["beholden"] == shaped(report, result)
