"""Arrow in, Arrow out: the schema, the rows, bad rows, every kind of array."""

import _thread
import base64
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from messages import mail, messages, shaped

import beholden

LEANS = "After all we have done for you, the least you could do is send $20."
README = Path(__file__).resolve().parents[1] / "README.md"


@pytest.fixture(scope="module")
def engine() -> beholden.Engine:
    return beholden.Engine()


def expected(reports: list[dict[str, Any]]) -> list[Any]:
    """Reports of the command as rows."""
    rows = [shaped(report, pa.struct(beholden.arrow_schema())) for report in reports]
    return [{**row, "id": str(row["id"])} for row in rows]


def test_rows_are_the_reports_of_the_command(engine: beholden.Engine, scan: Any) -> None:
    rows = list(messages(0, 3000))
    reports = scan([{"id": number, "subject": subject, "text": text} for number, subject, text in rows if text is not None])
    table = pa.table({"id": [row[0] for row in rows], "subject": [row[1] for row in rows], "text": [row[2] for row in rows]})
    columns = table.combine_chunks().to_batches()[0]
    batch = engine.analyze_batch(columns["text"], subjects=columns["subject"], ids=columns["id"])
    assert batch.schema.equals(beholden.arrow_schema())
    batch.validate(full=True)
    found = batch.to_pylist()
    assert [row["id"] for row in found] == [str(row[0]) for row in rows]
    assert [row["error"] for row in found if row["level"] is None] == ["there is no message"] * 3
    assert [row for row in found if row["error"] is None] == expected(reports)
    assert sum(len(row["findings"] or []) for row in found) > 1000


def test_raw_mail(engine: beholden.Engine, scan: Any) -> None:
    raw = [path.read_bytes() for path in mail()]
    reports = expected(scan([{"message_base64": base64.b64encode(message).decode()} for message in raw]))
    assert engine.analyze_batch(pa.array(raw)).to_pylist() == reports
    assert {row["abstained"] for row in reports} >= {None, "language", "encrypted", "no_text"}
    assert any(row["notes"] for row in reports)
    strings = [message.decode("utf-8") for message in raw if message.isascii()]
    assert engine.analyze_batch(pa.array(strings), raw=True).to_pylist() == engine.analyze_batch(pa.array(strings, pa.binary())).to_pylist()


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
def test_every_array_of_strings(engine: beholden.Engine, kind: pa.DataType) -> None:
    texts = ["x", LEANS, None, "", "The meeting is at nine.", LEANS]
    array = pa.array(texts, kind)
    assert engine.analyze_batch(array).to_pylist() == engine.analyze_batch(pa.array(texts)).to_pylist()
    levels = [row["level"] for row in engine.analyze_batch(array.slice(1, 4)).to_pylist()]
    assert levels == ["pressure", None, "none", "none"]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view()], ids=str)
def test_every_array_of_bytes(engine: beholden.Engine, kind: pa.DataType) -> None:
    raw = [b"Subject: x\n\n" + LEANS.encode(), None, b""]
    assert [row["level"] for row in engine.analyze_batch(pa.array(raw, kind)).to_pylist()] == ["pressure", None, "none"]


def test_a_bad_row_has_an_error_and_stops_nothing(engine: beholden.Engine) -> None:
    # Strings that are no UTF-8, as Spark's cast of binary to string makes them.
    offsets, data = pa.array([0, 3, 5, 5 + len(LEANS)], pa.int32()).buffers()[1], pa.py_buffer(b"a\xffb\xc3\x28" + LEANS.encode())
    array = pa.StringArray.from_buffers(3, offsets, data)
    rows = engine.analyze_batch(array, ids=pa.array(["a", None, "c"])).to_pylist()
    assert [(row["id"], row["error"], row["level"]) for row in rows] == [
        ("a", "the message is no UTF-8", None),
        (None, "the message is no UTF-8", None),
        ("c", None, "pressure"),
    ]
    assert all(value is None for name, value in rows[0].items() if name not in ["id", "error"])
    texts = pa.array([LEANS, LEANS, LEANS])
    errors = [row["error"] for row in engine.analyze_batch(texts, subjects=array).to_pylist()]
    assert errors == ["the subject is no UTF-8", "the subject is no UTF-8", None]
    assert [row["error"] for row in engine.analyze_batch(pa.nulls(2)).to_pylist()] == ["there is no message"] * 2
    subject = engine.analyze_batch(pa.array([b"x"]), subjects=pa.array(["y"])).to_pylist()
    assert subject[0]["error"] == "a raw message has a subject of its own"


def test_what_no_row_can_answer_is_raised(engine: beholden.Engine) -> None:
    with pytest.raises(TypeError, match="messages: an Arrow array of Int64, neither strings nor bytes"):
        engine.analyze_batch(pa.array([1, 2]))
    with pytest.raises(TypeError, match="all alike; this is list"):
        engine.analyze_batch(pa.array(["x"]), subjects=["y"])  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="all alike; this is ChunkedArray"):
        engine.analyze_batch(pa.chunked_array([["x"]]))
    with pytest.raises(TypeError, match="all alike; this is RecordBatch"):
        engine.analyze_batch(pa.record_batch({"text": ["x"]}))  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="^subjects: 1 of them for 2 messages$"):
        engine.analyze_batch(pa.array(["x", "y"]), subjects=pa.array(["z"]))


def test_an_empty_array_has_the_schema_too(engine: beholden.Engine) -> None:
    batch = engine.analyze_batch(pa.array([], pa.string()))
    assert batch.num_rows == 0 and batch.schema.equals(beholden.arrow_schema())


def described(fields: Any, indent: str = "") -> str:
    """Fields as the README writes them, one a line, those of a struct below it."""
    lines = ""
    for field in fields:
        kind, lists = field.type, ""
        while pa.types.is_list(kind):
            kind, lists = kind.value_type, lists + "list of "
        inner = pa.types.is_struct(kind)
        lines += f"{indent + field.name:<20}{lists}{'struct' if inner else kind}\n" + (described(kind, indent + "  ") if inner else "")
    return lines


def test_the_schema_is_documented() -> None:
    documented = README.read_text("utf-8").split("<!-- schema -->\n```text\n")[1].split("```")[0]
    assert documented == described(beholden.arrow_schema())


@pytest.mark.parametrize("ids", [pa.array([[1]]), pa.array([{"a": 1}]), pa.array([b"\xff"])], ids=["list", "struct", "bytes"])
def test_ids_without_a_text_form_are_named(engine: beholden.Engine, ids: Any) -> None:
    with pytest.raises(TypeError, match="^ids: "):
        engine.analyze_batch(pa.array(["Hello there."]), ids=ids)


@pytest.mark.parametrize("make", [list, pa.array], ids=["list", "array"])
def test_an_interrupt_ends_a_batch(engine: beholden.Engine, make: Any) -> None:
    # Seconds of work on any machine, of which the interrupt leaves most undone.
    messages = make(["After all we have done for you, could you send $20 by Friday? " * 300] * 4_000)
    timer = threading.Timer(0.2, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        engine.analyze_batch(messages)
    timer.join()
