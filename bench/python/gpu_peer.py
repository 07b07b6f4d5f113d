"""PyTorch on a GPU as a peer of `./gatun bench models --device cuda`: times itself, one command a line.

  python gpu_peer.py cuda THREADS

Commands: `prepare NAME` answers `ready` or `unknown`, `run N` the nanoseconds of N runs, `close`
drops the computation. Names are those of io.gatun.bench.models.GpuRows. Weights and inputs are
random and lie on the GPU. What infers is captured in a CUDA graph and waited for after each replay;
networks have cuDNN's own search for algorithms, channels last, and PyTorch's fused attention.
Training is eager, with the fused AdamW and autocast to bf16 where the name says so, and is waited
for after N steps. Without a GPU it runs on the processor, to try the script.
"""

import re
import sys
import time

import torch
import torch.nn.functional as F

GPU = torch.cuda.is_available()
DEVICE = torch.device("cuda" if GPU else "cpu")
VOCABULARY = 8192


def wait():
    if GPU:
        torch.cuda.synchronize()


def uniform(*shape, dtype=torch.float32):
    return (torch.rand(*shape, device=DEVICE) - 0.5).to(dtype)


def use(precision):
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"


def replayed(compute):
    """Runs of `compute` by a graph's replay."""
    with torch.inference_mode():
        if not GPU:
            return lambda: compute()
        stream = torch.cuda.Stream()
        with torch.cuda.stream(stream):
            for _ in range(3):
                compute()
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            compute()

    def run():
        graph.replay()
        torch.cuda.synchronize()

    return run


