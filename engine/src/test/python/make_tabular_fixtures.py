"""Writes engine/src/test/resources/tabular/*.json: metrics, scalers, splits, class weights, encoders
and principal components as scikit-learn computes them.

    python make_tabular_fixtures.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn import decomposition, impute, metrics, model_selection, preprocessing
from sklearn.utils import class_weight

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


def single(values):
    """Numbers that are exact in single precision, in which the samples are kept."""
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def scaler_fixtures(generator):
    x = single(generator.normal(size=(20, 6)) * [1, 100, 1e-3, 1e6, 1, 1] + [0, 5, 1, -1e6, 0, 0])
    x[:, 4] = 3.1  # constant, and not exact: its mean is off by rounding
    x[:, 5] = 0
    x = single(x)
    new = single(generator.normal(size=(3, 6)))
    scalers = {
        "standard": preprocessing.StandardScaler(),
        "min_max": preprocessing.MinMaxScaler(),
        "min_max_range": preprocessing.MinMaxScaler((-2, 3)),
        "robust": preprocessing.RobustScaler(),
    }
    case = {"x": x.tolist(), "new": new.tolist()}
    for name, scaler in scalers.items():
        scaler.fit(x)
        case[name] = scaler.transform(x).tolist()
        case[name + "_new"] = scaler.transform(new).tolist()
    return case


def pca(x, components):
    x = single(x)
    fitted = decomposition.PCA(components, svd_solver="full").fit(x)
    coordinates = fitted.transform(x)
    return {
        "x": x.tolist(),
        "components_wanted": components,
        "mean": fitted.mean_.tolist(),
        "components": fitted.components_.tolist(),
        "explained_variance": fitted.explained_variance_.tolist(),
        "explained_variance_ratio": fitted.explained_variance_ratio_.tolist(),
        "transformed": coordinates.tolist(),
        "inverse": fitted.inverse_transform(coordinates).tolist(),
    }


def pca_fixtures(generator):
    return [
        pca(generator.normal(size=(90, 5)) @ generator.normal(size=(5, 5)) + 10, 3),
        pca(generator.normal(size=(90, 5)) @ generator.normal(size=(5, 5)), 0.9),
        pca(generator.normal(size=(12, 5)) @ generator.normal(size=(5, 5)), 5),
        pca(generator.normal(size=(6, 14)), 4),
    ]


def folds(splitter, n, labels=None):
    return [
        {"train": train.tolist(), "test": test.tolist()}
        for train, test in splitter.split(np.zeros(n), labels)
    ]


def preparation_fixtures():
    generator = np.random.default_rng(2)
    labels = generator.choice(3, 31, p=[0.6, 0.2, 0.2])
    words = generator.choice(["oak", "ash", "Elm", "beech"], 12)
    gaps = single(generator.normal(size=(11, 2)))
    gaps[generator.random(gaps.shape) < 0.3] = np.nan
    return {
        "scalers": scaler_fixtures(generator),
        "pca": pca_fixtures(generator),
        "labels": labels.tolist(),
        "class_weights": class_weight.compute_class_weight(
            "balanced", classes=np.arange(3), y=labels
        ).tolist(),
        "k_fold": folds(model_selection.KFold(4), 31),
        "stratified_k_fold": folds(model_selection.StratifiedKFold(4), 31, labels),
        "words": words.tolist(),
        "classes": preprocessing.LabelEncoder().fit(words).classes_.tolist(),
        "encoded": preprocessing.LabelEncoder().fit_transform(words).tolist(),
        "one_hot": preprocessing.OneHotEncoder(sparse_output=False)
        .fit_transform(words[:, None])
        .tolist(),
        "gaps": [[None if np.isnan(v) else v for v in row] for row in gaps],
        "mean": impute.SimpleImputer(strategy="mean").fit_transform(gaps).tolist(),
        "median": impute.SimpleImputer(strategy="median").fit_transform(gaps).tolist(),
    }


def write(name, fixtures):
    TARGET.mkdir(exist_ok=True)
    fixtures = {"scikit-learn": sklearn.__version__, **fixtures}
    entries = (f"{json.dumps(k)}: {json.dumps(v)}" for k, v in fixtures.items())
    (TARGET / f"{name}.json").write_text("{\n" + ",\n".join(entries) + "\n}\n")


if __name__ == "__main__":
    write("metrics", metric_fixtures())
    write("preparation", preparation_fixtures())
