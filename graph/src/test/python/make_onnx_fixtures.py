"""Writes small ONNX models with inputs and the outputs of ONNX Runtime, as the suite of ONNX keeps
its cases: CASE/model.onnx, CASE/test_data_set_0/{input,output}_N.pb.

    pip install onnx onnxruntime numpy
    python make_onnx_fixtures.py ../resources/onnx
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

ROOT = pathlib.Path(sys.argv[1])
RNG = np.random.default_rng(7)
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def tensor(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def weights(name, *shape):
    return tensor(name, RNG.standard_normal(shape).astype(np.float32) * 0.3)


def save(case, nodes, inputs, outputs, initializers, feeds, opset=17, functions=(), imports=()):
    graph = helper.make_graph(nodes, case, inputs, outputs, initializers)
    opsets = [helper.make_opsetid("", opset), *imports]
    model = helper.make_model(graph, opset_imports=opsets, functions=functions, ir_version=8)
    onnx.checker.check_model(model)
    data = ROOT / case / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    onnx.save(model, ROOT / case / "model.onnx")
    names = [i.name for i in inputs]
    session = onnxruntime.InferenceSession(model.SerializeToString())
    results = session.run(None, dict(zip(names, feeds)))
    for role, arrays in (("input", feeds), ("output", results)):
        for i, array in enumerate(arrays):
            (data / f"{role}_{i}.pb").write_bytes(tensor("", array).SerializeToString())


def value(name, kind, dims):
    return helper.make_tensor_value_info(name, kind, dims)


node = helper.make_node
x23 = RNG.standard_normal((2, 3)).astype(np.float32)

save(
    "mlp",
    [
        node("Gemm", ["x", "w1", "b1"], ["h"], name="first", transB=1),
        node("Relu", ["h"], ["r"]),
        node("Gemm", ["r", "w2", "b2"], ["y"], alpha=0.5),
    ],
    [value("x", FLOAT, ["batch", 3])],
    [value("y", FLOAT, ["batch", 2])],
    [weights("w1", 4, 3), weights("b1", 4), weights("w2", 4, 2), weights("b2", 2)],
    [x23],
)

# Shapes computed from shapes: everything about them is known while importing.
save(
    "computed-shape",
    [
        node("Shape", ["x"], ["s"]),
        node("Gather", ["s", "zero"], ["n"]),
        node("Unsqueeze", ["n", "axes"], ["n1"]),
        node("Concat", ["n1", "rest"], ["target"], axis=0),
        node("Reshape", ["x", "target"], ["y"]),
    ],
    [value("x", FLOAT, ["batch", 2, 3])],
    [value("y", FLOAT, ["rows", "columns"])],
    [tensor("zero", np.int64(0)), tensor("axes", np.array([0])), tensor("rest", np.array([-1]))],
    [RNG.standard_normal((4, 2, 3)).astype(np.float32)],
)

double = helper.make_function(
    "local", "Double", ["a"], ["b"], [node("Add", ["a", "a"], ["b"])], [helper.make_opsetid("", 17)]
)
save(
    "function",
    [node("Double", ["x"], ["t"], domain="local"), node("Double", ["t"], ["y"], domain="local")],
    [value("x", FLOAT, [2, 3])],
    [value("y", FLOAT, [2, 3])],
    [],
    [x23],
    functions=[double],
    imports=[helper.make_opsetid("local", 1)],
)


def branch(name, op):
    return helper.make_graph([node(op, ["x"], [name])], name, [], [value(name, FLOAT, [2, 3])])


save(
    "branch",
    [node("If", ["flag"], ["y"], then_branch=branch("p", "Exp"), else_branch=branch("q", "Neg"))],
    [value("x", FLOAT, [2, 3]), value("flag", BOOL, [])],
    [value("y", FLOAT, [2, 3])],
    [],
    [x23, np.array(False)],
)

save(
    "nonzero",
    [node("NonZero", ["x"], ["i"]), node("Transpose", ["i"], ["y"])],
    [value("x", FLOAT, [2, 3])],
    [value("y", INT64, ["count", 2])],
    [],
    [np.array([[1, 0, 2], [0, 0, 3]], np.float32)],
)

save(
    "convnet",
    [
        node("Conv", ["x", "w"], ["c"], strides=[2, 1], pads=[1, 0, 0, 1], group=2),
        node("BatchNormalization", ["c", "s", "b", "m", "v"], ["n"]),
        node("Relu", ["n"], ["r"]),
        node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], ceil_mode=1),
        node("GlobalAveragePool", ["p"], ["g"]),
        node("Flatten", ["g"], ["y"]),
    ],
    [value("x", FLOAT, [1, 4, 8, 7])],
    [value("y", FLOAT, [1, 6])],
    [
        weights("w", 6, 2, 3, 2),
        weights("s", 6),
        weights("b", 6),
        weights("m", 6),
        tensor("v", RNG.uniform(0.5, 2, 6).astype(np.float32)),
    ],
    [RNG.standard_normal((1, 4, 8, 7)).astype(np.float32)],
)

save(
    "lstm",
    [node("LSTM", ["x", "w", "r", "b"], ["y", "h", "c"], hidden_size=3, direction="bidirectional")],
    [value("x", FLOAT, [4, 2, 2])],
    [value("y", FLOAT, [4, 2, 2, 3]), value("h", FLOAT, [2, 2, 3]), value("c", FLOAT, [2, 2, 3])],
    [weights("w", 2, 12, 2), weights("r", 2, 12, 3), weights("b", 2, 24)],
    [RNG.standard_normal((4, 2, 2)).astype(np.float32)],
)

# Only the end depends on the data.
save(
    "cut",
    [
        node("MatMul", ["x", "w"], ["h"]),
        node("Relu", ["h"], ["r"]),
        node("NonZero", ["r"], ["i"]),
        node("Transpose", ["i"], ["places"]),
        node("GatherND", ["r", "places"], ["found"]),
        node("Mul", ["found", "two"], ["doubled"]),
        node("ReduceSum", ["r"], ["total"], keepdims=0),
    ],
    [value("x", FLOAT, ["batch", 3])],
    [value("total", FLOAT, []), value("doubled", FLOAT, ["count"])],
    [weights("w", 3, 5), tensor("two", np.float32(2))],
    [x23],
)

# Weights in a file of their own.
graph = helper.make_graph(
    [node("MatMul", ["x", "w"], ["y"])],
    "external",
    [value("x", FLOAT, [2, 3])],
    [value("y", FLOAT, [2, 2])],
    [tensor("w", np.arange(6, dtype=np.float32).reshape(3, 2))],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
(ROOT / "external").mkdir(exist_ok=True)
onnx.save_model(
    model,
    ROOT / "external" / "model.onnx",
    save_as_external_data=True,
    location="weights.bin",
    size_threshold=0,
)

regions = np.array([[0, 0, 0, 3, 3], [1, 1.4, 2, 6, 5.5], [0, 5, 5, 4, 4]], np.float32)
save(
    "regions",
    [node("MaxRoiPool", ["x", "r"], ["y"], pooled_shape=[2, 3], spatial_scale=0.8)],
    [value("x", FLOAT, [2, 3, 6, 5])],
    [value("y", FLOAT, [3, 3, 2, 3])],
    [tensor("r", regions)],
    [RNG.standard_normal((2, 3, 6, 5)).astype(np.float32)],
)

# A sequence that is indexed by a value, which no cut divides.
save(
    "sequence",
    [
        node("SplitToSequence", ["x"], ["rows"]),
        node("SequenceAt", ["rows", "i"], ["row"]),
        node("Add", ["row", "row"], ["y"]),
    ],
    [value("x", FLOAT, [4, 3]), value("i", INT64, [])],
    [value("y", FLOAT, [1, 3])],
    [],
    [RNG.standard_normal((4, 3)).astype(np.float32), np.array(2, np.int64)],
)
