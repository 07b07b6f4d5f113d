"""Writes GPT-2's reading of a prompt as a TorchScript module for io.gatun.bench.peers.PyTorchPrefill.

  python gpt2.py src/peers/resources/io/gatun/bench/peers/gpt2.pt

The weights are arguments, so that the file is small: those of io.gatun.engine.language.Gpt2 in its
order, tokens, places, twelve of each block, the last normalization. `ids` are the tokens of the
prompt; answered are the logits of the token that follows.
"""

import sys
from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor


class Gpt2(torch.nn.Module):
    heads: int
    epsilon: float

    def __init__(self, heads: int, epsilon: float):
        super().__init__()
        self.heads = heads
        self.epsilon = epsilon

    def forward(self, ids: Tensor, weights: List[Tensor]) -> Tensor:
        n = ids.size(0)
        size = weights[0].size(1)
        x = F.embedding(ids, weights[0]) + weights[1][:n]
        for i in range(2, len(weights) - 2, 12):
            w = weights[i : i + 12]
            y = F.layer_norm(x, [size], w[0], w[1], self.epsilon)
            qkv = torch.addmm(w[3], y, w[2]).view(n, 3, self.heads, -1).permute(1, 2, 0, 3)
            # With an axis of batches: PyTorch's fused kernel wants one.
            y = F.scaled_dot_product_attention(qkv[0:1], qkv[1:2], qkv[2:3], is_causal=True)
            y = y.squeeze(0).transpose(0, 1).reshape(n, size)
            x = x + torch.addmm(w[5], y, w[4])
            y = F.layer_norm(x, [size], w[6], w[7], self.epsilon)
            y = F.gelu(torch.addmm(w[9], y, w[8]), approximate="tanh")
            x = x + torch.addmm(w[11], y, w[10])
        last = F.layer_norm(x[n - 1 :], [size], weights[-2], weights[-1], self.epsilon)
        return torch.mm(last, weights[0].t())


torch.jit.script(Gpt2(12, 1e-5).eval()).save(sys.argv[1])
