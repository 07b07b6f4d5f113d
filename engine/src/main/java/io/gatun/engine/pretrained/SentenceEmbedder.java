package io.gatun.engine.pretrained;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.OnnxProgram;
import io.gatun.engine.Tensor;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns texts into vectors of length 1, so that texts of similar meaning have similar ones: an
/// encoder of BERT's kind, which takes `input_ids`, `attention_mask` and `token_type_ids` and gives
/// features of each token, `f32[n, tokens, size]`.
public final class SentenceEmbedder implements AutoCloseable {
  /// Tokens of a text that are read; BERT's positions end here.
  public static final int MOST_TOKENS = 512;

  private static final int BATCH = 16;

  /// Lengths are rounded up to a multiple of this, so that few plans serve all texts.
  private static final int STEP = 16;

  private final TextEncoder encoder;
  private final OnnxProgram program;
  private final Pooling pooling;

  private SentenceEmbedder(TextEncoder encoder, OnnxProgram program, Pooling pooling) {
    this.encoder = encoder;
    this.program = program;
    this.pooling = pooling;
  }

  /// Reads a model and its tokenizer.
  ///
  /// @param tokenizer a `tokenizer.json`
  public static SentenceEmbedder read(Device device, Path model, Path tokenizer, Pooling pooling)
      throws IOException {
    var program = new OnnxProgram(device, Onnx.open(model));
    return new SentenceEmbedder(TextEncoder.read(tokenizer, MOST_TOKENS), program, pooling);
  }

  /// A vector for each text.
  ///
  /// @throws EngineException when the model is of another kind
  public List<float[]> embed(List<String> texts) {
    var ids = encoder.encode(texts);
    var vectors = new ArrayList<float[]>();
    for (int from = 0; from < ids.size(); from += BATCH) {
      vectors.addAll(batch(ids.subList(from, Math.min(from + BATCH, ids.size()))));
    }
    return vectors;
  }

  /// The cosine of the angle between two vectors of length 1: from -1 to 1, like meanings last.
  public static double similarity(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }

  private List<float[]> batch(List<long[]> ids) {
    int longest = ids.stream().mapToInt(row -> row.length).max().orElse(1);
    int length = Math.min(MOST_TOKENS, Math.ceilDiv(longest, STEP) * STEP);
    var type = TensorType.of(DType.I64, ids.size(), length);
    var inputs = new LinkedHashMap<String, Tensor>();
    for (var name : List.of("input_ids", "attention_mask", "token_type_ids")) {
      inputs.put(name, Tensor.allocate(name, type));
    }
    var results = Map.<String, Tensor>of();
    try {
      for (int i = 0; i < ids.size(); i++) {
        for (int j = 0; j < ids.get(i).length; j++) {
          long at = (long) i * length + j;
          inputs.get("input_ids").data().setAtIndex(ValueLayout.JAVA_LONG, at, ids.get(i)[j]);
          inputs.get("attention_mask").data().setAtIndex(ValueLayout.JAVA_LONG, at, 1);
        }
      }
      results = program.run(inputs);
      return pooled(results.values().iterator().next(), ids, length);
    } finally {
      inputs.values().forEach(Tensor::close);
      results.values().forEach(Tensor::close);
    }
  }

  private List<float[]> pooled(Tensor features, List<long[]> ids, int length) {
    var shape = features.type().shape();
    if (shape.rank() != 3 || shape.dim(0) != ids.size() || shape.dim(1) != length) {
      throw new EngineException(
          "embed: wants features of each token, [%d, %d, size]; the model gives %s"
              .formatted(ids.size(), length, features.type()));
    }
    float[] values = features.toFloats();
    var vectors = new ArrayList<float[]>();
    for (int i = 0; i < ids.size(); i++) {
      int offset = i * length * shape.dim(2);
      vectors.add(normalized(pooling.of(values, offset, ids.get(i).length, shape.dim(2))));
    }
    return vectors;
  }

  private static float[] normalized(float[] vector) {
    double length = Math.sqrt(similarity(vector, vector));
    for (int i = 0; i < vector.length; i++) vector[i] /= (float) Math.max(length, 1e-12);
    return vector;
  }

  @Override
  public void close() {
    program.close();
    encoder.close();
  }
}
