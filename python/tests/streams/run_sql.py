"""Runs the SQL statements on standard input in an embedded ClickHouse and prints what each gives as JSONEachRow.

The argument is the folder of scripts and functions. A process of its own, so that a query that hangs can be ended."""

import sys

from chdb.session import Session

session = Session(f":memory:?udf_path={sys.argv[1]}")
for statement in sys.stdin.buffer.read().decode().split(";\n"):
    if statement.strip():
        sys.stdout.write(session.query(statement, "JSONEachRow").data())
