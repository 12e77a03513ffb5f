"""Types of the compiled module."""

from collections.abc import Sequence
from os import PathLike
from typing import Any, Optional, Union, final, overload

import pyarrow as pa

_File = Union[str, PathLike[str], tuple[str, str]]
_Weight = Union[float, dict[str, float]]
_Report = dict[str, Any]

@final
class Engine:
    def __new__(
        cls,
        *,
        embedded: bool = True,
        lexicons: Sequence[_File] = (),
        weights_file: Optional[_File] = None,
        weights: dict[str, _Weight] = {},
        without: Sequence[str] = (),
        thresholds: dict[str, float] = {},
        allow_phrases: Sequence[str] = (),
        allow_senders: Sequence[str] = (),
        keep_text: bool = False,
    ) -> Engine: ...
    def analyze(self, text: str, subject: Optional[str] = None) -> _Report: ...
    def analyze_message(self, message: Union[bytes, bytearray]) -> _Report: ...
    @overload
    def analyze_batch(
        self,
        messages: list[Any],
        *,
        subjects: Optional[Sequence[Any]] = None,
        ids: Optional[Sequence[Any]] = None,
        raw: bool = False,
    ) -> list[_Report]: ...
    @overload
    def analyze_batch(
        self,
        messages: pa.Array,
        *,
        subjects: Optional[pa.Array] = None,
        ids: Optional[pa.Array] = None,
        raw: bool = False,
    ) -> pa.RecordBatch: ...
    @property
    def version(self) -> dict[str, str]: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

def arrow_schema() -> pa.Schema: ...
