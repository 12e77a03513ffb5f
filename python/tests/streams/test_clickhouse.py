"""ClickHouse, as the embedded engine of the package chdb: the queries and functions of python/streams/clickhouse as they stand."""

import base64
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stream_engines import EXAMPLES, PROJECT, TIMEOUT, json_lines, missing

SQL = {path.stem: path.read_text() for path in (EXAMPLES / "clickhouse").glob("*.sql")}
MAIL = "CREATE TABLE mail (id UInt64, subject Nullable(String), text Nullable(String)) ENGINE = MergeTree ORDER BY id;\n"
# The structure of `mail` in a file, in the order of the file.
LOAD = "SELECT id, subject, text FROM file('{}', JSONEachRow, 'id UInt64, subject Nullable(String), text Nullable(String)')"
FOUND = "id UInt8, level String, findings Array(Tuple(evidence Array(Tuple(part Nullable(String)))))"
ASK = "executable('beholden scan --no-config --input jsonl --format jsonl', JSONEachRow, '{}', ({}))"


@pytest.fixture(autouse=True)
def chdb():
    if not importlib.util.find_spec("chdb"):
        missing("chdb is not installed")


@pytest.fixture
def attempt(scripts):
    """Runs statements in a ClickHouse of their own."""

    def attempt(sql):
        command = [sys.executable, Path(__file__).with_name("run_sql.py"), scripts]
        return subprocess.run(command, input=sql.encode(), capture_output=True, timeout=TIMEOUT)

    return attempt


@pytest.fixture
def query(attempt):
    """The rows that statements give."""

    def query(sql):
        done = attempt(sql)
        assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    return query


@pytest.fixture
def mail(rows, tmp_path):
    path = tmp_path / "mail.jsonl"
    path.write_bytes(json_lines(rows))
    return LOAD.format(path)


def columns(answer):
    """The columns of reports.sql, from a line of the command."""
    report = json.loads(answer)
    names = ["id", "level", "risk", "score", "pressure_score", "probability", "findings", "notes", "version", "abstained", "error"]
    empty = {"findings": [], "notes": [], "version": {"beholden": "", "lexicon": "", "weights": ""}}
    row = {name: report.get(name, empty.get(name)) for name in names}
    row["probability"] = row["probability"] or {"goodwill": None, "appeal": None, "pressure": None}
    for evidence in (e for finding in row["findings"] for e in finding["evidence"]):
        evidence.setdefault("part", None)
        evidence.setdefault("negated", False)
        del evidence["utf16"]
    return row


def test_a_table_of_reports_holds_what_the_command_says(query, mail, answers):
    reports = query(f"{MAIL}INSERT INTO mail {mail};\n{SQL['reports']}SELECT * FROM reports ORDER BY id")
    expected = [columns(answer) for answer in answers]
    assert len(reports) == len(expected) == 12_000
    for report, row in zip(reports, expected):
        assert report == row
    # The rows are none that all look alike.
    assert {row["level"] for row in expected} == {None, "none", "goodwill", "appeal", "pressure"}
    assert {row["abstained"] for row in expected} == {None, "language"}
    assert expected[1]["error"] == "a line needs exactly one of text, message, message_base64"


def test_a_view_judges_what_is_inserted_byte_for_byte(query, mail, answers):
    sql = f"{MAIL}{SQL['stream']}INSERT INTO mail {mail} LIMIT 5000;\nINSERT INTO mail {mail} LIMIT 7000 OFFSET 5000;\n"
    judged = query(f"{sql}SELECT * FROM judged ORDER BY id")
    assert [row["report"].encode() for row in judged] == answers
    for row, report in zip(judged, map(json.loads, answers)):
        assert (row["level"], row["risk"], row["error"]) == (report.get("level"), report.get("risk"), report.get("error"))
        assert row["findings"] == [{k: f[k] for k in ("tactic", "contribution")} for f in report.get("findings", [])]


def test_kept_processes_answer_block_after_block_even_after_a_query_was_cut_short(query, mail, judge, rows):
    rows, mail = rows[:4000], f"{mail} LIMIT 4000"
    expected = [json.loads(answer) for answer in judge([{"text": row["text"]} for row in rows])]
    cut = f"SELECT beholden_risk(text) AS risk FROM ({mail}) LIMIT 1 SETTINGS max_block_size = 100;\n"
    ask = f"SELECT id, beholden_level(text) AS level, beholden_risk(text) AS risk FROM ({mail}) ORDER BY id SETTINGS max_block_size = 100"
    answered = query(f"{cut}{ask}")[1:]
    assert [row["id"] for row in answered] == [row["id"] for row in rows]
    assert [(row["level"], row["risk"]) for row in answered] == [(e.get("level"), e.get("risk")) for e in expected]


def test_bad_rows_are_answered_under_their_ids_and_the_query_goes_on(query):
    mail = f"{MAIL}INSERT INTO mail VALUES (7, NULL, NULL), (8, NULL, unhex('61FF62')), (9, unhex('FF'), 'x'), (10, NULL, 'Hello.');\n"
    asked = query(f"{mail}{SQL['reports']}SELECT id, level, error FROM reports ORDER BY id")
    errors = ["a line needs exactly one of text, message, message_base64", "the line is not UTF-8 at byte 33", "the line is not UTF-8 at byte 20"]
    assert asked[:3] == [{"id": 7 + i, "level": None, "error": error} for i, error in enumerate(errors)]
    assert asked[3] == {"id": 10, "level": "none", "error": None}
    # What the documentation says to do about it.
    read = "SELECT id, toValidUTF8(subject) AS subject, toValidUTF8(text) AS text FROM mail"
    mended = query(mail + f"SELECT id, level, error FROM {ASK.format('id UInt64, level Nullable(String), error Nullable(String)', read)}")
    assert [row["error"] for row in mended] == [errors[0], None, None, None]


