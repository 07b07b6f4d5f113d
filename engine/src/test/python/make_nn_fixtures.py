"""Writes engine/src/test/resources/nn/pytorch.json: optimizer steps and a small network's training
as PyTorch computes them, in double precision, from values that are exact in single precision.

    python make_nn_fixtures.py
"""

import json
import pathlib

import torch

STEPS = 4


def exact(*shape, generator):
    """Random numbers with 12 bits, exact in every float type used here."""
    bits = torch.randint(-2048, 2048, shape, generator=generator)
    return bits.to(torch.float64) / 1024


def optimizer_steps(make):
    generator = torch.Generator().manual_seed(1)
    parameter = torch.nn.Parameter(exact(6, generator=generator))
    case = {"initial": parameter.tolist(), "gradients": [], "parameters": []}
    optimizer = make([parameter])
    for _ in range(STEPS):
        gradient = exact(6, generator=generator)
        gradient[0] = 0
        parameter.grad = gradient.clone()
        optimizer.step()
        case["gradients"].append(gradient.tolist())
        case["parameters"].append(parameter.tolist())
    return case


def network():
    """Dense(5, tanh), Dense(3, softmax) on 10 samples, batches of 4, 4 and 2, two epochs of Adam."""
    generator = torch.Generator().manual_seed(2)
    shapes = {"w0": (4, 5), "b0": (5,), "w1": (5, 3), "b1": (3,)}
    values = {k: torch.nn.Parameter(exact(*s, generator=generator)) for k, s in shapes.items()}
    x = exact(10, 4, generator=generator)
    y = torch.randint(0, 3, (10,), generator=generator)
    case = {"x": x.flatten().tolist(), "y": y.tolist(), "losses": []}
    case["initial"] = {k: v.flatten().tolist() for k, v in values.items()}
    optimizer = torch.optim.Adam(values.values(), lr=0.05, eps=1e-7)
    for _ in range(2):
        total = 0.0
        for start in range(0, 10, 4):
            xs, ys = x[start : start + 4], y[start : start + 4]
            hidden = torch.tanh(xs @ values["w0"] + values["b0"])
            logits = hidden @ values["w1"] + values["b1"]
            loss = torch.nn.functional.cross_entropy(logits, ys)
            total += loss.item() * len(xs)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        case["losses"].append(total / 10)
    case["trained"] = {k: v.flatten().tolist() for k, v in values.items()}
    return case


def losses():
    generator = torch.Generator().manual_seed(3)
    f = torch.nn.functional
    logits, target = exact(5, 3, generator=generator), exact(5, 3, generator=generator)
    label = torch.randint(0, 3, (5,), generator=generator)
    soft = torch.softmax(target, 1)
    binary = (target > 0).to(torch.float64)
    return {
        "logits": logits.flatten().tolist(),
        "target": target.flatten().tolist(),
        "label": label.tolist(),
        "soft": soft.flatten().tolist(),
        "binary": binary.flatten().tolist(),
        "sparse_categorical_cross_entropy": f.cross_entropy(logits, label).item(),
        "categorical_cross_entropy": f.cross_entropy(logits, soft).item(),
        "binary_cross_entropy": f.binary_cross_entropy_with_logits(logits, binary).item(),
        "mean_squared_error": f.mse_loss(logits, target).item(),
    }


def main():
    fixtures = {
        "torch": torch.__version__,
        "adam": optimizer_steps(lambda p: torch.optim.Adam(p, lr=0.01, eps=1e-7)),
        "sgd": optimizer_steps(lambda p: torch.optim.SGD(p, lr=0.01)),
        "momentum": optimizer_steps(lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)),
        "nesterov": optimizer_steps(
            lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True)
        ),
        "network": network(),
        "losses": losses(),
    }
    here = pathlib.Path(__file__).resolve().parent
    target = here.parent / "resources" / "nn" / "pytorch.json"
    target.write_text(json.dumps(fixtures, indent=1) + "\n")


if __name__ == "__main__":
    main()
