"""Writes models of the newest operators with the outputs of ONNX's reference implementation, as the
suite of ONNX keeps its cases: CASE/model.onnx, CASE/test_data_set_0/{input,output}_N.pb.

    pip install "onnx>=1.23" numpy
    python make_newest_fixtures.py ../resources/onnx
"""

import pathlib
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

ROOT = pathlib.Path(sys.argv[1])
RNG = np.random.default_rng(7)


def random(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def save(case, operator, feeds, outputs, opset=28, skip=(), **attributes):
    names = ["" if i in skip else f"x{i}" for i in range(len(feeds) + len(skip))]
    given = [n for n in names if n]
    results = [f"y{i}" for i in range(outputs)]
    graph = helper.make_graph(
        [helper.make_node(operator, names, results, **attributes)],
        case,
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, x.shape) for n, x in zip(given, feeds)],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in results])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=13)
    values = ReferenceEvaluator(model).run(None, dict(zip(given, feeds)))
    data = ROOT / case / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    (ROOT / case / "model.onnx").write_bytes(model.SerializeToString())
    for role, arrays in (("input", feeds), ("output", values)):
        for i, array in enumerate(arrays):
            tensor = numpy_helper.from_array(np.asarray(array), "")
            (data / f"{role}_{i}.pb").write_bytes(tensor.SerializeToString())


save("newest-swiglu", "SwiGLU", [random(2, 3), random(2, 3)], 1, alpha=1.5)
save("newest-causal", "CausalConvWithState",
     [random(2, 3, 5), random(3, 1, 4), random(3), random(2, 3, 3)], 2, activation="silu")
qkv = [random(2, 5, 8), random(2, 5, 4), random(2, 5, 6)]
heads = {"q_num_heads": 4, "kv_num_heads": 2}
save("newest-linear", "LinearAttention", qkv, 2, update_rule="linear", **heads)
save("newest-gated-delta", "LinearAttention",
     qkv + [random(2, 2, 2, 3), -np.abs(random(2, 5, 4)), np.abs(random(2, 5, 2))], 2,
     update_rule="gated_delta", scale=0.7, **heads)
save("newest-deform", "DeformConv",
     [random(2, 4, 5, 6), random(6, 2, 2, 3), random(2, 24, 3, 3), random(6), random(2, 12, 3, 3)],
     1, opset=22, group=2, offset_group=2, strides=[2, 2], pads=[1, 0, 1, 1], dilations=[1, 1])
qkv = [random(2, 4, 6, 8), random(2, 2, 6, 8), random(2, 2, 6, 5)]
save("newest-window", "Attention", qkv, 1, opset=25, is_causal=1, left_window_size=2)
save("newest-window-both", "Attention", qkv, 1, opset=25, left_window_size=1, right_window_size=2)
