"""What the tests share: the command, and Spark."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CONFIGURATION = {
    # Plain local[2] never tries a failed task again.
    "spark.master": "local[2,4]",
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "UTC",
}

FOREIGN = ["SPARK_HOME", "PYSPARK_SUBMIT_ARGS", "PYTHONPATH"]
"""What in the user's environment would bring in another Spark, or another beholden."""


@pytest.fixture(scope="session")
def command() -> str:
    """The command, whose reports the wheel's are held against."""
    path = os.environ.get("BEHOLDEN_COMMAND")
    assert path and Path(path).is_file(), "BEHOLDEN_COMMAND names no file; `python/run-tests` sets it"
    return path


@pytest.fixture(scope="session")
def scan(command: str) -> Any:
    """Reports of the command on lines of JSON."""

    def run(lines: list[dict[str, Any]], *flags: str) -> list[dict[str, Any]]:
        given = "".join(json.dumps(line) + "\n" for line in lines)
        args = [command, "scan", *(flags or ["--no-config"]), "--input", "jsonl", "--format", "jsonl", "-"]
        done = subprocess.run(args, input=given.encode(), capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


@pytest.fixture(scope="session")
def spark_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which Spark runs as the tests want it, in this process or another."""
    folder = tmp_path_factory.mktemp("spark")
    local = tmp_path_factory.mktemp("local")
    settings = {**CONFIGURATION, "spark.local.dir": str(local), "spark.sql.warehouse.dir": str(local / "warehouse")}
    settings["spark.driver.extraJavaOptions"] = f"-Djava.io.tmpdir={local}"
    (folder / "spark-defaults.conf").write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
    (folder / "log4j2.properties").write_text(
        "rootLogger.level = error\nrootLogger.appenderRef.stderr.ref = console\nappender.console.type = Console\n"
        "appender.console.name = console\nappender.console.target = SYSTEM_ERR\nappender.console.layout.type = PatternLayout\n"
        "appender.console.layout.pattern = %p %c{1}: %m%n%ex\n"
    )
    spark = {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    return {**{name: value for name, value in os.environ.items() if name not in FOREIGN}, **spark}


@pytest.fixture(scope="session")
def spark(spark_environment: dict[str, str]) -> Iterator[Any]:
    """A real Spark on this machine."""
    from pyspark.sql import SparkSession

    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(spark_environment)
    session = SparkSession.builder.appName("beholden tests").getOrCreate()
    yield session
    session.stop()
