package io.gatun.engine.language;

/// The sizes of a [Gpt2].
///
/// @param size features of a token
/// @param layers blocks
/// @param heads of attention
/// @param vocabulary different tokens
/// @param context tokens of a text at most
/// @param epsilon of the normalizations
public record Gpt2Shape(
    int size, int layers, int heads, int vocabulary, int context, double epsilon) {
  private static final int MOST_LAYERS = 1024;
  private static final int MOST = 1 << 22;

  /// @throws IllegalArgumentException when sizes contradict each other, naming them
  public Gpt2Shape {
    check("n_embd", size, MOST);
    check("n_layer", layers, MOST_LAYERS);
    check("n_head", heads, MOST);
    check("vocab_size", vocabulary, MOST);
    check("n_positions", context, MOST);
    if (size % heads != 0) {
      throw new IllegalArgumentException("n_head " + heads + " does not divide n_embd " + size);
    }
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("layer_norm_epsilon is " + epsilon);
    }
  }

  private static void check(String name, int value, int most) {
    if (value >= 1 && value <= most) return;
    throw new IllegalArgumentException(name + " is " + value + "; 1 to " + most + " are possible");
  }

  /// Those of the smallest GPT-2: 124 million parameters.
  public static Gpt2Shape small() {
    return new Gpt2Shape(768, 12, 12, 50257, 1024, 1e-5);
  }
}
