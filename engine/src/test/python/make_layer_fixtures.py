"""Writes engine/src/test/resources/nn/layers.json: results and gradients of layers as PyTorch
computes them, in double precision, from values that are exact in single precision.

    python make_layer_fixtures.py

A case holds "operands", the "variables" by their names in Gatun, the cotangent "dy" of the result,
and what is wanted: the result "y", the "gradients" by variable and operand (x, x1 ...), and "next",
the states after a step of training. Tensors are {"shape": [...], "data": [...]}.
"""

import json
import pathlib

import torch
from torch.nn import functional as f

torch.set_default_dtype(torch.float64)


def tensor(t):
    flat = t.detach().flatten().tolist()
    data = flat if not t.dtype.is_floating_point else [float(f"{v:.8g}") for v in flat]
    return {"shape": list(t.shape), "data": data}


class Values:
    """Random numbers with 9 bits, exact in every float type used here."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, *shape, scale=128):
        bits = torch.randint(-256, 256, shape, generator=self.generator)
        return bits.to(torch.float64) / scale

    def integers(self, below, *shape):
        return torch.randint(0, below, shape, generator=self.generator, dtype=torch.int32)


CASES = {}


def case(name, operands, variables, function, states=None, next=None):
    """`function(operands, variables)` gives the result; `next` the states afterwards."""
    values = Values(sum(map(ord, name)))
    states = states or {}
    leaves = {}
    for i, x in enumerate(operands):
        if x.dtype.is_floating_point:
            leaves["x" if i == 0 else f"x{i}"] = x.requires_grad_()
    for key, v in variables.items():
        leaves[key] = v.requires_grad_()
    y = function(*operands, **{k.replace("/", "_"): v for k, v in {**variables, **states}.items()})
    dy = values(*y.shape)
    gradients = torch.autograd.grad(y, list(leaves.values()), dy)
    CASES[name] = {
        "operands": [tensor(x) for x in operands],
        "variables": {k: tensor(v) for k, v in {**variables, **states}.items()},
        "y": tensor(y),
        "dy": tensor(dy),
        "gradients": {k: tensor(g) for k, g in zip(leaves, gradients)},
        "next": {k: tensor(v) for k, v in (next or {}).items()},
    }


def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1)


def normalizations():
    v = Values(1)
    for name, shape in {"batch_norm_1d": (7, 3), "batch_norm_2d": (2, 3, 4, 5)}.items():
        c = shape[-1]
        x = v(*shape)
        states = {"moving_mean": v(c), "moving_variance": v(c).abs() + 0.5}
        axes = tuple(range(len(shape) - 1))
        mean, variance = x.mean(axes), x.var(axes, unbiased=False)
        next = {
            "moving_mean": states["moving_mean"] * 0.9 + mean * 0.1,
            "moving_variance": states["moving_variance"] * 0.9 + variance * 0.1,
        }

        def train(x, gamma, beta, moving_mean, moving_variance):
            y = f.batch_norm(channels_first(x), None, None, gamma, beta, training=True, eps=1e-3)
            return channels_last(y)

        def infer(x, gamma, beta, moving_mean, moving_variance):
            y = f.batch_norm(
                channels_first(x), moving_mean, moving_variance, gamma, beta, eps=1e-3
            )
            return channels_last(y)

        def parameters():
            return {"gamma": v(c), "beta": v(c)}

        case(name, [x], parameters(), train, states, next)
        case(name + "_inference", [v(*shape)], parameters(), infer, states)

        def plain(x, moving_mean, moving_variance):
            y = f.batch_norm(channels_first(x), None, None, training=True, eps=0.01)
            return channels_last(y)

        case(name + "_plain", [x.detach()], {}, plain, states)
    case(
        "layer_norm",
        [v(2, 3, 6)],
        {"gamma": v(6), "beta": v(6)},
        lambda x, gamma, beta: f.layer_norm(x, (6,), gamma, beta, 1e-3),
    )
    case(
        "rms_norm",
        [v(2, 3, 6)],
        {"gamma": v(6)},
        lambda x, gamma: f.rms_norm(x, (6,), gamma, 1e-6),
    )
    case(
        "group_norm",
        [v(2, 3, 2, 6)],
        {"gamma": v(6), "beta": v(6)},
        lambda x, gamma, beta: channels_last(
            f.group_norm(channels_first(x), 3, gamma, beta, 1e-3)
        ),
    )


def embeddings():
    v = Values(2)
    case(
        "embedding",
        [v.integers(5, 3, 4)],
        {"embeddings": v(5, 3)},
        lambda x, embeddings: f.embedding(x, embeddings),
    )
    case(
        "positional_embedding",
        [v(2, 3, 4)],
        {"embeddings": v(5, 4)},
        lambda x, embeddings: x + embeddings[:3],
    )


def linear(v, name, inputs, outputs):
    return {f"{name}/kernel": v(inputs, outputs, scale=512), f"{name}/bias": v(outputs)}


def attention(q, k, v, heads, causal):
    def split(t):
        return t.reshape(t.shape[0], t.shape[1], heads, -1).transpose(1, 2)

    y = f.scaled_dot_product_attention(split(q), split(k), split(v), is_causal=causal)
    return y.transpose(1, 2).reshape(q.shape)


def self_attention(x, heads, causal, w):
    q, k, v = (x @ w["qkv_kernel"] + w["qkv_bias"]).chunk(3, -1)
    return attention(q, k, v, heads, causal) @ w["projection_kernel"] + w["projection_bias"]


def strip(prefix, w):
    return {k[len(prefix) :]: v for k, v in w.items() if k.startswith(prefix)}


def transformer(x, heads, causal, norm_first, gelu, w):
    def norm(name, x):
        return f.layer_norm(x, x.shape[-1:], w[name + "_gamma"], w[name + "_beta"], 1e-5)

    def network(x):
        w2 = strip("feed_forward_", w)
        h = f.gelu(x @ w2["hidden_kernel"] + w2["hidden_bias"], approximate=gelu)
        return h @ w2["output_kernel"] + w2["output_bias"]

    def attend(x):
        return self_attention(x, heads, causal, strip("attention_", w))

    for name, layer in (("attention", attend), ("feed_forward", network)):
        if norm_first:
            x = x + layer(norm(name + "_norm", x))
        else:
            x = norm(name + "_norm", x + layer(x))
    return x


def attentions():
    v = Values(3)
    for causal in (False, True):
        case(
            "multi_head_attention" + ("_causal" if causal else ""),
            [v(2, 5, 6)],
            {**linear(v, "qkv", 6, 18), **linear(v, "projection", 6, 6)},
            lambda x, **w: self_attention(x, 2, causal, w),
        )

    def cross(x, memory, **w):
        q = x @ w["query_kernel"] + w["query_bias"]
        k, u = (memory @ w["key_value_kernel"] + w["key_value_bias"]).chunk(2, -1)
        return attention(q, k, u, 2, False) @ w["projection_kernel"] + w["projection_bias"]

    case(
        "cross_attention",
        [v(2, 3, 6), v(2, 5, 4)],
        {
            **linear(v, "query", 6, 6),
            **linear(v, "key_value", 4, 12),
            **linear(v, "projection", 6, 6),
        },
        cross,
    )
    case(
        "feed_forward",
        [v(2, 3, 4)],
        {**linear(v, "hidden", 4, 7), **linear(v, "output", 7, 4)},
        lambda x, **w: f.silu(x @ w["hidden_kernel"] + w["hidden_bias"]) @ w["output_kernel"]
        + w["output_bias"],
    )
    for name, settings in {
        "transformer_decoder": (2, True, True, "tanh"),
        "transformer_encoder_norm_last": (3, False, False, "none"),
    }.items():
        case(
            name,
            [v(2, 4, 6)],
            {
                "attention_norm/gamma": v(6),
                "attention_norm/beta": v(6),
                **linear(v, "attention/qkv", 6, 18),
                **linear(v, "attention/projection", 6, 6),
                "feed_forward_norm/gamma": v(6),
                "feed_forward_norm/beta": v(6),
                **linear(v, "feed_forward/hidden", 6, 10),
                **linear(v, "feed_forward/output", 10, 6),
            },
            lambda x, **w: transformer(x, *settings, w),
        )


def recurrent(kind, units, back):
    """A recurrent layer of PyTorch with weights as Gatun has them."""
    gates = {torch.nn.RNN: [0], torch.nn.LSTM: [0, 1, 2, 3], torch.nn.GRU: [1, 0, 2]}[kind]

    def order(t):
        return torch.cat([t.chunk(len(gates), -1)[g] for g in gates], -1)

    def run(x, kernel, recurrent_kernel, bias):
        layer = kind(x.shape[-1], units, batch_first=True)
        both = bias if bias.dim() == 2 else torch.stack([bias, torch.zeros_like(bias)])
        weights = {
            "weight_ih_l0": order(kernel).T,
            "weight_hh_l0": order(recurrent_kernel).T,
            "bias_ih_l0": order(both[0]),
            "bias_hh_l0": order(both[1]),
        }
        given = x.flip(1) if back else x
        y = torch.func.functional_call(layer, weights, (given,))[0]
        return y.flip(1) if back else y

    return run


def recurrents():
    v = Values(4)
    units = 3
    for name, kind, gates in (
        ("simple_rnn", torch.nn.RNN, 1),
        ("lstm", torch.nn.LSTM, 4),
        ("gru", torch.nn.GRU, 3),
    ):

        def weights(prefix=""):
            bias = v(2, 3 * units) if kind is torch.nn.GRU else v(gates * units)
            return {
                prefix + "kernel": v(4, gates * units, scale=256),
                prefix + "recurrent_kernel": v(units, gates * units, scale=256),
                prefix + "bias": bias,
            }

        def last(x, **w):
            return recurrent(kind, units, False)(x, **w)[:, -1]

        def both(x, **w):
            forward = recurrent(kind, units, False)(x, **strip("forward_", w))
            backward = recurrent(kind, units, True)(x, **strip("backward_", w))
            return torch.cat([forward, backward], -1)

        case(name + "_sequences", [v(2, 5, 4)], weights(), recurrent(kind, units, False))
        case(name + "_backwards", [v(2, 4, 4)], weights(), recurrent(kind, units, True))
        case(name + "_last", [v(2, 4, 4)], weights(), last)
        case(name + "_unrolled", [v(2, 4, 4)], weights(), recurrent(kind, units, True))
        if kind is torch.nn.GRU:
            case(
                "bidirectional",
                [v(2, 3, 4)],
                {**weights("forward/"), **weights("backward/")},
                both,
            )


def convolution(f_conv, **settings):
    """`f_conv` for channels last and kernels [window..., in, out]."""

    def run(x, kernel, bias):
        weight = kernel.movedim(-1, 0).movedim(-1, 1)
        return channels_last(f_conv(channels_first(x), weight, bias, **settings))

    return run


def pooling(f_pool, *settings, **named):
    return lambda x: channels_last(f_pool(channels_first(x), *settings, **named))


def cropped(size, stride, rows, columns):
    """The transpose of a convolution with TensorFlow's "same" padding."""

    def run(x, kernel, bias):
        full = convolution(f.conv_transpose2d, stride=stride)(x, kernel, bias)
        low = [max(k - s, 0) // 2 for k, s in zip(size, stride)]
        return full[:, low[0] : low[0] + rows, low[1] : low[1] + columns]

    return run


def images():
    v = Values(5)

    def kernel(*shape):
        return {"kernel": v(*shape, scale=256), "bias": v(shape[-1])}

    def transposed(*shape):
        return {"kernel": v(*shape, scale=256), "bias": v(shape[-2])}

    case("conv1d", [v(2, 6, 4)], kernel(3, 2, 4), convolution(f.conv1d, stride=2, groups=2))
    case(
        "conv1d_same",
        [v(1, 5, 2)],
        kernel(3, 2, 2),
        lambda x, **w: torch.relu(convolution(f.conv1d, padding=1)(x, **w)),
    )
    case("conv2d", [v(2, 5, 4, 2)], kernel(3, 2, 2, 3), convolution(f.conv2d))
    case(
        "conv2d_settings",
        [v(1, 6, 7, 4)],
        kernel(2, 3, 2, 4),
        convolution(f.conv2d, stride=(1, 2), dilation=(2, 1), groups=2),
    )
    t = f.conv_transpose2d
    case("conv2d_transpose", [v(2, 3, 2, 3)], transposed(3, 2, 2, 3), convolution(t, stride=2))
    case(
        "conv2d_transpose_sparse",
        [v(1, 3, 2, 2)],
        transposed(1, 2, 2, 2),
        convolution(t, stride=(2, 1), output_padding=(1, 0)),
    )
    case("conv2d_transpose_same", [v(1, 3, 2, 2)], transposed(3, 4, 2, 2), cropped((3, 4), (2, 2), 6, 4))
    case("average_pool1d", [v(2, 7, 2)], {}, pooling(f.avg_pool1d, 3, 2))
    case("max_pool1d", [v(2, 7, 2)], {}, pooling(f.max_pool1d, 3, 2, padding=1))
    case("average_pool2d", [v(1, 5, 4, 2)], {}, pooling(f.avg_pool2d, 2))
    case("max_pool2d", [v(1, 5, 4, 2)], {}, pooling(f.max_pool2d, 2))
    case("global_average_pool2d", [v(2, 3, 2, 3)], {}, lambda x: x.mean((1, 2)))
    case("global_max_pool2d", [v(2, 3, 2, 3)], {}, lambda x: x.amax((1, 2)))
    case("up_sampling2d", [v(1, 2, 3, 2)], {}, pooling(f.interpolate, scale_factor=(2, 3)))
    case("zero_padding2d", [v(1, 2, 3, 2)], {}, lambda x: f.pad(x, (0, 0, 3, 0, 1, 2)))
    case("reshape", [v(2, 3, 4)], {}, lambda x: x.reshape(2, 2, 6))
    case("permute", [v(2, 3, 2, 2)], {}, lambda x: x.permute(0, 3, 1, 2))
    case("flatten", [v(2, 3, 2)], {}, lambda x: x.flatten(1))
    case("rescaling", [v(2, 3)], {}, lambda x: x * 0.5 - 1)
    case("leaky_relu", [v(2, 5)], {}, lambda x: f.leaky_relu(x, 0.3))
    case("prelu", [v(2, 4, 3)], {"alpha": v(3)}, lambda x, alpha: channels_last(f.prelu(channels_first(x), alpha)))
    case("dense", [v(2, 3, 4)], kernel(4, 3), lambda x, kernel, bias: torch.tanh(x @ kernel + bias))


def merges():
    v = Values(6)
    shape = (2, 3)
    case("add", [v(*shape), v(*shape), v(*shape)], {}, lambda a, b, c: a + b + c)
    case("subtract", [v(*shape), v(*shape)], {}, lambda a, b: a - b)
    case("multiply", [v(2, 3, 2), v(2, 1, 2), v(2, 3, 2)], {}, lambda a, b, c: a * b * c)
    case("average", [v(*shape), v(*shape), v(*shape)], {}, lambda a, b, c: (a + b + c) / 3)
    case("maximum", [v(*shape), v(*shape)], {}, torch.maximum)
    case("minimum", [v(*shape), v(*shape)], {}, torch.minimum)
    case("concatenate", [v(2, 3, 2), v(2, 1, 2)], {}, lambda a, b: torch.cat([a, b], 1))
    case("dot_vectors", [v(2, 4), v(2, 4)], {}, lambda a, b: (a * b).sum(1, keepdim=True))
    case("dot_rows", [v(2, 4), v(2, 3, 4)], {}, lambda a, b: (a[:, None] * b).sum(2))
    case("dot_columns", [v(2, 3, 4), v(2, 4)], {}, lambda a, b: (a * b[:, None]).sum(2))
    case("dot_cosines", [v(2, 2, 4), v(2, 3, 4)], {}, lambda a, b: f.normalize(a, dim=-1) @ f.normalize(b, dim=-1).mT)


def main():
    normalizations()
    embeddings()
    attentions()
    recurrents()
    images()
    merges()
    here = pathlib.Path(__file__).resolve().parent
    target = here.parent / "resources" / "nn" / "layers.json"
    lines = ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in CASES.items())
    target.write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
