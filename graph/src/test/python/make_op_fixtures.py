#!/usr/bin/env python3
"""Writes ../resources/fixtures/*.txt: op values and gradients as PyTorch and NumPy compute them.

Needs torch and numpy; the files were made with torch 2.13 and numpy 2.4. The same files come out
each time. Format, read by io.gatun.graph.testing.Fixture:

    case NAME
    <graph in the textual IR, up to and with its "return" line>
    input NAME v,v,...          one for each input of the graph, in order
    output NAME v,v,...         the expected values
    cotangent NAME v,v,...      for differentiable cases: the gradient that arrives at an output
    gradient NAME v,v,...       and what leaves at each differentiable input
"""
import math
import pathlib
from fractions import Fraction

import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(7)
FIXTURES = pathlib.Path(__file__).parent.parent / "resources" / "fixtures"
NAN, INF = math.nan, math.inf
SPECIAL = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 1.5, 3.0, -7.0, 1e-30, -1e-30,
           1e30, 40.0, -40.0, 6.0]
RANGE = {"i8": (-128, 127), "u8": (0, 255), "i16": (-2**15, 2**15 - 1), "i32": (-2**31, 2**31 - 1),
         "i64": (-2**63, 2**63 - 1)}


def type_of(dtype, shape):
    return f"{dtype}[{','.join(map(str, shape))}]"


def number(v, exact=False):
    if isinstance(v, (bool, np.bool_)):
        return str(int(v))
    if isinstance(v, (int, np.integer)):
        return str(int(v))
    v = float(v)
    if math.isnan(v):
        return "NaN"
    if math.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return repr(v) if exact else f"{v:.9g}"


def flat(values):
    if isinstance(values, torch.Tensor):
        values = values.detach().resolve_conj().numpy()
    return list(np.asarray(values, dtype=object if isinstance(values, list) else None).ravel())


def line(kind, name, values, exact=False):
    return f"{kind} {name} " + ",".join(number(v, exact) for v in flat(values))


def grid(shape, low=-3, high=3):
    """Random multiples of 1/16, which print short."""
    return torch.randint(16 * low, 16 * high, tuple(shape)).double() / 16


