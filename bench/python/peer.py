"""PyTorch as a peer of io.gatun.bench.Compare: times itself, one command a line.

  python peer.py VARIANT THREADS

VARIANT `python` is what a tutorial writes; `tuned` asks PyTorch for its fused Adam and for
channels-last images. Commands: `prepare NAME` answers `ready` or `unknown`, `run N` the
nanoseconds of N runs, `close` drops the workload.
"""

import re
import sys
import time

import torch
import torch.nn.functional as F

TUNED = sys.argv[1] == "tuned"
LEARNING_RATE = 1e-9


def uniform(*shape):
    return torch.rand(*shape) - 0.5


def training(model, loss):
    parameters = list(model.parameters())
    adam = torch.optim.Adam(parameters, lr=LEARNING_RATE, fused=True if TUNED else None)

    def step():
        adam.zero_grad(set_to_none=True)
        loss().backward()
        adam.step()

    return step


def mlp(batch):
    nn = torch.nn
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    x, label = uniform(batch, 784), torch.randint(0, 10, (batch,))
    return training(model, lambda: F.cross_entropy(model(x), label))


def cnn(batch):
    nn = torch.nn
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 16 * 16, 1),
    )
    x, label = uniform(batch, 1, 64, 64), torch.randint(0, 2, (batch, 1)).float()
    if TUNED:
        model = model.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    return training(model, lambda: F.binary_cross_entropy_with_logits(model(x), label))


def gelu(size):
    x, b, g = uniform(size), uniform(size), uniform(size)
    return lambda: F.gelu(x + b, approximate="tanh") * g + x


def softmax(rows, columns):
    x = uniform(rows, columns)
    return lambda: torch.softmax(x, -1)


def layernorm(rows, columns):
    x, gamma, beta = uniform(rows, columns), uniform(columns), uniform(columns)
    return lambda: F.layer_norm(x, (columns,), gamma, beta, 1e-5)


def dense(m, k, n):
    x, w, b = uniform(m, k), uniform(n, k) / k**0.5, uniform(n)
    return lambda: F.gelu(F.linear(x, w, b), approximate="tanh")


def conv(size, _, channels, out, kernel, stride, batch):
    x, w, b = uniform(batch, channels, size, size), uniform(out, channels, kernel, kernel), uniform(out)
    if TUNED:
        x = x.to(memory_format=torch.channels_last)
        w = w.to(memory_format=torch.channels_last)
    return lambda: F.relu(F.conv2d(x, w, b, stride=stride, padding=kernel // 2))


def add(size):
    x, y = uniform(size), uniform(size)
    return lambda: x + y


KINDS = {f.__name__: f for f in (mlp, cnn, gelu, softmax, layernorm, dense, conv, add)}
TRAINING = {"mlp", "cnn"}


def prepare(name):
    kind, _, sizes = name.partition("-")
    if kind not in KINDS:
        return None
    run = KINDS[kind](*map(int, re.findall(r"\d+", sizes)))
    if kind in TRAINING:
        return run

    def forward():
        with torch.inference_mode():
            run()

    return forward


def main():
    torch.manual_seed(1)
    torch.set_num_threads(int(sys.argv[2]))
    how = "fused Adam, channels last" if TUNED else "as a tutorial writes it"
    print(f"pytorch-{sys.argv[1]}: PyTorch {torch.__version__} eager in Python, {how}", flush=True)
    run = None
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "prepare":
            run = prepare(arguments[0])
            print("unknown" if run is None else "ready", flush=True)
        elif command == "run":
            start = time.perf_counter_ns()
            for _ in range(int(arguments[0])):
                run()
            print(time.perf_counter_ns() - start, flush=True)
        else:
            run = None
            print("closed", flush=True)


main()
