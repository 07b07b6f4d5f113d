"""Writes engine/src/test/resources/tabular/*.json: metrics, scalers, splits, class weights, encoders
and principal components as scikit-learn computes them.

    python make_tabular_fixtures.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics

TARGET = pathlib.Path(__file__).resolve().parent.parent / "resources" / "tabular"


def classification(truth, predicted, names):
    labels = list(range(len(names)))
    case = {
        "truth": truth,
        "predicted": predicted,
        "names": names,
        "counts": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
        "accuracy": metrics.accuracy_score(truth, predicted),
        "report": metrics.classification_report(
            truth, predicted, labels=labels, target_names=names, zero_division=0
        ),
    }
    for average in (None, "macro", "micro", "weighted"):
        p, r, f, s = metrics.precision_recall_fscore_support(
            truth, predicted, labels=labels, average=average, zero_division=0
        )
        values = [np.asarray(v).tolist() for v in (p, r, f)]
        case[average or "classes"] = values
    return case


def roc_fixtures(generator):
    truth = generator.integers(0, 2, 40)
    scores = np.round(generator.normal(size=40) + truth, 1)  # rounded: ties
    x, y, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
    many = generator.integers(0, 3, 50)
    logits = generator.normal(size=(50, 3)) + 2 * np.eye(3)[many]
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return {
        "truth": truth.tolist(),
        "scores": scores.tolist(),
        "x": x.tolist(),
        "y": y.tolist(),
        "thresholds": thresholds[1:].tolist(),
        "auc": metrics.roc_auc_score(truth, scores),
        "many": many.tolist(),
        "probabilities": probabilities.tolist(),
        "macro_auc": metrics.roc_auc_score(many, probabilities, multi_class="ovr"),
        "log_loss": metrics.log_loss(many, probabilities),
        "certain_log_loss": metrics.log_loss([0, 1, 1], [0.0, 0.0, 0.25]),
    }


def regression(truth, predicted):
    return {
        "truth": list(map(float, truth)),
        "predicted": list(map(float, predicted)),
        "mse": metrics.mean_squared_error(truth, predicted),
        "mae": metrics.mean_absolute_error(truth, predicted),
        "r2": metrics.r2_score(truth, predicted),
    }


def metric_fixtures():
    generator = np.random.default_rng(1)
    truth = generator.integers(0, 4, 60)
    predicted = np.where(generator.random(60) < 0.6, truth, generator.integers(0, 4, 60))
    return {
        "classification": [
            classification(truth.tolist(), predicted.tolist(), ["a", "bb", "a long class", "d"]),
            # Class 2 has no sample, class 3 is never predicted, class 4 is neither.
            classification([0, 0, 1, 3, 1, 0, 3, 1], [0, 1, 1, 0, 1, 2, 1, 1], list("vwxyz")),
            classification([0, 1, 1, 0], [0, 1, 1, 0], ["no", "yes"]),
        ],
        "roc": roc_fixtures(generator),
        "regression": [
            regression(*(1000 + generator.normal(size=(2, 30)).cumsum(0))),
            regression([2, 2, 2], [2, 2, 2]),
            regression([2, 2, 2], [2, 2, 3]),
            regression([1, 2, 3], [3, 2, 1]),
        ],
    }


def write(name, fixtures):
    TARGET.mkdir(exist_ok=True)
    fixtures = {"scikit-learn": sklearn.__version__, **fixtures}
    (TARGET / f"{name}.json").write_text(json.dumps(fixtures, indent=1) + "\n")


if __name__ == "__main__":
    write("metrics", metric_fixtures())
