"""Read by mypy, which must find nothing, and by test_types.py: how the wheel is used, with its types."""

from pathlib import Path
from typing import Any

import pyarrow as pa

import beholden

engine: beholden.Engine = beholden.Engine(
    embedded=True, lexicons=["a.toml", Path("b"), ("name", "text")], weights_file=Path("w.json"),
    weights={"bias": 0.5, "tie.same": {"appeal": 0.2}}, without=["gift.free"], thresholds={"appeal": 0.6},
    allow_phrases=("a",), allow_senders=["b"], keep_text=False,
)
report: dict[str, Any] = engine.analyze("text", subject="subject")
report = engine.analyze_message(b"bytes")
reports: list[dict[str, Any]] = engine.analyze_batch(["text", b"bytes", None], ids=[1, 2, 3])
batch: pa.RecordBatch = engine.analyze_batch(pa.array(["text"]), raw=True)
schema: pa.Schema = beholden.arrow_schema()
version: dict[str, str] = engine.version
