package io.gatun.engine.nn;

import java.util.HashMap;
import java.util.Map;

/// Names for blocks that have none, after their kind: `dense`, `dense_1` ...
final class Names {
  private final Map<String, Integer> counts = new HashMap<>();

  Named of(Block block) {
    if (block instanceof Named given) return given;
    int count = counts.merge(block.kind(), 1, Integer::sum);
    return new Named(count == 1 ? block.kind() : block.kind() + "_" + (count - 1), block);
  }
}
