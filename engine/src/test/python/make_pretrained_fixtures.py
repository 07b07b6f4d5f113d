"""Writes engine/src/test/resources/pretrained: tiny networks with the
inputs and outputs of real ones, and a tokenizer.

    python make_pretrained_fixtures.py
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "pretrained"


def encoder():
    """Features of a token: its row of a table, where the mask is not 0."""
    table = np.array([[9, 9], [1, 0], [0, 1], [3, 4], [0, 0]], np.float32)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", "tokens", 2])
    axis = numpy_helper.from_array(np.array([2], np.int64), "axis")
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "axis"], ["masks"]),
        helper.make_node("Mul", ["rows", "masks"], ["features"]),
    ]
    weights = [numpy_helper.from_array(table, "table"), axis]
    save("encoder", nodes, inputs, [output], weights)


def tokenizer():
    """Words of a list."""
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {"[UNK]": 0, "ship": 1, "whale": 2, "sails": 3, "sinks": 4},
            "unk_token": "[UNK]",
        },
    }
    (FOLDER / "tokenizer.json").write_text(json.dumps(content) + "\n")


def save(name, nodes, inputs, outputs, weights):
    graph = helper.make_graph(nodes, name, inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER / (name + ".onnx"))


def voice():
    """With the inputs and outputs of Silero VAD: speech is where it has been loud; the state falls
    to a half, and loud sound is added to it."""
    value = helper.make_tensor_value_info
    inputs = [
        value("input", TensorProto.FLOAT, ["n", "samples"]),
        value("state", TensorProto.FLOAT, [2, "n", 128]),
        value("sr", TensorProto.INT64, []),
    ]
    outputs = [
        value("output", TensorProto.FLOAT, ["n", 1]),
        value("stateN", TensorProto.FLOAT, [2, "n", 128]),
    ]
    one = [helper.make_node("Identity", ["half"], ["factor"])]
    other = [helper.make_node("Identity", ["none"], ["factor"])]
    factor = [value("factor", TensorProto.FLOAT, [])]
    nodes = [
        helper.make_node("Equal", ["sr", "rate"], ["known"]),
        helper.make_node(
            "If",
            ["known"],
            ["kept"],
            then_branch=helper.make_graph(one, "a", [], factor),
            else_branch=helper.make_graph(other, "b", [], factor),
        ),
        helper.make_node("Abs", ["input"], ["loud"]),
        helper.make_node("ReduceMean", ["loud"], ["level"], axes=[0, 1], keepdims=0),
        helper.make_node("Mul", ["state", "kept"], ["old"]),
        helper.make_node("Add", ["old", "level"], ["stateN"]),
        helper.make_node("ReduceMean", ["stateN"], ["mean"], axes=[0, 2], keepdims=0),
        helper.make_node("Mul", ["mean", "gain"], ["gained"]),
        helper.make_node("Sub", ["gained", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["p"]),
        helper.make_node("Unsqueeze", ["p", "axis"], ["output"]),
    ]
    scalars = {"half": 0.5, "none": 0, "gain": 40, "bias": 4}
    weights = [numpy_helper.from_array(np.array(v, np.float32), k) for k, v in scalars.items()]
    weights.append(numpy_helper.from_array(np.array(16000, np.int64), "rate"))
    weights.append(numpy_helper.from_array(np.array([1], np.int64), "axis"))
    save("voice", nodes, inputs, outputs, weights)


def faces():
    """With the inputs and outputs of BlazeFace: sees a face at two neighbouring anchors and another
    one, whatever the picture; the first one's score grows with the mean of the picture."""
    value = helper.make_tensor_value_info
    inputs = [value("input", TensorProto.FLOAT, [1, 32, 32, 3])]
    scores = {512: np.full((1, 512, 1), -9, np.float32), 384: np.full((1, 384, 1), -9, np.float32)}
    boxes = {n: np.zeros((1, n, 16), np.float32) for n in (512, 384)}
    for anchor, dx in ((2 * (16 * 4 + 5), 0), (2 * (16 * 4 + 6), -2)):
        scores[512][0, anchor] = 2
        boxes[512][0, anchor] = [dx + 1, 0.5, 8, 6] + [dx, 1] * 6
    last = 6 * (8 * 7 + 7) + 5
    scores[384][0, last] = 1
    boxes[384][0, last, 2:4] = [4, 4]
    nodes = [helper.make_node("ReduceMean", ["input"], ["mean"], keepdims=0)]
    outputs, weights = [], []
    for n in (512, 384):
        nodes.append(helper.make_node("Add", [f"s{n}", "mean"], [f"scores{n}"]))
        nodes.append(helper.make_node("Identity", [f"b{n}"], [f"boxes{n}"]))
        outputs.append(value(f"scores{n}", TensorProto.FLOAT, [1, n, 1]))
        outputs.append(value(f"boxes{n}", TensorProto.FLOAT, [1, n, 16]))
        weights.append(numpy_helper.from_array(scores[n], f"s{n}"))
        weights.append(numpy_helper.from_array(boxes[n], f"b{n}"))
    save("faces", nodes, inputs, outputs, weights)


def text():
    """With the inputs and outputs of PP-OCR: lines are where it is dark, and the letters are black
    (a) and light grey (b), each 8 pixels of the line or more; what is white or padding is none."""
    value = helper.make_tensor_value_info
    dark = [
        helper.make_node("ReduceMean", ["x"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["light", "mean"], ["darkness"]),
        helper.make_node("Mul", ["darkness", "gain"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["y"]),
    ]
    weights = [
        numpy_helper.from_array(np.array(v, np.float32), k) for k, v in {"light": 2, "gain": 20}.items()
    ]
    picture = value("x", TensorProto.FLOAT, ["n", 3, "height", "width"])
    output = value("y", TensorProto.FLOAT, ["n", 1, "height", "width"])
    save("text-detector", dark, [picture], [output], weights)
    near = []
    for name in ("white", "pad", "a", "b"):
        near.append(helper.make_node("Sub", ["level", name], [f"d_{name}"]))
        near.append(helper.make_node("Mul", [f"d_{name}", f"d_{name}"], [f"q_{name}"]))
        near.append(helper.make_node("Mul", [f"q_{name}", "sharp"], [f"l_{name}"]))
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["mean"], axes=[1], keepdims=1),
        helper.make_node(
            "AveragePool", ["mean"], ["pool"], kernel_shape=[48, 8], strides=[48, 8]
        ),
        helper.make_node("Transpose", ["pool"], ["turned"], perm=[0, 3, 1, 2]),
        helper.make_node("Squeeze", ["turned", "axis"], ["level"]),
        *near,
        helper.make_node("Max", ["l_white", "l_pad"], ["l_none"]),
        helper.make_node("Sub", ["l_a", "much"], ["l_blank"]),
        helper.make_node("Concat", ["l_none", "l_a", "l_b", "l_blank"], ["logits"], axis=2),
        helper.make_node("Softmax", ["logits"], ["y"], axis=2),
    ]
    scalars = {"white": 1, "pad": 0, "a": -1, "b": 0.5, "sharp": -200, "much": 1000}
    weights = [numpy_helper.from_array(np.array(v, np.float32), k) for k, v in scalars.items()]
    weights.append(numpy_helper.from_array(np.array([3], np.int64), "axis"))
    output = value("y", TensorProto.FLOAT, ["n", "steps", 4])
    save("text-recognizer", nodes, [picture], [output], weights)
    (FOLDER / "characters.txt").write_text("a\nb\n")


if __name__ == "__main__":
    text()
    voice()
    faces()
    encoder()
    tokenizer()
