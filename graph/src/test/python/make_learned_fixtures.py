"""Writes models of `ai.onnx.ml` and of rare corners of newer opsets with the outputs of ONNX Runtime
or, where that has no kernel or none that follows the specification, of ONNX's reference
implementation: CASE/model.onnx, CASE/test_data_set_0/{input,output}_N.pb.

    pip install "onnx>=1.23" onnxruntime numpy
    python make_learned_fixtures.py ../resources/onnx
"""

import pathlib
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

ROOT = pathlib.Path(sys.argv[1])
RNG = np.random.default_rng(11)
F, L, S = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING
ML = "ai.onnx.ml"


def random(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def tensor(array, name=""):
    return numpy_helper.from_array(np.asarray(array), name)


def save(case, nodes, feeds, outputs, opset=21, ml=3, runtime=True, functions=(), **graph):
    kinds = {np.dtype(object): S}
    model = helper.make_model(
        helper.make_graph(
            nodes, case,
            [helper.make_tensor_value_info(n, kinds.get(x.dtype) or helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)
             for n, x in feeds.items()],
            [helper.make_tensor_value_info(n, t, None) for n, t in outputs.items()], **graph),
        opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, ml),
                       helper.make_opsetid("local", 1), helper.make_opsetid("ai.onnx.preview", 1)],
        functions=functions, ir_version=13 if opset > 24 else 10)
    if runtime:
        session = onnxruntime.InferenceSession(model.SerializeToString())
        values = session.run(None, feeds)
    else:
        values = ReferenceEvaluator(model).run(None, feeds)
    data = ROOT / case / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    (ROOT / case / "model.onnx").write_bytes(model.SerializeToString())
    for role, arrays in (("input", feeds.values()), ("output", values)):
        for i, array in enumerate(arrays):
            (data / f"{role}_{i}.pb").write_bytes(tensor(array).SerializeToString())


def node(operator, inputs, outputs, domain="", **attributes):
    return helper.make_node(operator, inputs.split(), outputs.split(), domain=domain, **attributes)


def learned(case, operator, feeds, outputs, ml=3, runtime=True, **attributes):
    save("ml-" + case, [node(operator, " ".join(feeds), " ".join(outputs), ML, **attributes)],
         feeds, outputs, ml=ml, runtime=runtime)


x = random(5, 3)
holes = x.copy()
holes[0, 1] = holes[3, 2] = np.nan
save("ml-features",
     [node("Imputer", "x", "a", ML, imputed_value_floats=[1.0, 2.0, 3.0],
           replaced_value_float=float("nan")),
      node("Scaler", "a", "b", ML, offset=[0.1, 0.2, 0.3], scale=[2.0, 3.0, 4.0]),
      node("Normalizer", "b", "c", ML, norm="L2"),
      node("Binarizer", "c", "d", ML, threshold=0.2),
      node("FeatureVectorizer", "c d", "e", ML, inputdimensions=[3, 3]),
      node("ArrayFeatureExtractor", "e i", "f", ML),
      node("LinearRegressor", "c", "g", ML, targets=2, intercepts=[0.5, -1.0],
           coefficients=[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])],
     {"x": holes, "i": np.array([4, 0, 2])}, {"f": F, "g": F})
learned("linear", "LinearClassifier", {"x": x}, {"l": L, "y": F}, post_transform="SOFTMAX",
        coefficients=[v / 3 for v in range(9)], intercepts=[0.5, -1.0, 0.0],
        classlabels_ints=[4, 7, 9])
learned("label", "LabelEncoder", {"x": np.array([[1, 5], [3, 9]])}, {"y": F},
        keys_int64s=[1, 3, 5], values_floats=[0.5, 1.5, 2.5], default_float=-7.0)
learned("one-hot", "OneHotEncoder", {"x": np.array([[1, 5], [3, 1]])}, {"y": F},
        cats_int64s=[1, 3, 4])

