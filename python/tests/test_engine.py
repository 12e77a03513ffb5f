"""Engine: the same reports as the command's, its configuration, its errors, pickling, threads."""

import base64
import copy
import json
import multiprocessing
import pickle
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from messages import mail, messages

import beholden

LEANS = "After all we have done for you, the least you could do is send $20."

OWN = """format = 1
family = "covered"
role = "gift"
tactic = "favor_debt"
why = "A colleague was covered for, and is reminded of it before an ask."
prior = { appeal = 2.0, pressure = 1.0 }

[[rule]]
id = "gift.covered.clocked_out"
patterns = ["(=I|<we>) clock you (in|out)"]
matches = ["[I clocked you out] on Monday."]
allows = ["You clocked me out."]
"""

NOTE = "I clocked you out on Monday, when you were gone by four. Now could you swap shifts with me on Friday?"


@pytest.fixture(scope="module")
def engine() -> beholden.Engine:
    return beholden.Engine()


def without(report: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name not in names}


def test_text_has_the_report_of_the_command(engine: beholden.Engine, scan: Any) -> None:
    rows = [(number, subject, text) for number, subject, text in messages(0, 1500) if text is not None]
    expected = scan([{"id": number, "subject": subject, "text": text} for number, subject, text in rows])
    assert len(expected) == len(rows)
    for (_, subject, text), report in zip(rows, expected):
        assert engine.analyze(text, subject) == without(report, "id")
    assert len({report["level"] for report in expected}) == 4
    assert engine.analyze(rows[0][2]) == engine.analyze(rows[0][2], subject="")


def test_mail_has_the_report_of_the_command(engine: beholden.Engine, scan: Any) -> None:
    raw = [path.read_bytes() for path in mail()]
    expected = scan([{"message_base64": base64.b64encode(message).decode()} for message in raw])
    assert [engine.analyze_message(message) for message in raw] == [without(report, "id") for report in expected]
    assert engine.analyze_batch(raw) == expected
    assert engine.analyze_message(bytearray(raw[0])) == engine.analyze_message(raw[0])


def test_a_list_is_answered_row_by_row(engine: beholden.Engine, scan: Any) -> None:
    texts = ["The meeting is at nine.", LEANS, NOTE]
    assert engine.analyze_batch(texts) == scan([{"text": text} for text in texts])
    raw = "Subject: Your turn\r\n\r\n" + LEANS
    assert engine.analyze_batch([raw], raw=True) == [{"id": 1, **engine.analyze_message(raw.encode())}]
    assert engine.analyze_batch([LEANS], subjects=["Your turn"]) == [{"id": 1, **engine.analyze(LEANS, "Your turn")}]
    ids = ["a", 7, None, {"k": [1.5]}]
    assert [report["id"] for report in engine.analyze_batch([LEANS] * 4, ids=ids)] == ids
    assert engine.analyze_batch([]) == []


def test_a_bad_row_has_an_error_and_stops_nothing(engine: beholden.Engine) -> None:
    rows = [LEANS, None, 5, "\ud800", object(), LEANS, b"Subject: x\n\n" + LEANS.encode()]
    subjects = [None, None, None, None, None, 7, "x"]
    reports = engine.analyze_batch(rows, subjects=subjects, ids=list("abcdefg"))
    assert reports[0]["level"] == "pressure"
    assert reports[1:] == [
        {"id": "b", "error": "there is no message"},
        {"id": "c", "error": "the message is int, neither str nor bytes"},
        {"id": "d", "error": "the message can't be read: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed"},
        {"id": "e", "error": "the message is object, neither str nor bytes"},
        {"id": "f", "error": "the subject is int, neither str nor bytes"},
        {"id": "g", "error": "a raw message has a subject of its own"},
    ]
    assert engine.analyze_batch([LEANS], subjects=[b"x"]) == [{"id": 1, "error": "the subject is bytes, not str"}]


def test_what_no_row_can_answer_is_raised(engine: beholden.Engine) -> None:
    with pytest.raises(ValueError, match="^subjects: 1 of them for 2 messages$"):
        engine.analyze_batch([LEANS, LEANS], subjects=["x"])
    with pytest.raises(ValueError, match="^ids: 3 of them for 2 messages$"):
        engine.analyze_batch([LEANS, LEANS], ids=[1, 2, 3])
    with pytest.raises(TypeError, match="a list or a pyarrow.Array is wanted, and all alike; this is str"):
        engine.analyze_batch(LEANS)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        engine.analyze(b"bytes")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        engine.analyze_message("text")  # type: ignore[arg-type]


