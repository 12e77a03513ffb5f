"""Vector is in neither Debian nor PyPI, so only the command line of its configuration is run: what Vector would start."""

import os
import signal
import subprocess
import threading

from stream_engines import EXAMPLES, TIMEOUT, json_lines, missing


def test_reports_come_while_the_file_is_still_written(scripts, judge, rows, tmp_path):
    try:
        import yaml
    except ImportError:
        missing("PyYAML is not installed")
    source = yaml.safe_load((EXAMPLES / "vector.yaml").read_text())["sources"]["reports"]
    assert (source["type"], source["mode"], source["decoding"]["codec"]) == ("exec", "streaming", "json")
    mail = tmp_path / "mail.jsonl"
    mail.write_bytes(json_lines(rows[:10]))
    environment = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}"}
    options = {"cwd": tmp_path, "env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(source["command"], start_new_session=True, **options) as vector:
        end = threading.Timer(TIMEOUT, os.killpg, (vector.pid, signal.SIGKILL))
        end.start()
        try:
            expected = judge(rows[:12])
            assert [vector.stdout.readline().rstrip(b"\n") for _ in range(10)] == expected[:10]
            with mail.open("ab") as more:
                more.write(json_lines(rows[10:12]))
            assert [vector.stdout.readline().rstrip(b"\n") for _ in range(2)] == expected[10:]
        finally:
            end.cancel()
            os.killpg(vector.pid, signal.SIGTERM)