class Block(torch.nn.Module):
    """Of GPT-2, or with `last` of BERT: normalized after the sums, every token sees all."""

    def __init__(self, width, heads, last=False):
        super().__init__()
        nn = torch.nn
        self.heads, self.last = heads, last
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attend(self, x, mask):
        b, s, w = x.shape
        q, k, v = self.qkv(x).view(b, s, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        causal = mask is None
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return self.out(y.transpose(1, 2).reshape(b, s, w))

    def feed(self, x):
        return self.down(F.gelu(self.up(x), approximate="none" if self.last else "tanh"))

    def forward(self, x, mask=None):
        if self.last:
            x = self.norms[0](x + self.attend(x, mask))
            return self.norms[1](x + self.feed(x))
        x = x + self.attend(self.norms[0](x), mask)
        return x + self.feed(self.norms[1](x))


class Bert(torch.nn.Module):
    def __init__(self, sequence):
        super().__init__()
        nn = torch.nn
        self.tables = nn.ModuleList(nn.Embedding(n, 768) for n in (30522, 2, sequence))
        self.norm = nn.LayerNorm(768)
        self.blocks = nn.ModuleList(Block(768, 12, last=True) for _ in range(12))

    def forward(self, ids, types, mask):
        words, kinds, places = self.tables
        x = self.norm(words(ids) + kinds(types) + places.weight)
        hidden = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        for block in self.blocks:
            x = block(x, hidden)
        return x


def bert(batch, sequence, precision):
    use(precision)
    model = Bert(sequence).to(DEVICE).eval()
    ids = torch.randint(0, 10, (batch, sequence), device=DEVICE)
    types = torch.randint(0, 2, (batch, sequence), device=DEVICE)
    mask = torch.ones(batch, sequence, device=DEVICE)
    return replayed(lambda: model(ids, types, mask))


def resnet(batch, precision):
    import torchvision

    use(precision)
    model = torchvision.models.resnet50().to(DEVICE, memory_format=torch.channels_last).eval()
    x = uniform(batch, 3, 224, 224).to(memory_format=torch.channels_last)
    return replayed(lambda: model(x))


class Gpt(torch.nn.Module):
    def __init__(self, sequence, width, layers):
        super().__init__()
        nn = torch.nn
        self.words, self.places = nn.Embedding(VOCABULARY, width), nn.Embedding(sequence, width)
        self.blocks = nn.ModuleList(Block(width, width // 64) for _ in range(layers))
        self.norm, self.classes = nn.LayerNorm(width), nn.Linear(width, VOCABULARY)

    def forward(self, ids):
        x = self.words(ids) + self.places.weight
        for block in self.blocks:
            x = block(x)
        return self.classes(self.norm(x))


def gpt(batch, sequence, width, layers, precision):
    use(precision)
    model = Gpt(sequence, width, layers).to(DEVICE)
    adamw = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    ids = torch.randint(0, VOCABULARY, (batch, sequence), device=DEVICE)
    labels = torch.randint(0, VOCABULARY, (batch * sequence,), device=DEVICE)
    device = DEVICE.type

    def step():
        adamw.zero_grad(set_to_none=True)
        with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
            loss = F.cross_entropy(model(ids).flatten(0, 1), labels)
        loss.backward()
        adamw.step()

    step.waits_at_end = True
    return step


def dense(m, k, n):
    use("f32")
    x, w, b = uniform(m, k), uniform(k, n) / k**0.5, uniform(n)
    return replayed(lambda: F.gelu(torch.addmm(b, x, w), approximate="tanh"))


def product(m, k, n):
    x, w = uniform(m, k, dtype=torch.bfloat16), uniform(k, n, dtype=torch.bfloat16)
    return replayed(lambda: x @ w)


def attention(*shape):
    q, k, v = (uniform(*shape, dtype=torch.bfloat16) for _ in range(3))
    return replayed(lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True))


def conv(size, _, channels, out, kernel, stride, batch):
    use("f32")
    x = uniform(batch, channels, size, size).to(memory_format=torch.channels_last)
    w = uniform(out, channels, kernel, kernel).to(memory_format=torch.channels_last)
    b = uniform(out)
    return replayed(lambda: F.relu(F.conv2d(x, w, b, stride=stride, padding=kernel // 2)))


def gelu(size):
    x, b, g = uniform(size), uniform(size), uniform(size)
    return replayed(lambda: F.gelu(x + b, approximate="tanh") * g + x)


def softmax(rows, columns):
    x = uniform(rows, columns)
    return replayed(lambda: torch.softmax(x, -1))


def layernorm(rows, columns):
    x, gamma, beta = uniform(rows, columns), uniform(columns), uniform(columns)
    return replayed(lambda: F.layer_norm(x, (columns,), gamma, beta, 1e-5))


NETWORKS = {"bert-base": bert, "resnet50": resnet, "gpt": gpt}
OPERATIONS = {
    "dense-bf16": product,
    "attention-bf16": attention,
    "dense": dense,
    "conv": conv,
    "gelu": gelu,
    "softmax": softmax,
    "layernorm": layernorm,
}


def prepare(name):
    for kind, make in NETWORKS.items():
        if name.startswith(kind + "-"):
            sizes, precision = name[len(kind) + 1 :].rsplit("-", 1)
            return make(*map(int, re.findall(r"\d+", sizes)), precision)
    for kind, make in OPERATIONS.items():
        if name.startswith(kind + "-"):
            return make(*map(int, re.findall(r"\d+", name[len(kind) :])))
    return None


def main():
    torch.manual_seed(1)
    torch.set_num_threads(int(sys.argv[2]))
    where = torch.cuda.get_device_name() if GPU else "no GPU: its figures say nothing"
    print(f"pytorch-{sys.argv[1]}: PyTorch {torch.__version__} on {where}", flush=True)
    run = None
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "prepare":
            try:
                run = prepare(arguments[0])
                print("unknown" if run is None else "ready", flush=True)
            except RuntimeError as e:
                print("unknown " + str(e).splitlines()[0], flush=True)
        elif command == "run":
            start = time.perf_counter_ns()
            for _ in range(int(arguments[0])):
                run()
            if getattr(run, "waits_at_end", False):
                wait()
            print(time.perf_counter_ns() - start, flush=True)
        else:
            run = None
            if GPU:
                torch.cuda.empty_cache()
            print("closed", flush=True)


main()
