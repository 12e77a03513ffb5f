"""A real Spark on this machine: batch, types, a worker that is killed, one engine a worker."""

import json
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from messages import MESSAGES, mail, messages, shaped
from processes import seconds, workers

import beholden

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
LEANS = "After all we have done for you, the least you could do is send $20."
ROWS_A_FILE = 10_000


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The messages as Parquet files."""
    folder: Path = tmp_path_factory.mktemp("messages")
    for first in range(0, MESSAGES, ROWS_A_FILE):
        ids, subjects, bodies = zip(*messages(first, min(first + ROWS_A_FILE, MESSAGES)))
        columns = {"id": pa.array(ids, pa.int64()), "subject": pa.array(subjects), "body": pa.array(bodies)}
        pq.write_table(pa.table(columns), folder / f"{first:08}.parquet", row_group_size=2000)
    return folder


@pytest.fixture(scope="module")
def verdicts(command: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command's reports on the same messages, a line each."""
    folder: Path = tmp_path_factory.mktemp("verdicts")
    lines, reports = folder / "messages.jsonl", folder / "reports.jsonl"
    with lines.open("w", encoding="utf-8") as out:
        for number, subject, text in messages(0, MESSAGES):
            out.write(json.dumps({"id": number, "subject": subject, "text": text}) + "\n")
    with reports.open("wb") as out:
        args = [command, "scan", "--no-config", "--input", "jsonl", "--format", "jsonl", str(lines)]
        subprocess.run(args, stdout=out, stderr=subprocess.DEVNULL, check=True)
    return reports


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of Parquet files that Spark wrote."""
    files = sorted(folder.glob("*.parquet"))
    assert files, f"nothing in {folder}"
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(2000):
            yield from batch.to_pylist()


def compare(judged: Path, verdicts: Path) -> None:
    """Every message once, with its columns, and with the report of the command, line for line."""
    result = pa.struct([field for field in beholden.arrow_schema() if field.name != "id"])
    found: dict[int, bytes] = {}
    for row in rows(judged):
        assert row["id"] not in found, f"{row['id']} comes twice"
        assert list(row) == ["id", "subject", "body", "beholden"]
        found[row["id"]] = json.dumps(row, ensure_ascii=False).encode()
    count = 0
    with verdicts.open("rb") as reports:
        for (number, subject, body), line in zip(messages(0, MESSAGES), reports):
            report = json.loads(line)
            assert report["id"] == number
            if body is None:
                assert report["error"] == "a line needs exactly one of text, message, message_base64"
                report["error"] = "there is no message"
            expected = {"id": number, "subject": subject, "body": body, "beholden": shaped(report, result)}
            got = found.pop(number)
            assert got == json.dumps(expected, ensure_ascii=False).encode(), (json.loads(got), expected)
            count += 1
    assert count == MESSAGES and not found


def test_the_example_gives_the_reports_of_the_command(
    source: Path, verdicts: Path, spark_environment: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "judged"
    args = [sys.executable, EXAMPLES / "parquet_to_parquet.py", source, target, "--subject", "subject"]
    done = subprocess.run(args, env=spark_environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    compare(target, verdicts)


def test_a_killed_worker_costs_nothing(source: Path, verdicts: Path, spark: Any, tmp_path: Path) -> None:
    from beholden.spark import analyze

    target = tmp_path / "judged"
    tracker = spark.sparkContext.statusTracker()
    idle = {worker: seconds(worker) for worker in workers(os.getpid())}
    failed: list[BaseException] = []
    ended = threading.Event()

    def run() -> None:
        try:
            analyze(spark.read.parquet(str(source)), subject="subject").write.parquet(str(target))
        except BaseException as error:
            failed.append(error)
        ended.set()

    job = threading.Thread(target=run)
    job.start()
    killed, lost = 0, 0
    while not ended.is_set():
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        lost = max([lost, *(stage.numFailedTasks for stage in stages if stage is not None)])
        if not killed and stages:
            # One that has been at work on this job for a while.
            busy = [worker for worker in workers(os.getpid()) if seconds(worker) - idle.get(worker, 0.0) > 0.5]
            if busy:
                killed = busy[0]
                os.kill(killed, signal.SIGKILL)
        time.sleep(0.01)
    job.join()
    assert not failed, failed
    assert killed and lost == 1, (killed, lost)
    compare(target, verdicts)


def test_a_worker_builds_one_engine(spark: Any) -> None:
    from beholden.spark import analyze

    judged = analyze(spark.range(0, 4000, 1, 16).selectExpr("id", f"'{LEANS}' AS body"))
    assert judged.where("beholden.level = 'pressure'").count() == 4000

    def engines(batches: Any) -> Any:
        import beholden.spark

        for batch in batches:
            misses = beholden.spark._engine.cache_info()
            yield pa.RecordBatch.from_pydict({"process": [os.getpid()], "built": [misses.misses], "asked": [misses.hits + misses.misses]})

    asked = spark.range(0, 16, 1, 16).mapInArrow(engines, "process LONG, built LONG, asked LONG").collect()
    assert {row.built for row in asked} <= {0, 1}
    assert max(row.asked for row in asked) > 1, asked


def test_columns_are_kept_as_they_are(spark: Any) -> None:
    from pyspark.sql import functions as f

    from beholden.spark import analyze, result_type

    df = spark.range(3).select(
        "id",
        f.lit(LEANS).alias("body"),
        f.lit("2026-11-29 10:00:00").cast("timestamp").alias("at"),
        f.lit("12.50").cast("decimal(10,2)").alias("price"),
        f.array(f.lit(1), f.lit(2)).alias("list"),
        f.create_map(f.lit("k"), f.lit(1.5)).alias("map"),
        f.struct(f.lit("x").alias("a"), f.lit(None).cast("date").alias("b")).alias("struct"),
        f.lit(b"\x00\xff").alias("bytes"),
    )
    judged = analyze(df)
    assert judged.schema.fields[:-1] == df.schema.fields
    assert judged.schema.fields[-1].dataType == result_type()
    assert judged.drop("beholden").collect() == df.collect()
    first = judged.orderBy("id").first().beholden.asDict(recursive=True)
    expected = shaped(beholden.Engine().analyze(LEANS), pa.struct(list(beholden.arrow_schema())))
    assert first == {name: value for name, value in expected.items() if name != "id"}


def test_raw_mail_and_settings(spark: Any) -> None:
    from beholden.spark import analyze

    raw = [bytearray(path.read_bytes()) for path in mail()]
    df = spark.createDataFrame(list(enumerate(raw)), "id INT, message BINARY")
    engine = beholden.Engine(thresholds={"pressure": 1.0}, without=["gift.free"])
    judged = analyze(df, text="message", raw=True, column="found", engine=engine).orderBy("id").collect()
    expected = engine.analyze_batch(pa.array([bytes(message) for message in raw])).to_pylist()
    assert [{"id": str(row.id + 1), **row.found.asDict(recursive=True)} for row in judged] == expected
    assert {row.found.version.settings for row in judged} == {engine.version["settings"]}
    strings = spark.createDataFrame([("Subject: x\n\n" + LEANS,)], "message STRING")
    assert analyze(strings, text="message", raw=True).first().beholden.level == "pressure"


def test_large_strings(spark: Any) -> None:
    from beholden.spark import analyze

    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "true")
    try:
        row = analyze(spark.createDataFrame([(LEANS, "x")], "body STRING, subject STRING"), subject="subject").first()
    finally:
        spark.conf.unset("spark.sql.execution.arrow.useLargeVarTypes")
    assert row.beholden.level == "pressure" and row.body == LEANS


def test_two_runs_are_compared_as_the_readme_says(spark: Any) -> None:
    from beholden.spark import analyze

    df = spark.createDataFrame([(1, LEANS), (2, "The meeting is at nine.")], "id INT, body STRING")
    query = re.search(r"```sql\n(.*?)```", (EXAMPLES.parent / "README.md").read_text("utf-8"), re.S)
    assert query
    analyze(df).createOrReplaceTempView("old")
    analyze(df).createOrReplaceTempView("new")
    assert spark.sql(query[1]).collect() == []
    analyze(df, engine=beholden.Engine(thresholds={"pressure": 1.0})).createOrReplaceTempView("new")
    assert [row.asDict() for row in spark.sql(query[1]).collect()] == [{"before": "pressure", "after": "appeal", "count(1)": 1}]


def test_a_poison_message_has_an_error_in_its_row(spark: Any) -> None:
    from beholden.spark import analyze

    df = spark.sql(f"SELECT 1 AS id, '{LEANS}' AS body UNION ALL SELECT 2, CAST(X'61FF' AS STRING) UNION ALL SELECT 3, NULL")
    found = {row.id: row.beholden for row in analyze(df).collect()}
    assert [(found[i].error, found[i].level) for i in [1, 2, 3]] == [
        (None, "pressure"),
        ("the message is no UTF-8", None),
        ("there is no message", None),
    ]


def test_a_batch_with_much_text_is_judged_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    from beholden import spark

    monkeypatch.setattr(spark, "_BYTES", 300)
    texts = [LEANS, None, "x" * 1000, "", LEANS, LEANS, LEANS, "The meeting is at nine."]
    batch = pa.record_batch({"id": list(range(8)), "body": pa.array(texts)})
    parts = list(spark._judge(pickle.dumps(beholden.Engine()), 1, None, False, ["id", "body", "found"])([batch]))
    assert len(parts) > 2 and all(part.num_rows == 1 or part["body"].nbytes <= 300 for part in parts)
    rows = [row for part in parts for row in part.to_pylist()]
    assert [row["id"] for row in rows] == list(range(8)) and [row["body"] for row in rows] == texts
    expected = beholden.Engine().analyze_batch(batch["body"])["level"].to_pylist()
    assert [row["found"]["level"] for row in rows] == expected


def test_columns_may_be_called_anything(spark: Any) -> None:
    from beholden.spark import analyze

    df = spark.sql(f"SELECT named_struct('b', 'nested') AS a, 'flat' AS `a.b`, 1 AS `c``d`, 2 AS `*`, '{LEANS}' AS `m.b`, 'x' AS `s``*`")
    [row] = analyze(df, text="m.b", subject="s`*", column="be.h").collect()
    assert list(row.asDict()) == ["a", "a.b", "c`d", "*", "m.b", "s`*", "be.h"]
    assert (row[0].b, *row[1:6], row[6].level) == ("nested", "flat", 1, 2, LEANS, "x", "pressure")


def test_names_differ_in_case_where_spark_says_so(spark: Any) -> None:
    from beholden.spark import analyze

    spark.conf.set("spark.sql.caseSensitive", "true")
    try:
        df = spark.sql(f"SELECT '{LEANS}' AS body, 1 AS a, 2 AS A, 3 AS Beholden")
        [row] = analyze(df).collect()
        assert (row[1], row[2], row[3], row[4].level) == (1, 2, 3, "pressure")
    finally:
        spark.conf.unset("spark.sql.caseSensitive")
    with pytest.raises(ValueError, match="two columns of the same name|already; name another"):
        analyze(df)


def test_mistakes_are_told_before_anything_runs(spark: Any) -> None:
    from beholden.spark import analyze

    df = spark.createDataFrame([("x", b"y", 1)], "body STRING, raw BINARY, n INT")
    for given, kind, told in [
        ({"text": "text"}, ValueError, "the DataFrame has no column 'text', only 'body', 'raw', 'n'"),
        ({"subject": "Subject"}, ValueError, "no column 'Subject'"),
        ({"text": "raw"}, TypeError, "the column 'raw' is binary, not string; say raw=True if these are whole messages"),
        ({"text": "n", "raw": True}, TypeError, "the column 'n' is int, not string or binary"),
        ({"subject": "n"}, TypeError, "the column 'n' is int, not string"),
        ({"raw": True, "subject": "body"}, ValueError, "raw messages have a subject of their own; leave out subject="),
        ({"column": "Body"}, ValueError, "the DataFrame has a column 'Body' already; name another with column="),
    ]:
        with pytest.raises(kind, match=told):
            analyze(df, **given)
    with pytest.raises(ValueError, match="already; name another"):
        analyze(analyze(df))
    with pytest.raises(ValueError, match="two columns of the same name"):
        analyze(df.join(df.select("body"), how="cross"))
