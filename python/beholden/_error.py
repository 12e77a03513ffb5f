"""The error of building an engine."""

from typing import Optional


class Error(ValueError):
    """Why an engine could not be built: the file, the line where it is known, and the cause."""

    file: str
    """The file that the mistake is in, or the setting that it is."""
    line: Optional[int]
    """The line in that file, from 1, where it is known."""
    cause: str
    """What is wrong there."""

    def __init__(self, file: str, line: Optional[int], cause: str) -> None:
        # All of them are arguments, so that the error can be pickled.
        super().__init__(file, line, cause)
        self.file = file
        self.line = line
        self.cause = cause

    def __str__(self) -> str:
        """File, line and cause, as the command writes them."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.cause}"
