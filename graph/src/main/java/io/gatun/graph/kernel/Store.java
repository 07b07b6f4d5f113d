package io.gatun.graph.kernel;

/// Writes `value` to element `offset` of the kernel's buffer `buffer`.
public record Store(int buffer, Index offset, Expr value) {}
