package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;

/// A fusion that was not made: `producer` is stored rather than computed inside of `consumer`.
public record Refusal(Node producer, Node consumer, String reason) {
  @Override
  public String toString() {
    return producer + " is stored for " + consumer + ": " + reason;
  }
}
