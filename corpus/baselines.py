#!/usr/bin/env python3
"""Two simple baselines on this benchmark, as predictions that `beholden eval --predictions` measures.

    pip install scikit-learn
    python3 corpus/baselines.py /tmp/baselines
    beholden eval corpus/measure.jsonl --predictions /tmp/baselines/words.jsonl
    beholden eval corpus/measure.jsonl --predictions /tmp/baselines/tfidf.jsonl

No part of the build. `words` counts obvious words; `tfidf` is TF-IDF over words and word pairs with logistic regression,
fitted on open.jsonl.
"""

import json
import pathlib
import re
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).parent
GIVING = "free gift bonus reward prize thank thanks favour favor voucher offer complimentary sample"
OWING = "owe owed debt return repay ungrateful least deserve"


def read(name):
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def text(message):
    return f"{message['subject']}\n{message['text']}"


def by_words(message):
    words = re.findall(r"[a-z]+", text(message).lower())
    giving = sum(word in GIVING.split() for word in words)
    owing = sum(word in OWING.split() for word in words)
    level = 3 if giving and owing else 2 if giving + owing >= 2 else 1 if giving else 0
    return {"id": message["id"], "level": level, "appeal": min(1, (giving + owing) / 4), "pressure": min(1, owing / 4)}


def main(folder):
    learn, measure = read("open.jsonl"), read("measure.jsonl")
    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    known, asked = vectors.fit_transform(map(text, learn)), vectors.transform(map(text, measure))
    chance = {}
    for name, level in (("appeal", 2), ("pressure", 3)):
        model = LogisticRegression(C=10, max_iter=1000, class_weight="balanced")
        model.fit(known, [message["level"] >= level for message in learn])
        chance[name] = model.predict_proba(asked)[:, 1]
    rows = [
        {"id": m["id"], "level": 3 if p >= 0.5 else 2 if a >= 0.5 else 0, "appeal": a, "pressure": p}
        for m, a, p in zip(measure, chance["appeal"], chance["pressure"])
    ]
    for name, predictions in (("words", map(by_words, measure)), ("tfidf", rows)):
        lines = [json.dumps(p) + "\n" for p in predictions]
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