def distinct(shape):
    """Different values, so that the largest is one."""
    size = math.prod(shape)
    return (torch.randperm(size).double() - size // 2).reshape(tuple(shape)) / 8


class File:
    def __init__(self, name):
        self.name, self.lines = name, []

    def add(self, name, types, ops, inputs, outputs, exact=False):
        """`ops` are lines of IR that follow the inputs %0..; the last is the output."""
        self.lines.append(f"case {name}")
        for i, t in enumerate(types):
            self.lines.append(f'%{i}:{t} = input "x{i}"')
        self.lines += ops
        self.lines.append(f'return "y" {ops[-1].split(":")[0]}')
        for i, x in enumerate(inputs):
            self.lines.append(line("input", f"x{i}", x, exact))
        self.lines.append(line("output", "y", outputs, exact))

    def f32(self, name, op, f, *inputs, gradients=True, result=None):
        """One op on f32 inputs, or a list of ops; index tensors are i64."""
        tensors = [x.clone().requires_grad_(gradients and x.is_floating_point()) for x in inputs]
        y = f(*tensors)
        types = ["f32" if x.is_floating_point() else "bool" if x.dtype == torch.bool else "i64"
                 for x in inputs]
        types = [type_of(t, x.shape) for t, x in zip(types, inputs)]
        n = len(inputs)
        if isinstance(op, str):
            kind = result or "f32"
            op = [f"%{n}:{type_of(kind, y.shape)} = {op} " + " ".join(f"%{i}" for i in range(n))]
        self.add(name, types, op, inputs, y)
        if not gradients:
            return
        dy = grid(y.shape, -1, 1)
        self.lines.append(line("cotangent", "y", dy))
        y.backward(dy)
        for i, x in enumerate(tensors):
            if x.requires_grad:
                self.lines.append(line("gradient", f"x{i}", x.grad if x.grad is not None else torch.zeros_like(x)))

    def write(self):
        FIXTURES.mkdir(parents=True, exist_ok=True)
        (FIXTURES / f"{self.name}.txt").write_text("\n".join(self.lines) + "\n")


def wrap(dtype, v):
    low, high = RANGE[dtype]
    return (v - low) % (high - low + 1) + low


def unary():
    out = File("unary")
    kinds = {"neg": torch.neg, "abs": torch.abs, "sign": lambda x: torch.tensor(np.sign(x.detach().numpy())),
             "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "exp": torch.exp, "expm1": torch.expm1,
             "log": torch.log, "log1p": torch.log1p, "sin": torch.sin, "cos": torch.cos,
             "tanh": torch.tanh, "sigmoid": torch.sigmoid, "erf": torch.erf, "floor": torch.floor,
             "ceil": torch.ceil, "round": torch.round}
    flats = {"sign", "floor", "ceil", "round"}
    special = torch.tensor(SPECIAL, dtype=torch.float64)
    for name, f in kinds.items():
        x = special[special.abs().ne(1e30)] if name in ("sin", "cos") else special
        out.f32(f"{name} special", name, f, x, gradients=False)
        x = grid((24,)) + 1 / 32
        if name in ("sqrt", "rsqrt", "log", "log1p"):
            x = x.abs()
        out.f32(f"{name} smooth", name, f, x, gradients=name not in flats)
    out.f32("erf dense", "erf", torch.erf, torch.linspace(-6.5, 6.5, 105, dtype=torch.float64))
    ints = {"neg": lambda x: -x, "abs": abs, "sign": lambda x: (x > 0) - (x < 0), "not": lambda x: ~x,
            "floor": lambda x: x, "ceil": lambda x: x, "round": lambda x: x}
    for dtype in RANGE:
        low, high = RANGE[dtype]
        x = [v for v in (low, low + 1, -2, -1, 0, 1, 2, 77, high - 1, high) if low <= v <= high]
        for name, f in ints.items():
            t = type_of(dtype, [len(x)])
            out.add(f"{name} {dtype}", [t], [f"%1:{t} = {name} %0"], [x], [wrap(dtype, f(v)) for v in x])
    out.add("not bool", ["bool[2]"], ["%1:bool[2] = not %0"], [[0, 1]], [1, 0])
    out.write()


def truncated(x, y):
    return 0 if y == 0 else abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)