def test_rows_that_are_all_bad_do_not_stop_it_though_nobody_reads_standard_error(query):
    row = "SELECT number AS id, unhex('FF') AS text FROM numbers(20000)"
    (count,) = query(f"SELECT count() AS rows, uniq(error) AS errors FROM {ASK.format('id UInt64, error Nullable(String)', row)}")
    assert count["rows"] == 20_000


@pytest.mark.parametrize("quoted", [0, 1])
def test_ids_of_any_type_come_back(query, quoted):
    ids = {
        "UInt64": "18446744073709551615",
        "Int64": "-9223372036854775808",
        "Int256": "toInt256('-12345678901234567890123456789012345678901234567890')",
        "Decimal(38, 10)": "toDecimal128('1234567890123456789012345678.0123456789', 10)",
        "Float64": "0.1",
        "Bool": "true",
        "String": r"'a\"b\\c\n\td\r\0é𝄞/'",
        "Nullable(String)": "NULL",
        "UUID": "toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')",
        "DateTime64(3)": "toDateTime64('2026-11-29 10:00:00.123', 3)",
        "Array(Nullable(UInt64))": "[18446744073709551615, NULL]",
        "Tuple(a UInt64, b Nullable(String))": "(18446744073709551615, NULL)",
        "Map(String, Array(UInt8))": "map('k', [1, 2])",
    }
    settings = f"SETTINGS output_format_json_quote_64bit_integers = {quoted}, output_format_json_quote_decimals = {quoted}"
    sql = ""
    for kind, value in ids.items():
        row = f"SELECT CAST({value}, '{kind}') AS id, 'Hello.' AS text"
        sql += f"{row} {settings};\nSELECT id, level AS text FROM {ASK.format(f'id {kind}, level String', row)} {settings};\n"
    answered = query(sql)
    assert len(answered) == 2 * len(ids)
    for kind, sent, returned in zip(ids, answered[::2], answered[1::2]):
        assert (kind, returned["id"], returned["text"]) == (kind, sent["id"], "none")


def test_whole_messages_are_judged_as_they_came(query, run, tmp_path):
    names = sorted(path.name for path in (PROJECT / "corpus" / "mail").glob("*.eml"))
    encoded = [base64.b64encode((PROJECT / "corpus" / "mail" / name).read_bytes()).decode() for name in names]
    path = tmp_path / "raw.jsonl"
    path.write_bytes(json_lines({"id": i, "message": message} for i, message in enumerate(encoded)))
    table = "CREATE TABLE raw_mail (id UInt64, message String) ENGINE = MergeTree ORDER BY id;\n"
    load = f"INSERT INTO raw_mail SELECT id, base64Decode(message) FROM file('{path}', JSONEachRow, 'id UInt64, message String');\n"
    judged = query(f"{table}{load}{SQL['raw']}")
    scanned = run(["beholden", "scan", "--no-config", "--format", "jsonl", *names], cwd=PROJECT / "corpus" / "mail").splitlines()
    reports = {report["id"]: report for report in map(json.loads, scanned)}
    assert len(names) > 40 and [row["id"] for row in judged] == list(range(len(names)))
    for name, row in zip(names, judged):
        report = reports[name]
        assert row["error"] is None
        assert (row["level"], row["risk"], row["tactics"]) == (report["level"], report["risk"], [f["tactic"] for f in report["findings"]])


def test_a_message_that_is_text_needs_no_base64(query):
    row = r"SELECT 1 AS id, 'Subject: =?utf-8?q?caf=C3=A9?=\r\n\r\nAfter all we have done for you, send us \u20AC20.\r\n' AS message"
    (answer,) = query(f"SELECT id, level, findings[1].evidence.part AS parts FROM {ASK.format(FOUND, row)}")
    assert answer == {"id": 1, "level": "pressure", "parts": ["1", "1"]}


def test_the_readme_asks_what_can_be_asked(query, mail):
    section = (PROJECT / "python" / "README.md").read_text().split("\n### ClickHouse\n")[1].split("\n### ")[0]
    (asked,) = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    loaded = f"{MAIL}INSERT INTO mail {mail} LIMIT 1000;\n{SQL['reports']}"
    answered = query(loaded + asked)
    by_level, findings, risks, levels = answered[:5], answered[5:15], answered[15:25], answered[25:]
    assert sum(row["messages"] for row in by_level) == 1000
    assert len(levels) == 10
    assert findings[0]["tactic"] and len(findings[0]["evidence"][0]) == 3
    assert risks[0]["risk"] >= risks[9]["risk"] > 90
    assert {row["level"] for row in levels} > {"pressure"}


def test_an_argument_of_two_lines_ends_the_query_and_shifts_no_answer(attempt):
    done = attempt("SELECT beholden(if(number = 1, '{\"text\":\\n\"x\"}', '{\"text\":\"x\"}')) FROM numbers(3)")
    assert done.returncode != 0 and b"expected 3 row(s), actual 4" in done.stderr
