"""Makes src/test/resources/text/tfidf.json, which TfIdfTest compares with.

Run with scikit-learn: python3 make_text_fixtures.py. A case has the options of a TfidfVectorizer,
the vocabulary it chose, its idf and the vectors of the training texts and of others.
"""

import json
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer

FILE = Path(__file__).resolve().parent.parent / "resources" / "text" / "tfidf.json"

TRAIN = [
    "Call me Ishmael. Some years ago, never mind how long precisely, I went to sea.",
    "The sea! the SEA, the open sea; the blue, the fresh, the ever free.",
    "It was the whale; the white whale, and not the sea, that Ahab sought.",
    "a b c d 1 22 333 x_y _z __ e-mail's don't",
    "Gr\u00fc\u00dfe aus M\u00fcnchen: \u00c4pfel, \u0130stanbul, \u03a3\u0399\u03a3\u03a5\u03a6\u039f\u03a3, na\u00efve caf\u00e9 caf\u00e9",
    "\u65e5\u672c\u8a9e \u6f22\u5b57 \u0441\u043b\u043e\u0432\u043e \u0928\u092e\u0938\u094d\u0924\u0947 x\u00b2 \u00bd\u00bd \u2160\u2161 \U0001d4d0\U0001d4d1 \uff11\uff12 \uff41\uff42",
    "",
    "the whale the whale the whale swims in the open sea, free as never before",
]
OTHER = ["The whale never sought Ahab", "nothing known here at hand", "caf\u00e9 \U0001d4d0\U0001d4d1 22 22"]

CASES = {
    "defaults": {},
    "bigrams": {"ngram_range": (1, 2)},
    "onlyTrigrams": {"ngram_range": (3, 3), "stop_words": ["the", "and"]},
    "rare": {"min_df": 2, "sublinear_tf": True},
    "few": {"max_features": 2},
    "all": {"min_df": 2, "max_features": 4, "ngram_range": (1, 2), "stop_words": ["sea", "in"],
            "sublinear_tf": True},
}


def main():
    cases = {}
    for name, options in CASES.items():
        vectorizer = TfidfVectorizer(**options)
        train = vectorizer.fit_transform(TRAIN)
        other = vectorizer.transform(OTHER)
        cases[name] = {
            "terms": vectorizer.get_feature_names_out().tolist(),
            "idf": vectorizer.idf_.tolist(),
            "train": [[round(x, 9) for x in row] for row in train.toarray().tolist()],
            "other": [[round(x, 9) for x in row] for row in other.toarray().tolist()],
        }
    FILE.parent.mkdir(parents=True, exist_ok=True)
    fixture = {"train": TRAIN, "other": OTHER, "cases": cases}
    FILE.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
