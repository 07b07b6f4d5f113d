"""Writes engine/src/test/resources/nn/metrics.json: metrics as scikit-learn computes them, of
predictions that are exact in single precision.

    python make_metric_fixtures.py
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn import metrics as m

SAMPLES, CLASSES, COLUMNS, BINS = 60, 5, 3, 64


def scores(y, p, **settings):
    return {
        "precision": m.precision_score(y, p, zero_division=0, **settings),
        "recall": m.recall_score(y, p, zero_division=0, **settings),
        "f1": m.f1_score(y, p, zero_division=0, **settings),
    }


def classification(random):
    """Class 4 has no sample, class 3 is never predicted."""
    y = random.integers(0, 4, SAMPLES)
    x = random.permuted(np.tile(np.arange(CLASSES) / 8.0, (SAMPLES, 1)), axis=1)
    x[np.arange(SAMPLES), y] += 0.3125
    x[:, 3] = -1.0
    p = x.argmax(1)
    labels = list(range(CLASSES))
    each = scores(y, p, labels=labels, average=None)
    case = {
        "scores": x.flatten().tolist(),
        "labels": y.tolist(),
        "accuracy": m.accuracy_score(y, p),
        "confusion": m.confusion_matrix(y, p, labels=labels).tolist(),
        "classes": {k: v.tolist() for k, v in each.items()},
        "log_loss": m.log_loss(y, np.exp(x) / np.exp(x).sum(1, keepdims=True), labels=labels),
    }
    for average in ("macro", "micro", "weighted"):
        case[average] = scores(y, p, labels=labels, average=average)
    for k in (1, 2, 3):
        case[f"top{k}"] = m.top_k_accuracy_score(y, x, k=k, labels=labels)
    return case


def binary(random):
    """Probabilities are the middles of bins."""
    y = random.integers(0, 2, SAMPLES)
    bins = np.clip(random.integers(0, BINS, SAMPLES) + 12 * (2 * y - 1), 0, BINS - 1)
    probability = (bins + 0.5) / BINS
    fine = random.integers(0, 4096, SAMPLES) / 4096.0
    return {
        "probability": probability.tolist(),
        "fine": fine.tolist(),
        "labels": y.tolist(),
        "half": scores(y, probability > 0.5),
        "quarter": scores(y, probability > 0.25),
        "accuracy": m.accuracy_score(y, probability > 0.5),
        "confusion": m.confusion_matrix(y, probability > 0.5).tolist(),
        "auc": m.roc_auc_score(y, probability),
        "auc_fine": m.roc_auc_score(y, fine),
    }


def regression(random):
    t = random.integers(-2048, 2048, (SAMPLES, COLUMNS)) / 512.0
    p = t + random.integers(-512, 512, (SAMPLES, COLUMNS)) / 512.0
    far = t + 4096.0
    cosines = np.diag(m.pairwise.cosine_similarity(t, p))
    return {
        "targets": t.flatten().tolist(),
        "predictions": p.flatten().tolist(),
        "mean_absolute_error": m.mean_absolute_error(t, p),
        "mean_squared_error": m.mean_squared_error(t, p),
        "root_mean_squared_error": float(np.sqrt(m.mean_squared_error(t, p))),
        "r2": m.r2_score(t, p),
        "far_targets": far.flatten().tolist(),
        "far_predictions": (p + 4096.0).flatten().tolist(),
        "far_r2": m.r2_score(far, p + 4096.0),
        "cosine_similarity": float(cosines.mean()),
    }


def main():
    warnings.simplefilter("ignore")
    random = np.random.default_rng(3)
    fixtures = {
        "scikit-learn": sklearn.__version__,
        "classification": classification(random),
        "binary": binary(random),
        "regression": regression(random),
    }
    here = pathlib.Path(__file__).resolve().parent
    target = here.parent / "resources" / "nn" / "metrics.json"
    target.write_text(json.dumps(fixtures) + "\n")


if __name__ == "__main__":
    main()