rows = random(9, 3)
rows[1, 2] = np.nan
trees = {
    "nodes_treeids": [0, 0, 0, 0, 0, 1, 1, 1], "nodes_nodeids": [0, 1, 2, 3, 4, 0, 1, 2],
    "nodes_featureids": [0, 1, 0, 0, 0, 2, 0, 0],
    "nodes_modes": ["BRANCH_LEQ", "BRANCH_LT", "LEAF", "LEAF", "LEAF", "BRANCH_GT", "LEAF", "LEAF"],
    "nodes_values": [0.1, -0.2, 0.0, 0.0, 0.0, 0.3, 0.0, 0.0],
    "nodes_truenodeids": [1, 3, 0, 0, 0, 1, 0, 0], "nodes_falsenodeids": [2, 4, 0, 0, 0, 2, 0, 0],
    "nodes_missing_value_tracks_true": [0, 0, 0, 0, 0, 1, 0, 0]}
learned("tree-regressor", "TreeEnsembleRegressor", {"x": rows}, {"y": F}, n_targets=2,
        aggregate_function="AVERAGE", base_values=[0.1, 0.2], target_treeids=[0, 0, 0, 0, 1, 1, 1],
        target_nodeids=[2, 3, 4, 4, 1, 2, 2], target_ids=[0, 1, 0, 1, 1, 0, 1],
        target_weights=[1.0, 2.0, -3.0, 1.0, 4.0, 0.5, 0.25], **trees)
votes = {"class_treeids": [0, 0, 0, 1, 1], "class_nodeids": [2, 3, 4, 1, 2]}
learned("tree-classifier", "TreeEnsembleClassifier", {"x": rows}, {"l": L, "y": F},
        class_ids=[0, 1, 2, 1, 0], class_weights=[1.0, 2.0, 0.3, 0.4, 0.5], post_transform="SOFTMAX",
        classlabels_int64s=[10, 20, 30], **votes, **trees)
learned("tree-binary", "TreeEnsembleClassifier", {"x": rows}, {"l": L, "y": F}, class_ids=[0] * 5,
        class_weights=[-1.0, 2.0, 0.3, -0.4, 0.5], post_transform="LOGISTIC",
        classlabels_int64s=[10, 20], **votes, **trees)
learned("tree-sets", "TreeEnsemble", {"x": np.array([[1.2], [3.4], [-0.12], [np.nan], [12], [7]], np.float32)},
        {"y": F}, ml=5, runtime=False, n_targets=4, tree_roots=[0], aggregate_function=1,
        membership_values=tensor(np.array([1.2, 3.7, 8, 9, np.nan, 12, 7, np.nan], np.float32)),
        nodes_featureids=[0, 0, 0], nodes_modes=tensor(np.array([0, 6, 6], np.uint8)),
        nodes_splits=tensor(np.array([11, 232344, np.nan], np.float32)), nodes_trueleafs=[0, 1, 1],
        nodes_truenodeids=[1, 0, 1], nodes_falseleafs=[1, 0, 1], nodes_falsenodeids=[2, 2, 3],
        leaf_targetids=[0, 1, 2, 3], leaf_weights=tensor(np.array([1, 10, 1000, 100], np.float32)))

for mode in ("up", "down", "nearest"):
    save(f"corner-powers-{mode}",
         [node("Cast", "x", "t", to=TensorProto.FLOAT8E8M0, round_mode=mode),
          node("Cast", "t", "y", to=F)],
         {"x": np.array([1, 1.0000001, 1.5, 1.4999, 2.9, 3e38, 5e-39, 2.0**-127, 100], np.float32)},
         {"y": F}, opset=24, runtime=False)
save("corner-four-bits",
     [node("Cast", "x", "t", to=TensorProto.FLOAT4E2M1), node("Cast", "t", "y", to=F)],
     {"x": np.array([0, -0.0, np.nan, np.inf, -np.inf, 5, 7, -9, 0.25, 0.75], np.float32)},
     {"y": F}, opset=23, runtime=False)