def test_settings_are_those_of_a_configuration_file(scan: Any, tmp_path: Path) -> None:
    own = tmp_path / "rules"
    own.mkdir()
    # Folders in it are read, what begins with a dot is not, nor what a link leads round to.
    (own / "deep").mkdir()
    (own / "deep" / "covered.toml").write_text(OWN)
    (own / "deep" / "round").symlink_to(own)
    (own / ".draft.toml").write_text("no lexicon")
    # It is the command's, and no lexicon.
    (own / "beholden.toml").write_text("")
    file = tmp_path / "beholden.toml"
    file.write_text(
        'lexicons = ["rules"]\noff = ["gift.promise"]\n[weights]\n"tie.same" = { appeal = 0.2 }\n"obligation.guilt" = 0.5\n'
        '[thresholds]\nappeal = 0.6\ngoodwill = 0.55\n[allow]\nphrases = ["least you could do"]\nsenders = ["example.org"]\n'
    )
    engine = beholden.Engine(
        lexicons=[own],
        without=["gift.promise"],
        weights={"tie.same": {"appeal": 0.2}, "obligation.guilt": 0.5},
        thresholds={"appeal": 0.6, "goodwill": 0.55},
        allow_phrases=["least you could do"],
        allow_senders=["example.org"],
        keep_text=True,
    )
    raw = b"From: ann@example.org\n\n" + LEANS.encode()
    lines = [{"text": LEANS}, {"text": NOTE}, {"message": raw.decode()}]
    expected = scan(lines, "--config", str(file), "--with-text")
    assert engine.analyze_batch([LEANS, NOTE, raw]) == expected
    assert expected[2]["abstained"] == "allowed_sender" and expected[0]["parts"] and "settings" in engine.version
    assert expected[1]["findings"][0]["evidence"][0]["rule"] == "gift.covered.clocked_out"


def test_lexicons_and_weights_come_as_paths_or_as_text(tmp_path: Path) -> None:
    file = tmp_path / "covered.toml"
    file.write_text(OWN)
    by_path, by_text = beholden.Engine(lexicons=[str(file)]), beholden.Engine(lexicons=[(str(file), OWN)])
    assert by_path.version == by_text.version != beholden.Engine().version
    assert by_text.analyze(NOTE)["level"] == "pressure"
    weights = Path(__file__).resolve().parents[2] / "lexicons" / "weights.json"
    again = beholden.Engine(weights_file=weights)
    assert again.version == beholden.Engine().version
    assert beholden.Engine(weights_file=("w", weights.read_text())).version == again.version
    alone = beholden.Engine(embedded=False, lexicons=[("own", OWN.replace("(=I|<we>)", "=I"))])
    assert alone.analyze(LEANS)["findings"] == [] != by_text.analyze(LEANS)["findings"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"lexicons": [("own.toml", "format = 1\nfamily = 5\n")]}, ("own.toml", 2, "invalid type: integer `5`, expected a string")),
        ({"weights": {"obligation.gilt": 0.5}}, ("weight", None, 'no rule or source is called "obligation.gilt"')),
        ({"weights": {"tie.same": {"apeal": 1}}}, ("weights", None, 'the weight of "tie.same" has "apeal", which is neither appeal nor pressure')),
        ({"weights": {"tie.same": {}}}, ("weights", None, 'the weight of "tie.same" is empty')),
        ({"weights": {"tie.same": float("nan")}}, ("weight", None, 'the weight NaN of "tie.same" is not between -20 and 20')),
        ({"without": ["gift.fre"]}, ("without", None, 'no rule or family is called "gift.fre"')),
        ({"thresholds": {"none": 0.5}}, ("threshold", None, "the level none has no threshold: it is what is left")),
        ({"thresholds": {"high": 0.5}}, ("thresholds", None, 'no level is called "high"; there are goodwill, appeal and pressure')),
        ({"thresholds": {"appeal": 2}}, ("threshold", None, "the threshold 2 is no probability from 0 to 1")),
        ({"weights_file": ("w.json", "{\n]")}, ("w.json", 2, "key must be a string at line 2 column 1")),
        ({"lexicons": ["/nowhere/own.toml"]}, ("/nowhere/own.toml", None, "No such file or directory (os error 2)")),
    ],
)
def test_an_engine_that_can_not_be_built_says_why(given: Any, told: tuple[str, Any, str]) -> None:
    with pytest.raises(beholden.Error) as caught:
        beholden.Engine(**given)
    error = caught.value
    assert (error.file, error.line, error.cause) == told
    place = error.file if error.line is None else f"{error.file}:{error.line}"
    assert str(error) == f"{place}: {error.cause}"
    again = pickle.loads(pickle.dumps(error))
    assert (again.file, again.line, again.cause, str(again)) == (*told, str(error))


