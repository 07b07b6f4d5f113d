"""Writes the node cases that the installed package onnx defines, in the form of its test suite:
FOLDER/node/CASE/model.onnx, FOLDER/node/CASE/test_data_set_0/{input,output}_N.pb.

    pip install "onnx>=1.23"
    python make_newest_suite.py FOLDER
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases


def message(value, declared):
    if isinstance(value, onnx.TensorProto):
        return value
    kind = declared.type.WhichOneof("value")
    if kind == "sequence_type":
        return numpy_helper.from_list(value, declared.name)
    if kind == "optional_type":
        return numpy_helper.from_optional(value, declared.name)
    return numpy_helper.from_array(np.asarray(value), declared.name)


def main(root):
    for case in collect_testcases(None):
        folder = root / "node" / case.name
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(case.model, folder / "model.onnx")
        graph = case.model.graph
        for number, (inputs, outputs) in enumerate(case.data_sets):
            data = folder / f"test_data_set_{number}"
            data.mkdir(exist_ok=True)
            for role, values, declared in (
                ("input", inputs, graph.input),
                ("output", outputs, graph.output),
            ):
                for i, (value, info) in enumerate(zip(values, declared)):
                    (data / f"{role}_{i}.pb").write_bytes(message(value, info).SerializeToString())


main(pathlib.Path(sys.argv[1]))
