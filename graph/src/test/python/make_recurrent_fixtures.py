#!/usr/bin/env python3
"""Writes ../resources/fixtures/recurrent.txt: recurrent layers and all their gradients by PyTorch.

Needs torch; the file was made with torch 2.13, in double precision. The same file comes out each
time. Weights are written as [in, out], the transpose of PyTorch's; RNN and LSTM have the sum of
PyTorch's two biases as one. Format, read by RecurrentFixtureTest:

    case NAME
    input TYPE v,v,...       x[time,batch,in], the initial states, the weights, the biases
    output TYPE v,v,...      all hidden states, then the last states
    cotangent TYPE v,v,...   the gradient that arrives at each output
    gradient TYPE v,v,...    what leaves at each input
"""
import pathlib

import torch

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
lines = []


def line(kind, x):
    shape = ",".join(map(str, x.shape))
    values = ",".join(repr(float(v)) for v in x.flatten())
    lines.append(f"{kind} f64[{shape}] {values}")


def grid(*shape):
    """Random multiples of 1/16, which print short."""
    return torch.randint(-24, 24, shape) / 16.0


def case(name, module, states, time=6, batch=3, size=4, hidden=5):
    lines.append(f"case {name}")
    layer = module(size, hidden)
    x = grid(time, batch, size).requires_grad_()
    first = [grid(1, batch, hidden).requires_grad_() for _ in range(states)]
    with torch.no_grad():
        for p in layer.parameters():
            p.copy_(grid(*p.shape) / 2)
        if module is not torch.nn.GRU:
            layer.bias_hh_l0.zero_()
    y, last = layer(x, first[0] if states == 1 else tuple(first))
    outputs = [y] + ([last] if states == 1 else list(last))
    weights = [layer.weight_ih_l0, layer.weight_hh_l0]
    biases = [layer.bias_ih_l0] + ([layer.bias_hh_l0] if module is torch.nn.GRU else [])

    def inputs(kind, value):
        line(kind, value(x))
        for h in first:
            line(kind, value(h)[0])
        for w in weights:
            line(kind, value(w).T)
        for b in biases:
            line(kind, value(b))

    inputs("input", lambda p: p.detach())
    cotangents = [grid(*o.shape) for o in outputs]
    for o in outputs:
        line("output", o.detach() if o.shape[0] == time else o.detach()[0])
    for c in cotangents:
        line("cotangent", c if c.shape[0] == time else c[0])
    torch.autograd.backward(outputs, cotangents)
    inputs("gradient", lambda p: p.grad)


case("rnn", torch.nn.RNN, 1)
case("lstm", torch.nn.LSTM, 2)
case("gru", torch.nn.GRU, 1)
path = pathlib.Path(__file__).parent.parent / "resources" / "fixtures" / "recurrent.txt"
path.write_text("\n".join(lines) + "\n")