def binary():
    out = File("binary")
    kinds = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div,
             "rem": torch.fmod, "max": torch.maximum, "min": torch.minimum, "pow": torch.pow}
    compare = {"eq": torch.eq, "ne": torch.ne, "lt": torch.lt, "le": torch.le, "gt": torch.gt,
               "ge": torch.ge}
    special = torch.tensor(SPECIAL, dtype=torch.float64)
    x, y = (v.reshape(-1).contiguous() for v in torch.meshgrid(special, special, indexing="ij"))
    for name, f in kinds.items():
        out.f32(f"{name} special", name, f, x, y, gradients=False)
        a = grid((24,)).abs() + 1 / 32 if name == "pow" else grid((24,)) + 1 / 32
        b = grid((24,))
        if name in ("div", "rem"):
            b = b.abs() + 1 / 4
        out.f32(f"{name} smooth", name, f, a, b, gradients=name != "rem")
    for name, f in compare.items():
        out.f32(f"{name} special", name, f, x, y, gradients=False, result="bool")
    ints = {"add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
            "div": truncated, "rem": lambda x, y: 0 if y == 0 else x - truncated(x, y) * y, "max": max,
            "min": min, "and": lambda x, y: x & y, "or": lambda x, y: x | y, "xor": lambda x, y: x ^ y,
            "eq": lambda x, y: x == y, "ne": lambda x, y: x != y, "lt": lambda x, y: x < y,
            "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y}
    for dtype, (low, high) in RANGE.items():
        values = [v for v in (low, -7, -1, 0, 1, 2, 5, high - 1, high) if low <= v <= high]
        a = [v for v in values for _ in values]
        b = values * len(values)
        t = type_of(dtype, [len(a)])
        for name, f in ints.items():
            r = type_of("bool", [len(a)]) if name in compare else t
            want = [int(f(v, w)) if name in compare else wrap(dtype, f(v, w)) for v, w in zip(a, b)]
            out.add(f"{name} {dtype}", [t, t], [f"%2:{r} = {name} %0 %1"], [a, b], want)
    out.write()


def reductions():
    out = File("reduce")
    axes_of = [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]]

    def prod(x, axes, keep):
        for axis in sorted(axes, reverse=True):
            x = x.prod(axis, keepdim=keep)
        return x

    kinds = {"sum": lambda x, a, k: x.sum(a, keepdim=k), "prod": prod,
             "max": lambda x, a, k: x.amax(a, keepdim=k), "min": lambda x, a, k: x.amin(a, keepdim=k)}
    for name, f in kinds.items():
        for axes in axes_of:
            keep = len(axes) % 2 == 0
            x = grid((2, 3, 4)) + 1 / 32 if name in ("sum", "prod") else distinct((2, 3, 4))
            text = f"reduce.{name} axes=[{','.join(map(str, axes))}]" + (" keep" if keep else "")
            out.f32(f"{name} {axes}", text, lambda x: f(x, axes, keep), x)
        x = torch.tensor([[1.0, NAN, 2.0], [INF, -INF, 0.0], [INF, 1.0, 2.0]], dtype=torch.float64)
        out.f32(f"{name} special", f"reduce.{name} axes=[1]", lambda x: f(x, [1], False), x, gradients=False)
    for name, f in {"argmax": np.argmax, "argmin": np.argmin}.items():
        x = np.array([[1, 3, 3, 1], [NAN, 5, NAN, 7], [1, NAN, 0, INF], [-INF, -INF, 0, 0],
                      [0.0, -0.0, 0, -0.0]])
        want = f(x, axis=1)
        out.add(name, ["f32[5,4]"], [f"%1:i32[5] = reduce.{name} axes=[1] %0"], [x], want)
        out.add(f"{name} first axis", ["f32[5,4]"], [f"%1:i32[1,4] = reduce.{name} axes=[0] keep %0"],
                [np.nan_to_num(x)], f(np.nan_to_num(x), axis=0))
        y = [2**53, 2**53 + 1, 2**53 - 1, 2**53 + 1]
        out.add(f"{name} i64", ["i64[4]"], [f"%1:i32[] = reduce.{name} axes=[0] %0"], [y], [1 if f is np.argmax else 2])
    big = [2**53 + 1, 2**62, 2**62, 2**62, -5]
    out.add("sum i64", ["i64[5]"], ["%1:i64[] = reduce.sum axes=[0] %0"], [big], [wrap("i64", sum(big))])
    odd = [2**53 + 1, 3, -7]
    out.add("prod i64", ["i64[3]"], ["%1:i64[] = reduce.prod axes=[0] %0"], [odd], [wrap("i64", math.prod(odd))])
    out.add("sum u8", ["u8[3]"], ["%1:u8[] = reduce.sum axes=[0] %0"], [[200, 100, 3]], [47])
    out.write()


def matmul():
    out = File("matmul")
    for batch in [(), (2,), (2, 3)]:
        for ta in (False, True):
            for tb in (False, True):
                a = grid(batch + ((4, 3) if ta else (3, 4)))
                b = grid(batch + ((5, 4) if tb else (4, 5)))
                f = lambda a, b: (a.mT if ta else a) @ (b.mT if tb else b)
                text = "matmul" + " ta" * ta + " tb" * tb
                out.f32(f"{text} {batch}", text, f, a, b)
    a = [2**40 + 1, 2**53 + 1, -3, 2**62]
    b = [3, 2**31 + 1, 2**62 + 5, 7]
    want = [wrap("i64", a[2 * i] * b[j] + a[2 * i + 1] * b[2 + j]) for i in range(2) for j in range(2)]
    out.add("i64", ["i64[2,2]"] * 2, ["%2:i64[2,2] = matmul %0 %1"], [a, b], want)
    a, b = [2**31 - 1, -2**31], [2**31 - 1, 2**31 - 5]
    out.add("i32", ["i32[1,2]", "i32[2,1]"], ["%2:i32[1,1] = matmul %0 %1"], [a, b],
            [wrap("i32", a[0] * b[0] + a[1] * b[1])])
    out.write()


def window(size, stride, dilation, low, high):
    text = lambda v: "[" + ",".join(map(str, v)) + "]"
    return (f"size={text(size)} stride={text(stride)} dilation={text(dilation)} low={text(low)}"
            f" high={text(high)}")


