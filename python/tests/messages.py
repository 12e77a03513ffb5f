"""Messages for the tests: the project's own corpus, varied so that no two are alike, and the same in every run."""

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

MESSAGES = int(os.environ.get("BEHOLDEN_MESSAGES", "20000"))
"""How many messages go through Spark."""

CORPUS = Path(__file__).resolve().parents[2] / "corpus"

NAMES = ["Ada", "Bram", "Chidi", "Dörte", "Elif", "Farah", "Goran", "Hana", "Íris", "Joaquín", "Kofi", "Lübbe", "Mei", "Noor"]

ENDINGS = [
    "The heating in the hall works again.",
    "We meet in room {n}.",
    "Thanks for your patience!",
    "P.S. The key {n} hangs behind the door – 🔑.",
    "Reference: {n}",
    "Could you bring {n} chairs?",
    "You owe us one.",
]

NULL_EVERY = 997
"""Every so many messages one has no text: a bad row."""


@lru_cache(maxsize=1)
def samples() -> list[tuple[str, str]]:
    """Subject and text of every labelled message."""
    lines = [line for name in ["open", "measure"] for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    found = [(sample.get("subject") or "", sample["text"]) for sample in map(json.loads, lines)]
    assert len(found) > 1000
    return found


def mail() -> list[Path]:
    """The raw messages of the corpus."""
    found = sorted((CORPUS / "mail").glob("*.eml"))
    assert len(found) > 40
    return found


def message(number: int) -> tuple[str, Optional[str]]:
    """Subject and text of one message, by its number."""
    if number % NULL_EVERY == NULL_EVERY - 1:
        return "", None
    subject, text = samples()[number % len(samples())]
    other = number // len(samples())
    text = re.sub(r"\d+", lambda found: str(int(found[0]) + other % 50), text)
    if number % 3:
        text = f"{NAMES[other % len(NAMES)]},\n\n{text}"
    return subject, f"{text}\n\n{ENDINGS[number % len(ENDINGS)].format(n=number)}\n"


def messages(first: int, end: int) -> Iterator[tuple[int, str, Optional[str]]]:
    """Number, subject and text of the messages from `first` up to `end`."""
    for number in range(first, end):
        yield number, *message(number)


def shaped(value: Any, kind: Any) -> Any:
    """A value of a report's JSON as a value of an Arrow type: what the type lacks is left out, what is absent is None."""
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {field.name: shaped(value.get(field.name), field.type) for field in kind}
    if pa.types.is_list(kind):
        return [shaped(item, kind.value_type) for item in value]
    return value
