"""Writes the functions that exporters decompose as PyTorch's two exporters write them, each with an
input and PyTorch's output: CASE/model.onnx, CASE/test_data_set_0/{input,output}_N.pb.

    pip install torch onnx onnxscript numpy
    python make_pattern_fixtures.py ../resources/onnx
"""

import math
import pathlib
import sys

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

ROOT = pathlib.Path(sys.argv[1])
torch.manual_seed(7)


def save(case, module, *inputs, opset, dynamo=False, **options):
    module = module.eval()
    data = ROOT / case / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    path = ROOT / case / "model.onnx"
    names = [f"x{i}" for i in range(len(inputs))]
    with torch.no_grad():
        result = module(*inputs)
        torch.onnx.export(
            module, inputs, str(path), input_names=names, output_names=["y"],
            opset_version=opset, dynamo=dynamo, **options)
    model = onnx.load(path)
    model.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    del model.graph.value_info[:]
    onnx.save(model, path)
    for extra in path.parent.glob("*.data"):
        extra.unlink()
    for role, arrays in (("input", inputs), ("output", [result])):
        for i, array in enumerate(arrays):
            tensor = numpy_helper.from_array(array.detach().numpy(), "")
            (data / f"{role}_{i}.pb").write_bytes(tensor.SerializeToString())


class Heads(nn.Module):
    """Attention as BERT's: the mask holds 1 for the tokens that count."""

    def __init__(self, size, heads, mask):
        super().__init__()
        self.qkv = nn.ModuleList([nn.Linear(size, size) for _ in range(3)])
        self.heads = heads
        self.mask = mask

    def forward(self, x, mask):
        n, s, size = x.shape
        q, k, v = (f(x).view(n, s, self.heads, size // self.heads).transpose(1, 2) for f in self.qkv)
        scores = q @ k.transpose(-1, -2) / math.sqrt(size // self.heads)
        scores = self.mask(scores, mask)
        y = torch.softmax(scores, -1) @ v
        return y.transpose(1, 2).reshape(n, s, size)


class Encoder(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.attention = Heads(8, 2, lambda s, m: s + (1 - m[:, None, None, :].float()) * -10000.0)
        self.norms = nn.ModuleList([nn.LayerNorm(8) for _ in range(2)])
        for norm in self.norms:
            nn.init.normal_(norm.weight)
            nn.init.normal_(norm.bias)
        self.up = nn.Linear(8, 16)
        self.down = nn.Linear(16, 8)
        self.activation = activation

    def forward(self, x, mask):
        x = self.norms[0](x + self.attention(x, mask))
        return self.norms[1](x + self.down(self.activation(self.up(x))))


class Decoder(nn.Module):
    """A block of GPT-2, with its mask of past tokens."""

    def __init__(self):
        super().__init__()
        self.register_buffer("past", torch.tril(torch.ones(6, 6, dtype=torch.bool))[None, None])
        self.attention = Heads(8, 2, lambda s, m: torch.where(self.past, s, torch.tensor(-1e4)))
        self.norm = nn.LayerNorm(8)
        self.up = nn.Linear(8, 16)

    def forward(self, x):
        y = self.up(self.norm(x + self.attention(x, None)))
        return 0.5 * y * (1.0 + torch.tanh(math.sqrt(2 / math.pi) * (y + 0.044715 * torch.pow(y, 3))))


class Llama(nn.Module):
    """RMS normalization as in transformers, SiLU, attention with -inf for what is hidden."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(8))
        self.attention = Heads(
            8, 2, lambda s, m: s.masked_fill(m[:, None, None, :] == 0, float("-inf")))
        self.gate = nn.Linear(8, 16)
        self.up = nn.Linear(8, 16)

    def forward(self, x, mask):
        x = x + self.attention(x, mask)
        y = self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))
        return F.silu(self.gate(y)) * self.up(y)


class Scaled(nn.Module):
    def __init__(self, causal):
        super().__init__()
        self.causal = causal

    def forward(self, x, mask):
        x = x.view(2, 6, 2, 4).transpose(1, 2)
        mask = None if self.causal else mask[:, None, None, :] != 0
        return F.scaled_dot_product_attention(x, x * 2, x + 1, mask, is_causal=self.causal)


class Grouped(nn.Module):
    """Two heads of queries for each of keys, which are repeated as transformers does it."""

    @staticmethod
    def repeated(x):
        return x[:, :, None].expand(2, 2, 2, 6, 2).reshape(2, 4, 6, 2)

    def forward(self, x):
        q = x.view(2, 6, 4, 2).transpose(1, 2)
        k, v = self.repeated(q[:, :2] * 2), self.repeated(q[:, 1:3] + 1)
        return torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(2), -1) @ v


class Gates(nn.Module):
    """GELU by a sigmoid, a sigmoid written out, a softmax written out."""

    def forward(self, x):
        a = x * torch.sigmoid(1.702 * x)
        b = 1 / (1 + torch.exp(-x))
        c = x / (1 + torch.exp(-x))
        e = torch.exp(x - x.amax(-1, keepdim=True))
        return a + b + c + e / e.sum(-1, keepdim=True)


class ConvNorm(nn.Module):
    def __init__(self, bias, groups):
        super().__init__()
        self.conv = nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=bias, groups=groups)
        self.norm = nn.BatchNorm2d(6)
        for parameter in (self.norm.weight, self.norm.bias, self.norm.running_mean):
            nn.init.normal_(parameter)
        nn.init.uniform_(self.norm.running_var, 0.5, 2)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


x = torch.randn(2, 6, 8)
mask = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]])
image = torch.randn(2, 4, 7, 7)
keep = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}

save("pattern-bert", Encoder(F.gelu), x, mask, opset=11)
save("pattern-bert-18", Encoder(nn.GELU("tanh")), x, mask, opset=18, dynamo=True)
save("pattern-gpt2", Decoder(), x, opset=13)
save("pattern-llama", Llama(), x, mask, opset=14)
save("pattern-llama-18", Llama(), x, mask, opset=18, dynamo=True)
save("pattern-causal", Scaled(True), x, mask, opset=14)
save("pattern-masked", Scaled(False), x, mask, opset=14)
save("pattern-masked-18", Scaled(False), x, mask, opset=18, dynamo=True)
save("pattern-gates", Gates(), x, opset=13)
save("pattern-norm", ConvNorm(True, 1), image, opset=13, **keep)
save("pattern-norm-grouped", ConvNorm(False, 2), image, opset=13, **keep)
save("pattern-grouped", Grouped(), x, opset=14)
save("pattern-grouped-18", Grouped(), x, opset=18, dynamo=True)
