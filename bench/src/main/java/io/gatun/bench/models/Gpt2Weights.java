package io.gatun.bench.models;

import io.gatun.engine.language.Gpt2;
import io.gatun.engine.language.Gpt2Files;
import io.gatun.engine.language.Gpt2Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// GPT-2 of 124 million random weights, and prompts for it.
final class Gpt2Weights {
  private static final int PROMPTS = 4;

  private Gpt2Weights() {}

  static Gpt2 random(Arena arena) {
    return Gpt2Files.random(Gpt2Shape.small(), 1, arena);
  }

  /// The folder of such a model, written at its first use.
  static NetworkFile folder() {
    return new NetworkFile.Built("gpt2", Gpt2Weights::write);
  }

  private static void write(Path folder) throws IOException {
    try (var arena = Arena.ofConfined()) {
      Gpt2Files.write(folder, Gpt2Shape.small(), Gpt2Files.random(1, arena));
    }
  }

  /// Some prompts of so many tokens.
  static List<int[]> prompts(Gpt2 model, int tokens) {
    var random = new SplittableRandom(tokens);
    return IntStream.range(0, PROMPTS)
        .mapToObj(_ -> random.ints(tokens, 0, model.vocabulary()).toArray())
        .toList();
  }

  /// Bytes of all weights.
  static long bytes(Gpt2 model) {
    long[] bytes = {0};
    Gpt2.of(
        model.shape(),
        (_, type) -> {
          bytes[0] += type.bytes();
          return model.norm().gamma();
        });
    return bytes[0];
  }

  /// Bytes of the weights that are read for a token: of the places it is a row, of the tokens all,
  /// since they are the classifier.
  static long bytesOfToken(Gpt2 model) {
    return bytes(model) - TensorType.f32(model.context() - 1, model.shape().size()).bytes();
  }
}