capped = helper.make_graph(
    [node("Tanh", "s", "o")], "capped", [helper.make_tensor_value_info("s", F, None)],
    [helper.make_tensor_value_info("o", F, None)])
save("corner-flexible",
     [node("FlexAttention", "q k v", "y", "ai.onnx.preview", score_mod=capped, scale=0.3)],
     {"q": random(1, 4, 3, 8), "k": random(1, 2, 5, 8), "v": random(1, 2, 5, 6)}, {"y": F},
     opset=26, runtime=False)
sparse = helper.make_sparse_tensor(
    tensor(np.array([1, 2, 3], np.float32), "w"), tensor(np.array([[0, 1], [1, 0], [2, 2]]), "i"),
    [3, 3])
flat = helper.make_sparse_tensor(
    tensor(np.array([1, 2], np.float32)), tensor(np.array([1, 5])), [2, 3])
save("corner-sparse",
     [node("Constant", "", "c", sparse_value=flat), node("MatMul", "x w", "t"),
      node("Add", "t c", "y")],
     {"x": random(2, 3)}, {"y": F}, sparse_initializer=[sparse])
functions = [
    helper.make_function("local", "F", ["x"], ["y"], [node(operator, "x", "y")],
                         [helper.make_opsetid("", 21)], overload=overload)
    for operator, overload in (("Neg", "a"), ("Exp", "b"))]
save("corner-overloads",
     [helper.make_node("F", ["x"], ["t"], domain="local", overload="b"),
      helper.make_node("F", ["t"], ["y"], domain="local", overload="a")],
     {"x": random(2, 3)}, {"y": F}, functions=functions)
save("corner-groups", [node("GroupNormalization", "x s b", "y", num_groups=2)],
     {"x": random(2, 4, 3), "s": random(2), "b": random(2)}, {"y": F}, opset=18)
big = np.array([2**64 - 1, 3], np.uint64)
save("corner-unsigned",
     [node("Max", "a b", "m"), node("Less", "a b", "l"), node("Cast", "a", "f", to=F)],
     {"a": big, "b": np.array([1, 4], np.uint64)},
     {"m": TensorProto.UINT64, "l": TensorProto.BOOL, "f": F})

nodes, kinds = [], {}
KERNELS = {"LINEAR": [0.0, 0.0, 0.0], "POLY": [0.4, 0.7, 3.0], "RBF": [0.6, 0.0, 0.0],
           "SIGMOID": [0.3, -0.2, 0.0]}


def machine(operator, **attributes):
    names = [f"{letter}{len(nodes)}" for letter in ("ly" if operator == "SVMClassifier" else "y")]
    kinds.update({n: L if n[0] == "l" else F for n in names})
    nodes.append(node(operator, "x", " ".join(names), ML, **attributes))


def numbers(*shape):
    return random(*shape).ravel().tolist()


for kernel, parameters in KERNELS.items():
    common = {"kernel_type": kernel, "kernel_params": parameters}
    machine("SVMRegressor", n_supports=6, coefficients=numbers(6), support_vectors=numbers(6, 3),
            rho=[0.3], one_class=int(kernel == "POLY"), **common)
    for classes, vectors in ((3, [2, 3, 2]), (2, [3, 4])):
        pairs = classes * (classes - 1) // 2
        for probabilities in (True, False):
            extra = {"prob_a": numbers(pairs), "prob_b": numbers(pairs)} if probabilities else {}
            machine("SVMClassifier", vectors_per_class=vectors, classlabels_ints=[7, 3, 9][:classes],
                    coefficients=numbers(classes - 1, 7), support_vectors=numbers(7, 3),
                    rho=numbers(pairs), **common, **extra)