def test_a_folder_without_lexicons_and_unknown_arguments_are_errors(tmp_path: Path) -> None:
    # A configuration is the command's, and no lexicon.
    (tmp_path / "beholden.toml").write_text("")
    (tmp_path / ".draft.toml").write_text("")
    with pytest.raises(beholden.Error, match="the folder holds no .toml file"):
        beholden.Engine(lexicons=[tmp_path])
    (tmp_path / "own.toml").write_bytes(b"format = 1\n\xff")
    with pytest.raises(beholden.Error, match="own.toml:2: not UTF-8: byte 0xff"):
        beholden.Engine(lexicons=[tmp_path])
    with pytest.raises(TypeError, match="thresold"):
        beholden.Engine(thresold={})  # type: ignore[call-arg]
    for name, wrong in [("lexicons", "own.toml"), ("weights", [1]), ("thresholds", MappingProxyType({})), ("without", 5)]:
        # The name stands in a note of the error, which older Pythons have not.
        with pytest.raises(TypeError, match=f"'{name}'" if sys.version_info >= (3, 11) else ""):
            beholden.Engine(**{name: wrong})  # type: ignore[arg-type]
    assert issubclass(beholden.Error, ValueError)


def _judge(engine: beholden.Engine) -> tuple[dict[str, str], dict[str, Any]]:
    return engine.version, engine.analyze(NOTE)


def test_an_engine_goes_to_another_process_by_its_configuration(tmp_path: Path) -> None:
    file = tmp_path / "covered.toml"
    file.write_text(OWN)
    engine = beholden.Engine(
        lexicons=[file], weights={"tie.same": {"appeal": 0.2}}, thresholds={"pressure": 0.9}, without=["gift.free"],
        allow_phrases=["no"], allow_senders=["example.org"], keep_text=True,
    )
    # The other process may be on a machine that has no such file.
    file.unlink()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_judge, (engine,)) == _judge(engine)
    assert _judge(engine)[1]["parts"] and _judge(engine)[0] != beholden.Engine().version
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert _judge(pickle.loads(pickle.dumps(engine, protocol))) == _judge(engine)
    assert _judge(copy.deepcopy(engine)) == _judge(engine)


def test_building_an_engine_is_cheap(engine: beholden.Engine) -> None:
    """In comparison to starting the interpreter: neither a slow machine nor a busy one changes that."""

    def seconds(work: Any) -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    interpreter = min(seconds(lambda: subprocess.run([sys.executable, "-c", "import json"], check=True)) for _ in range(5))
    assert min(seconds(beholden.Engine) for _ in range(5)) < 5 * interpreter


def test_other_threads_run_while_a_message_is_judged(engine: beholden.Engine) -> None:
    long = (NOTE + "\n") * 40_000
    for work in [lambda: engine.analyze(long), lambda: engine.analyze_batch([long]), lambda: engine.analyze_message(long.encode())]:
        running, turns = threading.Event(), 0
        done = threading.Event()

        def judge() -> None:
            running.set()
            work()
            done.set()

        thread = threading.Thread(target=judge)
        thread.start()
        running.wait()
        while not done.is_set():
            turns += 1
            # A held lock would let this thread have a few turns at most, before and after.
            time.sleep(0.001)
        thread.join()
        assert turns > 20, turns


def test_threads_share_an_engine(engine: beholden.Engine) -> None:
    texts = [text for _, _, text in messages(0, 400) if text is not None]
    expected = engine.analyze_batch(texts)
    found: list[Any] = [None] * 4

    def judge(place: int) -> None:
        found[place] = engine.analyze_batch(texts)

    threads = [threading.Thread(target=judge, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answer == expected for answer in found)


def test_the_examples_of_the_readme_run(engine: beholden.Engine) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8"), re.S)
    names: dict[str, Any] = {"own": OWN}
    ran = [block for block in blocks if "spark" not in block]
    for block in ran:
        exec(block, names)
    assert len(ran) == 3 and "settings" in names["engine"].version


def test_everything_public_says_what_it_is() -> None:
    import beholden.spark

    public = [beholden, beholden.spark, beholden.Engine, beholden.Error, beholden.arrow_schema, beholden.spark.analyze, beholden.spark.result_type]
    public += [getattr(beholden.Engine, name) for name in dir(beholden.Engine) if not name.startswith("_")]
    assert len(public) == 11
    assert all((item.__doc__ or "").strip() for item in public), [item for item in public if not item.__doc__]
    assert json.loads(json.dumps(beholden.Engine().version)) == beholden.Engine().version
    assert "lexicon=sha256:" in repr(beholden.Engine())
