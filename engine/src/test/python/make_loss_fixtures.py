"""Writes engine/src/test/resources/nn/losses.json: losses and their gradients as PyTorch computes
them in double precision, from values that are exact in single precision. Each case has predictions
of moderate size and extreme ones.

    python make_loss_fixtures.py
"""

import json
import math
import pathlib

import torch
from torch.nn import functional as f

ROWS, CLASSES = 6, 4


def exact(*shape, generator):
    """Random numbers with 12 bits, exact in every float type used here."""
    bits = torch.randint(-2048, 2048, shape, generator=generator)
    return bits.to(torch.float64) / 1024


def inputs():
    generator = torch.Generator().manual_seed(5)
    moderate = exact(ROWS, CLASSES, generator=generator)
    extreme = torch.tensor(
        [
            [100.0, -100.0, 0.0, 1.0],
            [-100.0, 100.0, 3.0, -2.0],
            [10000.0, -10000.0, 0.5, 0.0],
            [-10000.0, 10000.0, 0.0, 10000.0],
            [0.0, 0.0, 0.0, 0.0],
            [10000.0, 10000.0, 10000.0, 10000.0],
        ],
        dtype=torch.float64,
    )
    target = exact(ROWS, CLASSES, generator=generator)
    target[0, 0] = moderate[0, 0]
    binary = (exact(ROWS, CLASSES, generator=generator) > 0).to(torch.float64)
    counts = torch.randint(0, 5, (ROWS, CLASSES), generator=generator).to(torch.float64)
    label = torch.randint(0, CLASSES, (ROWS,), generator=generator)
    ignored = label.clone()
    ignored[1] = ignored[4] = -1
    # Powers of two, which sum to 1 exactly.
    shares = torch.tensor([0.5, 0.25, 0.125, 0.125], dtype=torch.float64)
    soft = torch.stack([shares[torch.randperm(CLASSES, generator=generator)] for _ in range(ROWS)])
    soft[2] = torch.tensor([0.0, 1.0, 0.0, 0.0])
    return {
        "moderate": moderate,
        "extreme": extreme,
        "target": target,
        "binary": binary,
        "counts": counts,
        "label": label,
        "ignored": ignored,
        "soft": soft,
    }


def log_cosh(x, t):
    """Keras's formula."""
    error = x - t
    return (error + f.softplus(-2.0 * error) - math.log(2.0)).mean()


def hinge(x, t, power=1):
    """Keras's formula for classes 0 and 1, which it takes to -1 and 1."""
    return (torch.relu(1.0 - (2.0 * t - 1.0) * x) ** power).mean()


def focal(x, t, gamma=2.0, alpha=0.25):
    """torchvision's sigmoid_focal_loss."""
    ce = f.binary_cross_entropy_with_logits(x, t, reduction="none")
    p = torch.sigmoid(x)
    p_t = p * t + (1 - p) * (1 - t)
    alpha_t = alpha * t + (1 - alpha) * (1 - t)
    return (alpha_t * ((1 - p_t) ** gamma) * ce).mean()


def cosine(x, t):
    return (1 - f.cosine_similarity(x, t, dim=1)).mean()


def kl(x, t):
    return f.kl_div(f.log_softmax(x, 1), t, reduction="batchmean")


def losses(v):
    ce = f.cross_entropy
    smooth = {"label_smoothing": 0.1}
    return {
        "mean_absolute_error": lambda x: f.l1_loss(x, v["target"]),
        "mean_squared_error": lambda x: f.mse_loss(x, v["target"]),
        "huber": lambda x: f.huber_loss(x, v["target"]),
        "huber_half": lambda x: f.huber_loss(x, v["target"], delta=0.5),
        "log_cosh": lambda x: log_cosh(x, v["target"]),
        "hinge": lambda x: hinge(x, v["binary"]),
        "hinge_squared": lambda x: hinge(x, v["binary"], 2),
        "kullback_leibler": lambda x: kl(x, v["soft"]),
        "cosine_distance": lambda x: cosine(x, v["target"]),
        "focal": lambda x: focal(x, v["binary"]),
        "binary_cross_entropy": lambda x: f.binary_cross_entropy_with_logits(x, v["binary"]),
        "binary_weighted": lambda x: f.binary_cross_entropy_with_logits(
            x, v["binary"], pos_weight=torch.tensor(2.5, dtype=torch.float64)
        ),
        "categorical": lambda x: ce(x, v["soft"]),
        "categorical_smooth": lambda x: ce(x, v["soft"], **smooth),
        "sparse": lambda x: ce(x, v["label"]),
        "sparse_smooth": lambda x: ce(x, v["label"], **smooth),
        "sparse_ignored": lambda x: ce(x, v["ignored"], ignore_index=-1),
        "sparse_ignored_smooth": lambda x: ce(x, v["ignored"], ignore_index=-1, **smooth),
    }


def case(loss, values):
    x = values.clone().requires_grad_()
    value = loss(x)
    value.backward()
    assert torch.isfinite(x.grad).all()
    return {"loss": value.item(), "gradient": x.grad.flatten().tolist()}


def main():
    v = inputs()
    fixtures = {"torch": torch.__version__}
    fixtures["inputs"] = {k: x.flatten().tolist() for k, x in v.items()}
    fixtures["losses"] = {
        name: {"moderate": case(loss, v["moderate"]), "extreme": case(loss, v["extreme"])}
        for name, loss in losses(v).items()
    }
    poisson = lambda x: f.poisson_nll_loss(x, v["counts"])
    fixtures["losses"]["poisson"] = {"moderate": case(poisson, v["moderate"])}
    here = pathlib.Path(__file__).resolve().parent
    target = here.parent / "resources" / "nn" / "losses.json"
    target.write_text(json.dumps(fixtures) + "\n")


if __name__ == "__main__":
    main()
