package io.gatun.bench.models;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.gatun.bench.OnnxModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// BERT-base (Devlin et al. 2018) of random weights, uniform with the deviation 0.02 of its own
/// initialization, in the operators that PyTorch's exporter writes it in. Inputs `input_ids`,
/// `attention_mask` and `token_type_ids`, `i64[batch, sequence]`; output the last hidden state,
/// `[batch, sequence, 768]`.
final class BertBase {
  private static final int VOCABULARY = 30522;
  private static final int POSITIONS = 512;
  private static final int TYPES = 2;
  private static final int LAYERS = 12;
  private static final int SIZE = 768;
  private static final int HEADS = 12;
  private static final int HIDDEN = 3072;
  private static final double RANGE = 0.02 * Math.sqrt(3);

  private final OnnxModels out = new OnnxModels();
  private final int sequence;

  private BertBase(int sequence) {
    this.sequence = sequence;
  }

  /// @param sequence tokens of a text, given: the file reads the places of so many
  static void write(Path file, int sequence) throws IOException {
    new BertBase(sequence).network().write("last_hidden_state", file);
  }

  private OnnxModels network() {
    var ids = input("input_ids");
    var mask = input("attention_mask");
    var types = input("token_type_ids");
    var x =
        out.add(
            "embeddings.sum",
            "Add",
            embedding("word", VOCABULARY, ids),
            embedding("type", TYPES, types));
    var places =
        out.add(
            "positions",
            "Slice",
            weight("embeddings.position", POSITIONS, SIZE),
            out.integers("positions.from", List.of(0)),
            out.integers("positions.to", List.of(sequence)),
            out.integers("positions.axis", List.of(0)));
    x = norm("embeddings", "embeddings.norm", out.add("embeddings.placed", "Add", x, places));
    var hidden = hidden(mask);
    for (int layer = 0; layer < LAYERS; layer++) {
      var name = "layer." + layer;
      var attended = out.add(name + ".attended", "Add", attention(name, x, hidden), x);
      x = norm(name + ".attention", name + ".attention.norm", attended);
      var sum = out.add(name + ".sum", "Add", network(name, x), x);
      x = norm(name, layer == LAYERS - 1 ? "last_hidden_state" : name + ".norm", sum);
    }
    return out;
  }

  private String input(String name) {
    return out.input(name, TensorProto.DataType.INT64, "batch", Integer.toString(sequence));
  }

  private String weight(String name, int... dims) {
    return out.random(name + ".weight", -RANGE, RANGE, dims);
  }

  private String embedding(String name, int entries, String indices) {
    return out.add(
        "embeddings." + name, "Gather", weight("embeddings." + name, entries, SIZE), indices);
  }

  private String norm(String name, String result, String x) {
    return out.add(
        result,
        "LayerNormalization",
        List.of(number("epsilon", 1e-12)),
        x,
        out.random(name + ".gamma", 0.9, 1.1, SIZE),
        out.random(name + ".beta", -0.1, 0.1, SIZE));
  }

  private static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  /// What is added to the scores: 0, or the least number where the mask is 0.
  private String hidden(String mask) {
    var rows = out.add("mask.rows", "Unsqueeze", mask, out.integers("mask.axes", List.of(1, 2)));
    var to = OnnxModels.integer("to", TensorProto.DataType.FLOAT_VALUE);
    var floats = out.add("mask.floats", "Cast", List.of(to), rows);
    var not = out.add("mask.not", "Sub", out.scalar("one", 1), floats);
    return out.add("mask.added", "Mul", not, out.scalar("least", -Float.MAX_VALUE));
  }

  private String attention(String name, String x, String hidden) {
    var q = heads(name + ".q", x, 0, 2, 1, 3);
    var k = heads(name + ".k", x, 0, 2, 3, 1);
    var v = heads(name + ".v", x, 0, 2, 1, 3);
    var scores = out.add(name + ".scores", "MatMul", q, k);
    var root = out.scalar(name + ".root", Math.sqrt((double) SIZE / HEADS));
    var scaled = out.add(name + ".scaled", "Div", scores, root);
    var masked = out.add(name + ".masked", "Add", scaled, hidden);
    var softmax =
        out.add(name + ".softmax", "Softmax", List.of(OnnxModels.integer("axis", -1)), masked);
    var mixed = out.add(name + ".mixed", "MatMul", softmax, v);
    var joined = transposed(name + ".joined", mixed, 0, 2, 1, 3);
    var rows = reshaped(name + ".rows", joined, 0, 0, SIZE);
    return linear(name + ".projection", rows, SIZE, SIZE);
  }

  private String heads(String name, String x, long... permutation) {
    var y = linear(name, x, SIZE, SIZE);
    return transposed(
        name + ".heads", reshaped(name + ".split", y, 0, 0, HEADS, SIZE / HEADS), permutation);
  }

  private String reshaped(String name, String x, Integer... dims) {
    return out.add(name, "Reshape", x, out.integers(name + ".shape", List.of(dims)));
  }

  private String transposed(String name, String x, long... permutation) {
    return out.add(name, "Transpose", List.of(OnnxModels.integers("perm", permutation)), x);
  }

  private String linear(String name, String x, int from, int to) {
    var product = out.add(name + ".product", "MatMul", x, weight(name, from, to));
    return out.add(name + ".linear", "Add", out.random(name + ".bias", -RANGE, RANGE, to), product);
  }

  /// With the exact GELU, `x (1 + erf(x / sqrt(2))) / 2`.
  private String network(String name, String x) {
    var y = linear(name + ".hidden", x, SIZE, HIDDEN);
    var gelu = name + ".gelu";
    var erf =
        out.add(
            gelu + ".erf",
            "Erf",
            out.add(gelu + ".scaled", "Div", y, out.scalar(gelu + ".root", Math.sqrt(2))));
    var gate =
        out.add(
            gelu + ".gate",
            "Mul",
            y,
            out.add(gelu + ".raised", "Add", erf, out.scalar(gelu + ".one", 1)));
    var half = out.add(gelu, "Mul", gate, out.scalar(gelu + ".half", 0.5));
    return linear(name + ".output", half, HIDDEN, SIZE);
  }
}
