package io.gatun.engine.language;

/// The sizes of a [Llama].
///
/// @param size features of a token
/// @param hidden units of the gated networks
/// @param layers blocks
/// @param heads of queries
/// @param groups heads of keys and values
/// @param vocabulary different tokens
/// @param context tokens of a text at most
public record LlamaShape(
    int size, int hidden, int layers, int heads, int groups, int vocabulary, int context) {
  private static final int MOST_LAYERS = 1024;

  /// @throws IllegalArgumentException when sizes contradict each other, naming them
  public LlamaShape {
    check(size > 0 && hidden > 0 && vocabulary > 0 && context > 0, "a size is not positive");
    check(layers > 0 && layers <= MOST_LAYERS, "1 to " + MOST_LAYERS + " layers are possible");
    check(heads > 0 && size % heads == 0, "the heads do not divide the size");
    check(groups > 0 && heads % groups == 0, "the heads of keys do not divide those of queries");
    check(size / heads % 2 == 0, "the size of a head is odd");
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) throw new IllegalArgumentException(otherwise);
  }

  /// Features of a head.
  public int headSize() {
    return size / heads;
  }

  /// Features of all heads of keys, and of values.
  public int groupsSize() {
    return groups * headSize();
  }
}
