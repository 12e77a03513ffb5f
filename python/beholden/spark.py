"""Judges a column of a Spark DataFrame, in batch and in Structured Streaming.

>>> from beholden.spark import analyze
>>> judged = analyze(spark.read.parquet("mail"), text="body", subject="subject")    # doctest: +SKIP
>>> judged.where("beholden.level = 'pressure'").select("id", "beholden.risk")       # doctest: +SKIP

The work is a `mapInArrow`: Spark hands batches of rows to its Python workers, each of which builds one engine and keeps it.
"""

import pickle
from functools import lru_cache
from typing import Callable, Iterable, Iterator, Optional

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as sql

from beholden import Engine, arrow_schema

__all__ = ["analyze", "result_type"]

_BYTES = 64 * 1024 * 1024
"""How much text is judged at once: what is found may be several times as much, and must stay below 2 GiB."""


def analyze(
    df: DataFrame,
    text: str = "body",
    subject: Optional[str] = None,
    raw: bool = False,
    *,
    column: str = "beholden",
    engine: Optional[Engine] = None,
) -> DataFrame:
    """Adds what is found in each message to a DataFrame, batch or streaming.

    Every row comes back once, with all its columns, and with one more, `column`: a struct of the type `result_type()`. A row
    that can't be judged has the reason there, in `error` (it can't be read) or `abstained` (it isn't judged), and stops
    nothing.

    Args:
        df: the messages. All of its columns go through Python, so select those that are wanted before.
        text: the column of the messages: text or, with `raw`, whole messages (RFC 5322) as binary or string.
        subject: the column of subject lines of texts, if there is one. Raw messages have their own.
        raw: whether the messages are raw.
        column: the name of the column that is added.
        engine: how to judge; by default with the built-in data. Its configuration goes to the workers, texts of lexicons
            included, so that they need no files.

    Raises:
        ValueError: a column is missing, or would be overwritten.
        TypeError: a column is not of the type that it must have.
    """
    _check(df, text, subject, raw, column)
    schema = sql.StructType([*df.schema.fields, sql.StructField(column, result_type())])
    names = schema.names
    judge = _judge(pickle.dumps(engine or Engine()), names.index(text), None if subject is None else names.index(subject), raw, names)
    # mapInArrow asks for columns by name, and takes a dot for a field, a star for all: it is given names without a meaning.
    return df.toDF(*[f"c{number}" for number in range(len(names) - 1)]).mapInArrow(judge, schema)


def result_type() -> sql.StructType:
    """The type of the column that `analyze` adds: `beholden.arrow_schema()` as Spark says it, without the id."""
    fields = [field for field in arrow_schema() if field.name != "id"]
    return sql.StructType([sql.StructField(field.name, _spark_type(field.type)) for field in fields])


def _spark_type(given: pa.DataType) -> sql.DataType:
    if pa.types.is_struct(given):
        fields = [given.field(i) for i in range(given.num_fields)]
        return sql.StructType([sql.StructField(field.name, _spark_type(field.type)) for field in fields])
    if pa.types.is_list(given):
        return sql.ArrayType(_spark_type(given.value_type))
    return {pa.string(): sql.StringType(), pa.int32(): sql.IntegerType(), pa.int64(): sql.LongType(),
            pa.float64(): sql.DoubleType()}[given]


def _check(df: DataFrame, text: str, subject: Optional[str], raw: bool, column: str) -> None:
    """Says what is wrong before anything runs."""
    # Spark takes columns that differ in case for the same unless it is told otherwise.
    sensitive = str(df.sparkSession.conf.get("spark.sql.caseSensitive", "false")).lower() == "true"
    names = [field.name if sensitive else field.name.lower() for field in df.schema.fields]
    if (column if sensitive else column.lower()) in names:
        raise ValueError(f"the DataFrame has a column {column!r} already; name another with column=")
    if len(set(names)) < len(names):
        raise ValueError("the DataFrame has two columns of the same name; rename one of them")
    if raw and subject is not None:
        raise ValueError("raw messages have a subject of their own; leave out subject=")
    kinds = {field.name: field.dataType for field in df.schema.fields}
    wanted = (sql.StringType, sql.BinaryType) if raw else (sql.StringType,)
    for name, types in [(text, wanted), (subject, (sql.StringType,))]:
        if name is None:
            continue
        if name not in kinds:
            raise ValueError(f"the DataFrame has no column {name!r}, only {', '.join(map(repr, kinds))}")
        if not isinstance(kinds[name], types):
            hint = "; say raw=True if these are whole messages" if isinstance(kinds[name], sql.BinaryType) and not raw else ""
            raise TypeError(f"the column {name!r} is {kinds[name].simpleString()}, not {' or '.join(t.typeName() for t in types)}{hint}")


@lru_cache(maxsize=8)
def _engine(pickled: bytes) -> Engine:
    """The engine of this process; a Python worker of Spark keeps it from task to task."""
    engine = pickle.loads(pickled)
    assert isinstance(engine, Engine)
    return engine


def _parts(batch: pa.RecordBatch, text: int) -> Iterator[pa.RecordBatch]:
    """A batch, halved until no part has too much text or each has one row."""
    if batch.num_rows < 2 or batch.column(text).nbytes <= _BYTES:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _parts(batch.slice(0, half), text)
    yield from _parts(batch.slice(half), text)


def _judge(
    pickled: bytes, text: int, subject: Optional[int], raw: bool, names: list[str]
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What the workers do with the batches of a partition; columns go by their place."""

    def judge(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        engine = _engine(pickled)
        for batch in (part for batch in batches for part in _parts(batch, text)):
            subjects = None if subject is None else batch.column(subject)
            reports = engine.analyze_batch(batch.column(text), subjects=subjects, raw=raw)
            found = reports.select([name for name in reports.schema.names if name != "id"]).to_struct_array()
            yield pa.RecordBatch.from_arrays([*batch.columns, found], names=names)

    return judge
