"""Writes engine/src/test/resources/language: tiny models of random weights, in the files that people
have, and the logits that PyTorch computes with them, in plain modules.

    python make_language_fixtures.py
"""

import json
import pathlib
import struct

import torch
from torch.nn.functional import silu

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "language"


def rounded(rows):
    return [[round(x, 4) for x in row] for row in rows.tolist()]


def case(ids, logits):
    rows = [i for prompt in (1, 7, 32, 42) for i in range(prompt - 1, prompt + 3)]
    return {"ids": ids.tolist(), "logits": dict(zip(rows, rounded(logits[rows])))}


def llama():
    """A checkpoint of llama2.c with a classifier of its own, and logits after some tokens."""
    size, hidden, layers, heads, groups, vocabulary, context = 16, 24, 2, 4, 2, 265, 48
    head = size // heads
    g = torch.Generator().manual_seed(1)

    def weight(*shape, scale):
        return (torch.randn(shape, generator=g) * scale).float()

    e = weight(vocabulary, size, scale=1)
    kinds = {
        "norm1": (size,), "wq": (size, size), "wk": (groups * head, size),
        "wv": (groups * head, size), "wo": (size, size), "norm2": (size,),
        "w1": (hidden, size), "w2": (size, hidden), "w3": (hidden, size),
    }  # fmt: skip
    w = {
        name: [weight(*shape, scale=0.4) + (1 if len(shape) == 1 else 0) for _ in range(layers)]
        for name, shape in kinds.items()
    }
    norm = weight(size, scale=0.4) + 1
    classifier = weight(vocabulary, size, scale=1)
    with open(FOLDER / "llama.bin", "wb") as out:
        out.write(struct.pack("<7i", size, hidden, layers, heads, groups, -vocabulary, context))
        angles = torch.zeros(context * head)
        every = [e, *(x for kind in w.values() for x in kind), norm, angles, classifier]
        for tensor in every:
            out.write(tensor.numpy().astype("<f4").tobytes())

    def rms(x, gamma):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-5) * gamma.double()

    def rope(x):
        n, h, d = x.shape
        speed = 10000.0 ** (-torch.arange(0, d, 2).double() / d)
        angle = torch.arange(n).double()[:, None, None] * speed
        pair = torch.view_as_complex(x.reshape(n, h, d // 2, 2).contiguous())
        return torch.view_as_real(pair * torch.polar(torch.ones_like(angle), angle)).reshape(x.shape)

    ids = torch.randint(0, vocabulary, (45,), generator=g)
    x = e.double()[ids]
    n = len(ids)
    for i in range(layers):
        b = {name: kind[i].double() for name, kind in w.items()}
        y = rms(x, b["norm1"])
        q = rope((y @ b["wq"].T).reshape(n, heads, head))
        k = rope((y @ b["wk"].T).reshape(n, groups, head)).repeat_interleave(heads // groups, 1)
        v = (y @ b["wv"].T).reshape(n, groups, head).repeat_interleave(heads // groups, 1)
        a = torch.nn.functional.scaled_dot_product_attention(
            q.transpose(0, 1), k.transpose(0, 1), v.transpose(0, 1), is_causal=True
        )
        x = x + a.transpose(0, 1).reshape(n, size) @ b["wo"].T
        y = rms(x, b["norm2"])
        x = x + (silu(y @ b["w1"].T) * (y @ b["w3"].T)) @ b["w2"].T
    logits = rms(x, norm) @ classifier.double().T
    (FOLDER / "llama.json").write_text(json.dumps(case(ids, logits)) + "\n")


def gpt2():
    """A GPT-2 in plain modules, its weights as a safetensors file in the names of GPT-2."""
    size, layers, heads, vocabulary, context = 16, 2, 4, 65, 48
    torch.manual_seed(2)
    folder = FOLDER / "gpt2"
    folder.mkdir(exist_ok=True)
    tensors = {"wte.weight": torch.randn(vocabulary, size), "wpe.weight": torch.randn(context, size)}

    def affine(name, inputs, outputs):
        tensors[name + ".weight"] = torch.randn(inputs, outputs) * 0.4
        tensors[name + ".bias"] = torch.randn(outputs) * 0.4

    def norm(name):
        tensors[name + ".weight"] = 1 + torch.randn(size) * 0.4
        tensors[name + ".bias"] = torch.randn(size) * 0.4

    for i in range(layers):
        norm(f"h.{i}.ln_1")
        affine(f"h.{i}.attn.c_attn", size, 3 * size)
        affine(f"h.{i}.attn.c_proj", size, size)
        norm(f"h.{i}.ln_2")
        affine(f"h.{i}.mlp.c_fc", size, 4 * size)
        affine(f"h.{i}.mlp.c_proj", 4 * size, size)
    norm("ln_f")
    header, data = {}, b""
    for name, tensor in tensors.items():
        begin = len(data)
        data += tensor.numpy().astype("<f4").tobytes()
        header["transformer." + name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [begin, len(data)],
        }
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    config = {
        "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5,
        "n_embd": size,
        "n_head": heads,
        "n_layer": layers,
        "n_positions": context,
        "vocab_size": vocabulary,
    }
    (folder / "config.json").write_text(json.dumps(config) + "\n")

    w = {name: tensor.double() for name, tensor in tensors.items()}

    def normalized(name, x):
        return torch.nn.functional.layer_norm(x, (size,), w[name + ".weight"], w[name + ".bias"])

    def linear(name, x):
        return x @ w[name + ".weight"] + w[name + ".bias"]

    ids = torch.randint(0, vocabulary, (45,))
    n = len(ids)
    x = w["wte.weight"][ids] + w["wpe.weight"][:n]
    for i in range(layers):
        qkv = linear(f"h.{i}.attn.c_attn", normalized(f"h.{i}.ln_1", x)).split(size, -1)
        q, k, v = (y.reshape(n, heads, size // heads).transpose(0, 1) for y in qkv)
        a = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + linear(f"h.{i}.attn.c_proj", a.transpose(0, 1).reshape(n, size))
        y = linear(f"h.{i}.mlp.c_fc", normalized(f"h.{i}.ln_2", x))
        y = torch.nn.functional.gelu(y, approximate="tanh")
        x = x + linear(f"h.{i}.mlp.c_proj", y)
    logits = normalized("ln_f", x) @ w["wte.weight"].T
    (FOLDER / "gpt2.json").write_text(json.dumps(case(ids, logits)) + "\n")


if __name__ == "__main__":
    gpt2()
    llama()