def channels_first(x):
    return x.movedim(-1, 1)


def padded(x, low, high, value=0.0):
    """Pads the spatial axes of a channels-first tensor."""
    amounts = [v for pair in zip(reversed(low), reversed(high)) for v in pair]
    return F.pad(x, amounts, value=value)


def conv():
    out = File("conv")
    setups = [  # spatial, size, stride, dilation, low, high, C, O, groups
        ([7], [3], [1], [1], [0], [0], 2, 3, 1), ([8], [3], [2], [2], [1], [2], 2, 4, 2),
        ([5, 6], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1], 2, 3, 1),
        ([6, 5], [2, 3], [2, 1], [1, 2], [0, 2], [1, 1], 4, 4, 2),
        ([5, 5], [3, 3], [2, 2], [1, 1], [1, 0], [1, 2], 3, 3, 3),
        ([4, 3], [1, 1], [1, 1], [1, 1], [0, 0], [0, 0], 3, 2, 1),
        ([3, 4, 4], [2, 2, 3], [1, 2, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1], 2, 2, 1)]
    for spatial, size, stride, dilation, low, high, c, o, groups in setups:
        f = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[len(size)]

        def run(x, w):
            y = f(padded(channels_first(x), low, high), w.movedim(-1, 0).movedim(-1, 1), stride=stride,
                  dilation=dilation, groups=groups)
            return y.movedim(1, -1)

        x, w = grid([2] + spatial + [c]), grid(size + [c // groups, o])
        text = f"{window(size, stride, dilation, low, high)} groups={groups}"
        name = f"{spatial} {size} stride {stride} dilation {dilation} pad {low}{high} groups {groups}"
        out.f32(f"conv {name}", f"conv {text}", run, x, w)
        a, b = x.clone().requires_grad_(), w.clone().requires_grad_()
        y = run(a, b)
        dy = grid(y.shape)
        y.backward(dy)
        shape = lambda t: "[" + ",".join(map(str, t.shape)) + "]"
        ty, tx, tw = (type_of("f32", t.shape) for t in (dy, x, w))
        out.add(f"convgradinput {name}", [ty, tw], [f"%2:{tx} = convgradinput {text} {shape(x)} %0 %1"],
                [dy, w], a.grad)
        out.add(f"convgradfilter {name}", [tx, ty], [f"%2:{tw} = convgradfilter {text} {shape(w)} %0 %1"],
                [x, dy], b.grad)
    out.write()


def pooling():
    out = File("pooling")
    setups = [([6, 4], [2, 2], [2, 2], [0, 0]), ([5, 7], [3, 3], [2, 2], [1, 1]), ([5, 4], [3, 2], [1, 1], [1, 0])]
    for spatial, size, stride, pad in setups:
        x = distinct([2] + spatial + [3])
        ones = [1] * len(size)
        for kind in ("max", "sum"):
            def run(x):
                x = channels_first(x)
                if kind == "max":
                    return F.max_pool2d(x, size, stride, pad).movedim(1, -1)
                return F.avg_pool2d(x, size, stride, pad).movedim(1, -1) * math.prod(size)
            y = run(x)
            wide = type_of("f32", [*y.shape[:-1], *size, y.shape[-1]])
            value = "-Infinity" if kind == "max" else "0.0"
            out.f32(f"{kind} pool {spatial} {size} stride {stride} pad {pad}",
                    [f"%1:{wide} = windows {window(size, stride, ones, pad, pad)} value={value} %0",
                     f"%2:{type_of('f32', y.shape)} = reduce.{kind} axes=[3,4] %1"], run, x)
    setups = [([5, 6], [2, 3], [1, 2], [1, 1], [0, 1]), ([6, 6], [3, 2], [2, 1], [1, 2], [1, 1])]
    for spatial, size, stride, dilation, pad in setups:
        image = torch.zeros([2, 3] + spatial, dtype=torch.float64)
        columns = F.unfold(image, size, dilation, pad, stride).shape[-1]
        counts = [(s + 2 * p - (k - 1) * d - 1) // t + 1
                  for s, k, t, d, p in zip(spatial, size, stride, dilation, pad)]
        assert math.prod(counts) == columns

        def run(x):  # [N, oh, ow, kh, kw, C] -> [N, C*kh*kw, L]
            x = x.permute(0, 5, 3, 4, 1, 2).reshape(2, 3 * math.prod(size), columns)
            return F.fold(x, spatial, size, dilation, pad, stride).movedim(1, -1)

        shape = "[" + ",".join(map(str, [2] + spatial + [3])) + "]"
        out.f32(f"fold {spatial} {size}", f"foldwindows {window(size, stride, dilation, pad, pad)} {shape}",
                run, grid([2] + counts + size + [3]))
    out.write()


def movement():
    out = File("movement")
    x = lambda *shape: grid(shape)
    out.f32("reshape", "reshape [4,6]", lambda x: x.reshape(4, 6), x(2, 3, 4))
    out.f32("transpose", "transpose [2,0,1]", lambda x: x.permute(2, 0, 1), x(2, 3, 4))
    out.f32("broadcast", "broadcast [2,3,4]", lambda x: x.expand(2, 3, 4), x(3, 1))
    out.f32("broadcast scalar", "broadcast [2,3]", lambda x: x.expand(2, 3), x())
    out.f32("slice", "slice starts=[1,0,2] limits=[5,3,7] strides=[2,1,3]",
            lambda x: x[1:5:2, 0:3, 2:7:3], x(5, 3, 8))
    out.f32("pad", "pad low=[1,0] high=[2,3] interior=[0,0] value=1.5",
            lambda x: F.pad(x, (0, 3, 1, 2), value=1.5), x(2, 3))

    def spread(x):
        y = torch.full((9, 8), -2.0, dtype=torch.float64)
        y[1:8:3, 0:6:2] = x
        return y

    out.f32("pad interior", "pad low=[1,0] high=[1,3] interior=[2,1] value=-2.0", spread, x(3, 3))
    out.f32("concat", "concat axis=1", lambda *a: torch.cat(a, 1), x(2, 1), x(2, 3), x(2, 2))
    out.f32("reverse", "reverse [0,2]", lambda x: x.flip(0, 2), x(2, 3, 4))
    out.f32("select", "select", torch.where, torch.rand(4, 5) < 0.5, x(4, 5), x(4, 5))
    i = torch.randint(0, 5, (2, 3))
    take = lambda x, i: x.index_select(1, i.reshape(-1)).reshape(3, 2, 3, 4)
    out.f32("take", "gather axis=1", take, x(3, 5, 4), i)
    i = torch.randint(0, 5, (3, 7))
    along = lambda x, i: torch.take_along_dim(x, i, 1)
    out.f32("take along axis", "gather axis=1 along", along, x(3, 5), i)
    i = torch.randint(0, 5, (6,))
    out.f32("index add", "scatteradd axis=0", lambda b, i, u: b.index_add(0, i, u), x(5, 3), i, x(6, 3))
    i = torch.randint(0, 4, (5, 3))
    out.f32("scatter add", "scatteradd axis=0 along", lambda b, i, u: b.scatter_add(0, i, u), x(4, 3), i, x(5, 3))
    for descending in (False, True):
        v = torch.tensor([[3, 1, 3, NAN, -INF, 1, NAN, 0.0, -0.0, INF], [1, 1, 0, 0, 2, 2, -1, -1, 5, 1]],
                         dtype=torch.float64)
        text = "argsort axis=1" + " descending" * descending
        out.f32(text, text, lambda x: torch.argsort(x, dim=1, descending=descending, stable=True), v, gradients=False, result="i32")
    out.write()


def nearest(v, bits, least, most):
    """`v` rounded to `bits` of precision, ties to even, exponents between least and most."""
    if v == 0 or math.isnan(v) or math.isinf(v):
        return v
    x = abs(Fraction(v))
    exponent = max(math.frexp(abs(v))[1] - 1, least)
    unit = Fraction(2) ** (exponent - bits + 1)
    y = round(x / unit) * unit  # Python rounds halves to even
    if y >= Fraction(2) ** (most + 1):
        return math.copysign(INF, v)
    return math.copysign(float(y), v)


def casts():
    out = File("cast")
    rng = np.random.default_rng(3)
    ties = [1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-8, 1 + 3 * 2**-8, 65504.0, 65519.0, 65520.0, 2**-24, 2**-25,
            3 * 2**-25, 2**-14, 2**-15 + 2**-25, 3.3895e38, 1e-40, 2.0**-133, 2.0**-134, 2049.0, 2051.0]
    single = np.concatenate([np.array(ties + [-t for t in ties] + [NAN, INF, -INF, 0.0]), rng.normal(size=50),
                             rng.normal(size=20) * 1e-6]).astype(np.float32)
    double = np.concatenate([single.astype(np.float64), [1 + 2**-11 + 2**-40, 1 + 2**-8 - 2**-45, 1 + 3 * 2**-11 - 2**-50,
                             65520 - 2**-30, 2.0**-25 + 2.0**-70, 1 + 2.0**-24 + 2.0**-50, -1 - 2**-8 - 2**-50, 1e39, 1e-50]])
    for name, x in {"f32": single, "f64": double}.items():
        t = lambda dtype: type_of(dtype, x.shape)
        with np.errstate(over="ignore"):
            half = x.astype(np.float16).astype(np.float64)
        own = np.array([nearest(float(v), 8, -126, 127) for v in x])
        assert np.array_equal(half, np.array([nearest(float(v), 11, -14, 15) for v in x]), equal_nan=True)
        if name == "f32":
            assert np.array_equal(torch.tensor(x).bfloat16().double().numpy(), own, equal_nan=True)
        out.add(f"{name} to f16", [t(name)], [f"%1:{t('f16')} = cast f16 %0"], [x], half, exact=True)
        out.add(f"{name} to bf16", [t(name)], [f"%1:{t('bf16')} = cast bf16 %0"], [x], own, exact=True)
    with np.errstate(over="ignore"):
        single = double.astype(np.float32).astype(np.float64)
    t = type_of("f64", double.shape)
    out.add("f64 to f32", [t], [f"%1:{type_of('f32', double.shape)} = cast f32 %0"], [double], single, exact=True)
    x = [0, 1, -1, 2**24 + 1, 2**24 + 3, 2**53 + 1, 2**62 + 2**38 + 1, 2**62 + 2**54 + 1, -2**62 - 2**54 - 1, 2**63 - 1, -2**63]
    t = type_of("i64", [len(x)])
    f32 = np.array(x).astype(np.float32).astype(np.float64)
    bf16 = [nearest_integer(v, 8) for v in x]
    out.add("i64 to f32", [t], [f"%1:{type_of('f32', [len(x)])} = cast f32 %0"], [x], f32, exact=True)
    out.add("i64 to bf16", [t], [f"%1:{type_of('bf16', [len(x)])} = cast bf16 %0"], [x], bf16, exact=True)
    x = [0.0, 0.9, -0.9, 1.5, -1.5, 127.9, 128.0, -128.9, -129.0, 255.5, 256.0, 40000.0, -40000.0, 3e9, -3e9, 1e19,
         -1e19, INF, -INF, NAN]
    for dtype, (low, high) in RANGE.items():
        want = [0 if math.isnan(v) else low if v <= low else high if v >= high else int(v) for v in x]
        out.add(f"f64 to {dtype}", [type_of("f64", [len(x)])], [f"%1:{type_of(dtype, [len(x)])} = cast {dtype} %0"], [x], want)
        ints = [0, -1, 1, 127, 128, 255, 256, -129, 32768, 2**31, 2**32 + 5, -2**63]
        out.add(f"i64 to {dtype}", [type_of("i64", [len(ints)])], [f"%1:{type_of(dtype, [len(ints)])} = cast {dtype} %0"],
                [ints], [wrap(dtype, v) for v in ints])
    out.add("f64 to bool", [type_of("f64", [len(x)])], [f"%1:{type_of('bool', [len(x)])} = cast bool %0"], [x],
            [int(v != 0) for v in x])
    out.write()


def nearest_integer(v, bits):
    shift = max(abs(v).bit_length() - bits, 0)
    return math.copysign(float(round(Fraction(abs(v), 2**shift)) * 2**shift), v) if v else 0.0


if __name__ == "__main__":
    for make in (unary, binary, reductions, matmul, conv, pooling, movement, casts):
        make()
    print(sum(f.stat().st_size for f in FIXTURES.glob("*.txt")), "bytes")
