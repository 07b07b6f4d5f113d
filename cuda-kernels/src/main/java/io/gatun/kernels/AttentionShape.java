package io.gatun.kernels;

/// Sizes of an attention: q, y `[batches, heads, queries, d]`, k, v `[batches, keyHeads, keys, d]`.
///
/// @param keyHeads divides `heads`; each group of heads shares one
/// @param d elements of a head: 32, 64 or 128
/// @param causal whether the last query sees all keys and each before it one less
/// @param scale factor of the scores
public record AttentionShape(
    int batches,
    int heads,
    int keyHeads,
    int queries,
    int keys,
    int d,
    boolean causal,
    float scale) {
  public AttentionShape {
    if (batches < 1 || keyHeads < 1 || queries < 1 || keys < 1 || heads % keyHeads != 0) {
      throw new IllegalArgumentException(
          "attention of %d batches, %d queries, %d keys, %d heads in groups of %d"
              .formatted(batches, queries, keys, heads, keyHeads));
    }
    if (d != 32 && d != 64 && d != 128) {
      throw new IllegalArgumentException("attention with heads of " + d + "; 32, 64 or 128 serve");
    }
  }
}
