"""Writes engine/src/test/resources/nn/optimizers.json: a small network trained by PyTorch, in
double precision and from values that are exact in single precision, with each optimizer, clipping
and schedule; and the factors that PyTorch's schedulers give.

    python make_optimizer_fixtures.py
"""

import json
import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

SAMPLES, BATCH, EPOCHS = 12, 4, 2
SHAPES = {"w0": (4, 5), "b0": (5,), "w1": (5, 3), "b1": (3,)}


def exact(*shape, generator):
    """Random numbers with 12 bits, exact in every float type used here."""
    bits = torch.randint(-2048, 2048, shape, generator=generator)
    return bits.to(torch.float64) / 1024


def data():
    generator = torch.Generator().manual_seed(7)
    values = {k: exact(*s, generator=generator) for k, s in SHAPES.items()}
    x = exact(SAMPLES, 4, generator=generator)
    y = torch.randint(0, 3, (SAMPLES,), generator=generator)
    return values, x, y


def train(make, clip=lambda parameters: None, schedule=None):
    """Dense(5, tanh), Dense(3, softmax) in batches of 4, six steps."""
    start, x, y = data()
    p = {k: torch.nn.Parameter(v.clone()) for k, v in start.items()}
    optimizer = make(list(p.values()))
    scheduler = schedule(optimizer) if schedule else None
    losses = []
    for _ in range(EPOCHS):
        total = 0.0
        for first in range(0, SAMPLES, BATCH):
            xs, ys = x[first : first + BATCH], y[first : first + BATCH]
            logits = torch.tanh(xs @ p["w0"] + p["b0"]) @ p["w1"] + p["b1"]
            loss = torch.nn.functional.cross_entropy(logits, ys)
            total += loss.item() * len(xs)
            optimizer.zero_grad()
            loss.backward()
            clip(list(p.values()))
            optimizer.step()
            if scheduler:
                scheduler.step()
        losses.append(total / SAMPLES)
    trained = {k: v.flatten().tolist() for k, v in p.items()}
    return {"losses": losses, "trained": trained}


def matrices_only(parameters, decay, **settings):
    groups = [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": decay},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, **settings)


def clip_each(parameters):
    for parameter in parameters:
        clip_grad_norm_([parameter], 0.1)


def runs():
    o = torch.optim
    sgd = lambda p: o.SGD(p, lr=0.5)
    return {
        "sgd_decay": train(lambda p: o.SGD(p, lr=0.1, weight_decay=0.1)),
        "nesterov_decay": train(
            lambda p: o.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1)
        ),
        "adam": train(lambda p: o.Adam(p, lr=0.05, eps=1e-7)),
        "adam_amsgrad": train(lambda p: o.Adam(p, lr=0.05, eps=1e-7, betas=(0.9, 0.5), amsgrad=True)),
        "adamw_all": train(lambda p: o.AdamW(p, lr=0.05, eps=1e-7, weight_decay=0.2)),
        "adamw_matrices": train(lambda p: matrices_only(p, 0.2, lr=0.05, eps=1e-7)),
        "rmsprop": train(lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-7)),
        "rmsprop_momentum": train(
            lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-7, momentum=0.8)
        ),
        "rmsprop_centered": train(
            lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-3, momentum=0.8, centered=True)
        ),
        "adagrad": train(lambda p: o.Adagrad(p, lr=0.05)),
        "adagrad_initial": train(
            lambda p: o.Adagrad(p, lr=0.05, initial_accumulator_value=0.1, eps=1e-7)
        ),
        "adadelta": train(lambda p: o.Adadelta(p)),
        "clip_value": train(sgd, lambda p: clip_grad_value_(p, 0.02)),
        "clip_norm": train(sgd, clip_each),
        "clip_global_norm": train(sgd, lambda p: clip_grad_norm_(p, 0.25)),
        "cosine": train(sgd, schedule=lambda q: lr_scheduler.CosineAnnealingLR(q, 5, 0.05)),
    }


def factors(make, steps):
    """The factors of the steps 1 to `steps`."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def nano_gpt(iteration, warmup, decay, floor):
    """get_lr of nanoGPT's train.py, for a rate of 1."""
    if iteration < warmup:
        return (iteration + 1) / (warmup + 1)
    if iteration > decay:
        return floor
    ratio = (iteration - warmup) / (decay - warmup)
    return floor + 0.5 * (1.0 + math.cos(math.pi * ratio)) * (1 - floor)


def transformer(step, warmup):
    """Equation 3 of Vaswani et al. over its value at the peak."""
    rate = min(step**-0.5, step * warmup**-1.5)
    return rate / warmup**-0.5


def schedules():
    s = lr_scheduler
    clamped = lambda q: s.LambdaLR(q, lambda t: 0.1 + 0.9 * (1 - min(t, 20) / 20) ** 2)
    return {
        "exponential": factors(lambda q: s.ExponentialLR(q, 0.95), 30),
        "staircase": factors(lambda q: s.StepLR(q, 7, 0.5), 30),
        "piecewise": factors(lambda q: s.MultiStepLR(q, [3, 10], 0.1), 30),
        "polynomial": factors(lambda q: s.PolynomialLR(q, 20, 2.0), 30),
        "polynomial_floor": factors(clamped, 30),
        "linear": factors(lambda q: s.LinearLR(q, 1.0, 0.25, 20), 30),
        "cosine": factors(lambda q: s.CosineAnnealingLR(q, 20, 0.1), 21),
        "one_cycle": factors(lambda q: s.OneCycleLR(q, 1.0, total_steps=30), 29),
        "one_cycle_other": factors(
            lambda q: s.OneCycleLR(
                q, 1.0, total_steps=25, pct_start=0.45, div_factor=10, final_div_factor=100
            ),
            24,
        ),
        "gpt": [nano_gpt(t, 5, 25, 0.1) for t in range(30)],
        "transformer": [transformer(t, 8) for t in range(1, 31)],
    }


def main():
    warnings.simplefilter("ignore")
    start, x, y = data()
    fixtures = {
        "torch": torch.__version__,
        "x": x.flatten().tolist(),
        "y": y.tolist(),
        "initial": {k: v.flatten().tolist() for k, v in start.items()},
        "runs": runs(),
        "schedules": schedules(),
    }
    here = pathlib.Path(__file__).resolve().parent
    target = here.parent / "resources" / "nn" / "optimizers.json"
    target.write_text(json.dumps(fixtures) + "\n")


if __name__ == "__main__":
    main()
