"""The Python workers of a Spark that runs under this process."""

import os
from pathlib import Path
from typing import Optional


def children(process: int) -> list[int]:
    """The processes that this one started."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def command_line(process: int) -> str:
    """How a process was started, if it still runs."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def seconds(process: int, first: int = 11, end: int = 13) -> float:
    """The processor time of a process."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[first:end])) / os.sysconf("SC_CLK_TCK")


def all_seconds(process: int) -> float:
    """The processor time of a process and of all that it started, those that have ended too."""
    return seconds(process, 11, 15) + sum(all_seconds(child) for child in children(process))


def peak_memory(process: int) -> Optional[int]:
    """The most memory that a process has had, in bytes."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) * 1024 if found else None


def java(process: int) -> list[int]:
    """The virtual machines of Spark below a process."""
    below = children(process)
    return [child for child in below if "org.apache.spark" in command_line(child)] + [j for child in below for j in java(child)]


def workers(process: int) -> list[int]:
    """The Python workers below a process: what the daemons of its Spark have forked."""
    daemons = [d for machine in java(process) for d in children(machine) if "pyspark.daemon" in command_line(d)]
    return [worker for daemon in daemons for worker in children(daemon)]
