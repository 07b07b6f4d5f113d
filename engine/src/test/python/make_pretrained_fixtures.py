"""Writes engine/src/test/resources/pretrained: a tiny encoder and its tokenizer.

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
    graph = helper.make_graph(nodes, "encoder", inputs, [output], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER / "encoder.onnx")


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


if __name__ == "__main__":
    encoder()
    tokenizer()
