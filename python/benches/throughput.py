"""Messages a second of Spark, of one process of the wheel, and of the command, on the same rows in one run.

    BEHOLDEN_MESSAGES=1000000 python/target/venv/bin/python python/benches/throughput.py

`python/run-tests` makes that environment and the command. Figures of a machine that does other work too are less worth:
the load before each is printed, and what it took of processors beside what it took by the clock.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Callable

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from messages import messages  # noqa: E402
from processes import all_seconds, java, peak_memory, workers  # noqa: E402

import beholden  # noqa: E402

COUNT = int(os.environ.get("BEHOLDEN_MESSAGES", "100000"))
COMMAND = os.environ.get("BEHOLDEN_COMMAND", str(HERE.parents[1] / "target" / "release" / "beholden"))
CORES = 2
FEW = min(COUNT, 100_000)
"""What is only compared to the rest takes fewer."""


def measure(what: str, work: Callable[[], Any], count: int = COUNT) -> None:
    """Prints how long the work took, and how many messages a second that is; of processor time too, which load alters less."""
    load, processor = os.getloadavg()[0], all_seconds(os.getpid())
    start = time.perf_counter()
    work()
    seconds, processor = time.perf_counter() - start, all_seconds(os.getpid()) - processor
    wall, busy = f"{seconds:9.2f} s {count / seconds:8,.0f}/s", f"{processor:9.2f} s of processors {count / processor:8,.0f}/s"
    print(f"{what:<58}{wall}{busy}   load {load:.1f}", flush=True)


def prepare(folder: Path) -> int:
    """The same messages as lines of JSON and as Parquet. Returns the bytes of text."""
    size = 0
    with (folder / "messages.jsonl").open("w", encoding="utf-8") as lines:
        for first in range(0, COUNT, 50_000):
            rows = list(messages(first, min(first + 50_000, COUNT)))
            size += sum(len(text.encode()) for _, _, text in rows if text is not None)
            for number, subject, text in rows:
                lines.write(json.dumps({"id": number, "subject": subject, "text": text}, ensure_ascii=False) + "\n")
            columns = {"id": [r[0] for r in rows], "subject": [r[1] for r in rows], "body": [r[2] for r in rows]}
            (folder / "messages").mkdir(exist_ok=True)
            pq.write_table(pa.table(columns), folder / "messages" / f"{first:09}.parquet", row_group_size=10_000)
    return size


def command(folder: Path, jobs: int) -> None:
    args = [COMMAND, "scan", "--no-config", "--jobs", str(jobs), "--input", "jsonl", "--format", "jsonl", str(folder / "messages.jsonl")]
    with (folder / "reports.jsonl").open("wb") as out:
        subprocess.run(args, stdout=out, stderr=subprocess.DEVNULL, check=True)


def batches(folder: Path, count: int = COUNT) -> Any:
    for file in sorted((folder / "messages").glob("*.parquet"))[: -(-count // 50_000)]:
        yield from pq.ParquetFile(file).iter_batches(10_000)


def wheel_arrow(folder: Path) -> None:
    """Parquet to Parquet, as Spark does it, in this process and one thread."""
    engine = beholden.Engine()
    with pq.ParquetWriter(folder / "wheel.parquet", beholden.arrow_schema()) as out:
        for batch in batches(folder):
            out.write_batch(engine.analyze_batch(batch["body"], subjects=batch["subject"], ids=batch["id"]))


def wheel_lists(folder: Path) -> None:
    engine = beholden.Engine()
    for batch in batches(folder, FEW):
        engine.analyze_batch(batch["body"].to_pylist(), subjects=batch["subject"].to_pylist())


def wheel_threads(folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    engine = beholden.Engine()
    with ThreadPoolExecutor(CORES) as pool:
        waiting = []
        for batch in batches(folder, FEW):
            waiting.append(pool.submit(engine.analyze_batch, batch["body"], subjects=batch["subject"]))
            # Not all batches are held in memory at once.
            if len(waiting) > 2 * CORES:
                waiting.pop(0).result()
        for rest in waiting:
            rest.result()


def spark(folder: Path) -> None:
    from pyspark.sql import SparkSession

    from beholden.spark import analyze

    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    start = time.perf_counter()
    builder = SparkSession.builder.master(f"local[{CORES},4]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.local.dir", str(folder)).config("spark.driver.memory", "2g").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    print(f"{'start of Spark':<58}{time.perf_counter() - start:9.2f} s", flush=True)
    source = session.read.parquet(str(folder / "messages"))
    few = analyze(source.limit(1), subject="subject")
    start = time.perf_counter()
    few.collect()
    print(f"{'first job on one message, with the start of a worker':<58}{time.perf_counter() - start:9.2f} s", flush=True)
    start = time.perf_counter()
    few.collect()
    print(f"{'the same again, with the worker that is there':<58}{time.perf_counter() - start:9.2f} s", flush=True)

    peaks: dict[str, int] = {}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            for kind, processes in [("a Python worker", workers(os.getpid())), ("the virtual machine", java(os.getpid()))]:
                for process in processes:
                    peaks[kind] = max(peaks.get(kind, 0), peak_memory(process) or 0)

    watcher = threading.Thread(target=watch)
    watcher.start()
    measure(f"Spark, local[{CORES}], Parquet to Parquet", lambda: analyze(source, subject="subject").write.parquet(str(folder / "judged")))
    measure(f"Spark, local[{CORES}], without beholden", lambda: source.write.parquet(str(folder / "copied")))
    done.set()
    watcher.join()
    for kind, peak in peaks.items():
        print(f"{'peak memory of ' + kind:<58}{peak / 2**20:9,.0f} MiB")
    session.stop()


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = prepare(folder)
        print(f"{COUNT:,} messages, {size / 1e6:,.1f} MB of text, {os.cpu_count()} cores, beholden {beholden.Engine().version['beholden']}")
        times = []
        for _ in range(20):
            start = time.perf_counter()
            beholden.Engine()
            times.append(time.perf_counter() - start)
        print(f"{'building an engine, median of 20':<58}{sorted(times)[10] * 1000:9.2f} ms")
        pickled = pickle.dumps(beholden.Engine())
        start = time.perf_counter()
        pickle.loads(pickled)
        print(f"{f'unpickling an engine of {len(pickled)} bytes':<58}{(time.perf_counter() - start) * 1000:9.2f} ms")
        measure("the command, --jobs 1, JSON lines to JSON lines", lambda: command(folder, 1))
        measure(f"the command, --jobs {CORES}", lambda: command(folder, CORES))
        measure("one process of the wheel, Parquet to Parquet", lambda: wheel_arrow(folder))
        measure("one process of the wheel, lists to dictionaries", lambda: wheel_lists(folder), FEW)
        measure(f"one process of the wheel, {CORES} threads, Parquet to Arrow", lambda: wheel_threads(folder), FEW)
        spark(folder)


if __name__ == "__main__":
    main()
