"""PyTorch as a peer of `gatun train NAME`: the same network, data, optimizer and batches.

  python epochs.py NAME --data PATH [--epochs N] [--seed N] [--threads N] [--tuned]

NAME is mnist, mnist-cnn, char-rnn or char-gpt; PATH the folder with the four idx files of MNIST, or a
text file. Prints one JSON object: the seconds and mean loss of each epoch, and the peak of the
resident memory. `--tuned` asks for fused Adam and channels-last images, which a tutorial does not.
"""

import argparse
import gzip
import json
import pathlib
import resource
import time

import numpy
import torch
import torch.nn.functional as F

nn = torch.nn


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=["mnist", "mnist-cnn", "char-rnn", "char-gpt"])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tuned", action="store_true")
    return parser.parse_args()


def idx(folder, stem):
    for file in (folder / stem, folder / (stem + ".gz")):
        if file.exists():
            raw = file.read_bytes()
            raw = gzip.decompress(raw) if file.suffix == ".gz" else raw
            rank = raw[3]
            shape = [int.from_bytes(raw[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
            return numpy.frombuffer(raw, numpy.uint8, offset=4 + 4 * rank).reshape(shape)
    raise SystemExit(f"no {stem} in {folder}")


def adam(model, rate, options, weight_decay=None):
    fused = True if options.tuned else None
    if weight_decay is None:
        return torch.optim.Adam(model.parameters(), lr=rate, eps=1e-7, fused=fused)
    return torch.optim.AdamW(
        model.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=weight_decay, fused=fused
    )


def images(options, model, batch, cycle):
    x = torch.from_numpy(idx(options.data, "train-images-idx3-ubyte").copy())
    y = torch.from_numpy(idx(options.data, "train-labels-idx1-ubyte").copy()).long()
    if options.tuned and cycle:
        model = model.to(memory_format=torch.channels_last)
    optimizer = adam(model, 0.002 if cycle else 0.001, options)
    steps = -(-len(x) // batch)
    rates = None
    if cycle:
        rates = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, 0.002, total_steps=steps * options.epochs, cycle_momentum=False
        )

    def epoch():
        total = 0.0
        order = torch.randperm(len(x))
        for step in range(steps):
            rows = order[step * batch : (step + 1) * batch]
            pixels = x[rows].float().div_(255)
            if cycle:
                pixels = pixels.unsqueeze(1)
                if options.tuned:
                    pixels = pixels.to(memory_format=torch.channels_last)
            loss = F.cross_entropy(model(pixels), y[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            if rates:
                rates.step()
            total += loss.item() * len(rows)
        return total / len(x)

    return epoch


def mnist(options):
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    return images(options, model, 32, False)


def mnist_cnn(options):
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(1600, 10),
    )
    return images(options, model, 32, True)


def characters(options):
    text = options.data.read_text(encoding="utf-8")
    known = {c: i for i, c in enumerate(sorted(set(text)))}
    return torch.tensor([known[c] for c in text]), len(known)


class CharRnn(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 64)
        self.lstm = nn.LSTM(64, width, batch_first=True)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, ids, state):
        y, state = self.lstm(self.embedding(ids), state)
        return self.head(y), tuple(s.detach() for s in state)


def char_rnn(options):
    """The last tenth of the text is held out, as in the example."""
    ids, vocabulary = characters(options)
    ids = ids[: len(ids) * 9 // 10]
    batch, time_steps = 64, 64
    model = CharRnn(vocabulary, 256)
    optimizer = adam(model, 0.002, options)
    length = (len(ids) - 1) // batch
    windows = length // time_steps
    streams = ids[: batch * length].view(batch, length)
    follows = ids[1 : batch * length + 1].view(batch, length)

    def epoch():
        total, state = 0.0, None
        for window in range(windows):
            part = slice(window * time_steps, (window + 1) * time_steps)
            scores, state = model(streams[:, part], state)
            loss = F.cross_entropy(scores.flatten(0, 1), follows[:, part].flatten())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += loss.item()
        return total / windows

    return epoch


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, t, width = x.shape
        split = lambda v: v.view(n, t, self.heads, -1).transpose(1, 2)
        q, k, v = map(split, self.qkv(self.norm1(x)).chunk(3, -1))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(y.transpose(1, 2).reshape(n, t, width))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class CharGpt(nn.Module):
    def __init__(self, vocabulary, time_steps, width, heads, layers):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(time_steps, width)
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary)
        nn.init.normal_(self.tokens.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        return self.head(self.norm(self.blocks(x)))


def char_gpt(options):
    """An epoch is one pass over windows that do not overlap, in random order."""
    ids, vocabulary = characters(options)
    ids = ids[: len(ids) * 9 // 10]
    batch, time_steps = 32, 64
    model = CharGpt(vocabulary, time_steps, 128, 4, 4)
    optimizer = adam(model, 0.002, options, weight_decay=0.1)
    count = (len(ids) - 1) // time_steps
    x = ids[: count * time_steps].view(count, time_steps)
    y = ids[1 : count * time_steps + 1].view(count, time_steps)

    def epoch():
        total = 0.0
        order = torch.randperm(count)
        for first in range(0, count, batch):
            rows = order[first : first + batch]
            loss = F.cross_entropy(model(x[rows]).flatten(0, 1), y[rows].flatten())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += loss.item() * len(rows)
        return total / count

    return epoch


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    epoch = globals()[options.name.replace("-", "_")](options)
    seconds, losses = [], []
    for _ in range(options.epochs):
        start = time.perf_counter()
        losses.append(epoch())
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    result = {"version": torch.__version__, "epoch_seconds": seconds, "epoch_losses": losses}
    print(json.dumps(result | {"peak_megabytes": peak}))


main()
