#!/usr/bin/env python3
"""Writes ../resources/fixtures/nn.txt: functions of Nn and their gradients as PyTorch computes them.

Needs torch; the file was made with torch 2.13, in double precision. The same file comes out each
time. Format, read by NnFixtureTest, which knows the function by the case's name:

    case NAME
    input TYPE v,v,...       one for each operand
    output TYPE v,v,...
    cotangent TYPE v,v,...   the gradient that arrives at the output
    gradient TYPE v,v,...    what leaves at each operand of floats, in order
"""
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
NAMES = {torch.float64: "f64", torch.int32: "i32", torch.bool: "bool"}
lines = []


def line(kind, x):
    shape = ",".join(map(str, x.shape))
    values = ",".join(repr(float(v)) if x.is_floating_point() else str(int(v)) for v in x.flatten())
    lines.append(f"{kind} {NAMES[x.dtype]}[{shape}] {values}")


def grid(*shape):
    """Random multiples of 1/16, which print short and hit 0."""
    return torch.randint(-48, 48, shape) / 16.0


def case(name, f, *operands):
    lines.append(f"case {name}")
    operands = [x.clone().requires_grad_(x.is_floating_point()) for x in operands]
    y = f(*operands)
    for x in operands:
        line("input", x.detach())
    line("output", y.detach())
    dy = grid(*y.shape)
    line("cotangent", dy)
    y.backward(dy)
    for x in operands:
        if x.requires_grad:
            line("gradient", x.grad)


def channels_first(x):
    return x.movedim(-1, 1)


def pool(f):
    return lambda x: f(channels_first(x)).movedim(1, -1)


def batch_norm(x, gamma, beta):
    y = F.batch_norm(channels_first(x), None, None, gamma, beta, training=True, eps=1e-5)
    return y.movedim(1, -1)


def batch_norm_inference(x, gamma, beta, mean, variance):
    return (x - mean) / torch.sqrt(variance + 1e-5) * gamma + beta


def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels.long(), reduction="none")


def multi_head(q, k, v):
    q, k, v = (x.unflatten(2, (2, -1)).transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)


special = torch.tensor([0.0, -0.0, 1.0, -1.0, 30.0, -30.0, 800.0, -800.0, 1e-9, -1e-9])
for name, f in {
    "relu": F.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.1),
    "elu": lambda x: F.elu(x, 1.5),
    "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "softplus": lambda x: torch.logaddexp(x, torch.zeros(())),
    "softmax": lambda x: F.softmax(x, -1),
    "logSoftmax": lambda x: F.log_softmax(x, -1),
}.items():
    case(name, f, special)
    case(name, f, grid(3, 7))
case("softmax axis 0", lambda x: F.softmax(x, 0), grid(3, 4))
case("layerNorm", lambda x, g, b: F.layer_norm(x, [5], g, b, 1e-5), grid(2, 3, 5), grid(5), grid(5))
case("rmsNorm", lambda x, g: F.rms_norm(x, [5], g, 1e-5), grid(2, 3, 5), grid(5))
case("batchNorm", batch_norm, grid(4, 3, 5), grid(5), grid(5))
case("batchNormInference", batch_norm_inference, grid(4, 5), grid(5), grid(5), grid(5), grid(5).abs() + 1)
case("crossEntropy", cross_entropy, grid(4, 6) * 20, torch.tensor([0, 5, 2, 2], dtype=torch.int32))
case("softCrossEntropy", lambda x, p: F.cross_entropy(x, p, reduction="none"), grid(4, 6), torch.rand(4, 6))
case("binaryCrossEntropy", lambda x, z: F.binary_cross_entropy_with_logits(x, z, reduction="none"),
     special, torch.rand(10))
case("meanSquaredError", F.mse_loss, grid(3, 4), grid(3, 4))
case("linear", lambda x, w, b: F.linear(x, w.t(), b), grid(2, 3, 4), grid(4, 5), grid(5))
case("embedding", lambda t, i: F.embedding(i.long(), t), grid(4, 3), torch.tensor([[1, 0], [1, 3]], dtype=torch.int32))
attention = F.scaled_dot_product_attention
case("attention", attention, grid(2, 2, 3, 4), grid(2, 2, 5, 4), grid(2, 2, 5, 3))
case("causalAttention", lambda q, k, v: attention(q, k, v, is_causal=True), grid(2, 4, 3), grid(2, 4, 3), grid(2, 4, 2))
mask = torch.tensor([[1, 0, 1], [0, 1, 0], [1, 1, 1]], dtype=torch.bool)
case("maskedAttention", lambda q, k, v, m: attention(q, k, v, attn_mask=m), grid(2, 3, 4), grid(2, 3, 4), grid(2, 3, 4), mask)
case("multiHeadAttention", multi_head, grid(2, 3, 4), grid(2, 3, 4), grid(2, 3, 6))
# Values repeat, so that windows have several maxima.
case("maxPool", pool(lambda x: F.max_pool2d(x, 2, 2)), torch.randint(0, 3, (2, 4, 6, 3)).double())
case("maxPoolOverlapping", pool(lambda x: F.max_pool2d(x, 3, 2, 1)), torch.randint(0, 3, (2, 5, 7, 2)).double())
case("averagePool", pool(lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)), grid(2, 5, 7, 2))

fixtures = pathlib.Path(__file__).parent.parent / "resources" / "fixtures"
fixtures.mkdir(parents=True, exist_ok=True)
(fixtures / "nn.txt").write_text("\n".join(lines) + "\n")
