"""Detects reciprocity-based persuasion in e-mail and other text.

>>> import beholden
>>> engine = beholden.Engine()
>>> engine.analyze("After all we have done for you, the least you could do is send $20.")["level"]
'pressure'

`Engine` judges single messages and batches, `arrow_schema` is the schema of the record batches, and `beholden.spark` judges a
column of a Spark DataFrame. `Error` is raised where an engine can't be built.
"""

from beholden._beholden import Engine, arrow_schema
from beholden._error import Error

__all__ = ["Engine", "Error", "arrow_schema"]