for transform in ("LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"):
    for classes, vectors in ((3, [2, 3, 2]), (2, [3, 4])):
        if transform == "PROBIT" and classes == 2:
            continue  # ONNX Runtime leaves the second column as it was in memory
        pairs = classes * (classes - 1) // 2
        machine("SVMClassifier", vectors_per_class=vectors, classlabels_ints=[7, 3, 9][:classes],
                coefficients=numbers(classes - 1, 7), support_vectors=numbers(7, 3),
                rho=numbers(pairs), kernel_type="LINEAR", kernel_params=[0.0, 0.0, 0.0],
                post_transform=transform)
machine("SVMRegressor", n_supports=0, coefficients=numbers(3), rho=[0.3], kernel_params=[0.0] * 3)
for classes, sign in ((3, 1), (2, 1), (2, -1)):
    machine("SVMClassifier", classlabels_ints=[7, 3, 9][:classes], rho=[0.1], kernel_params=[0.0] * 3,
            coefficients=numbers(classes, 3) if sign > 0 else np.abs(random(6)).tolist())
save("ml-machines", nodes, {"x": random(8, 3)}, kinds)

names = ["left", "none", "right"]
scores = [node("LinearClassifier", "x", "raw scores", ML, classlabels_strings=names,
               coefficients=[2.0, -1.0, -1.0, -1.0, -1.0, 2.0], intercepts=[0.0, 0.5, 0.0]),
          node("Softmax", "scores", "q"), node("Reshape", "raw s", "column"),
          node("Squeeze", "column a", "label"),
          node("Equal", "column wanted", "isLeft"),
          node("ZipMap", "q", "p", ML, classlabels_strings=names)]
data = ROOT / "ml-names"
data.mkdir(parents=True, exist_ok=True)
maps = helper.make_sequence_type_proto(
    helper.make_map_type_proto(S, helper.make_tensor_type_proto(F, None)))
(data / "model.onnx").write_bytes(helper.make_model(
    helper.make_graph(
        scores, "names", [helper.make_tensor_value_info("x", F, ["n", 2])],
        [helper.make_tensor_value_info("label", S, ["n"]), helper.make_value_info("p", maps),
         helper.make_tensor_value_info("isLeft", TensorProto.BOOL, ["n", 1])],
        [tensor(np.array([-1, 1]), "s"), tensor(np.array([1]), "a"),
         tensor(np.array(["left"], object), "wanted")]),
    opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(ML, 3)],
    ir_version=8).SerializeToString())

steps = {"x": random(5, 2, 3), "l": np.array([5, 0], np.int32)}
weights = {n: tensor(random(2, *dims), n) for n, dims in
           {"w": (12, 3), "r": (12, 3), "b": (24,), "h": (2, 3), "c": (2, 3), "p": (9,)}.items()}
lengths = tensor(np.array([4, 3], np.int32), "k")
save("corner-recurrent",
     [node("LSTM", "x w r b k h c p", "a b1 c1", hidden_size=3, direction="bidirectional", clip=0.5,
           activations=["sigmoid", "Tanh", "Tanh", "HardSigmoid", "relu", "ScaledTanh"],
           activation_alpha=[0.3, 1.2], activation_beta=[0.4, 0.8]),
      node("LSTM", "x w r b l h c", "d e f", hidden_size=3, direction="bidirectional")],
     steps, dict.fromkeys(["a", "b1", "c1", "d", "e", "f"], F),
     initializer=[*weights.values(), lengths])
optional = [
    helper.make_function("local", "Inner", ["x", "lo", "hi"], ["y"],
                         [node("Clip", "x lo hi", "y")], [helper.make_opsetid("", 21)]),
    helper.make_function("local", "Outer", ["x", "lo", "hi"], ["y"],
                         [node("Inner", "x lo hi", "y", "local")],
                         [helper.make_opsetid("", 21), helper.make_opsetid("local", 1)])]
save("corner-left-out", [helper.make_node("Outer", ["x", "", "top"], ["y"], domain="local")],
     {"x": random(3, 4)}, {"y": F}, functions=optional,
     initializer=[tensor(np.float32(0.2), "top")])
