package io.gatun.graph.pass;

import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.tensor.DType;
import java.util.IdentityHashMap;
import java.util.Map;

/// Computes the contractions of `f32` arrays in `compute`, for which devices have faster units:
/// operands are rounded to it, products are summed in `f32`, and the sums are rounded to it.
/// Everything else stays as it is (Micikevicius et al. 2018, Mixed Precision Training). Unlike the
/// passes of [Pipeline] it changes values, so it is for whoever makes a graph to ask for.
///
/// @param compute `BF16` or `F16`
public record MixedPrecision(DType compute) implements Pass {
  public MixedPrecision {
    check(compute);
  }

  /// @throws IllegalArgumentException unless `compute` is `BF16` or `F16`
  public static void check(DType compute) {
    switch (compute) {
      case F16, BF16 -> {}
      default ->
          throw new IllegalArgumentException("mixed precision in " + compute + "; F16 or BF16");
    }
  }

  @Override
  public String name() {
    return "mixed-precision";
  }

  @Override
  public Graph run(Graph graph) {
    Map<Graph, Graph> bodies = new IdentityHashMap<>();
    var rewriter = new Rewriter(graph);
    var lowered =
        rewriter.run(
            (node, operands) -> {
              var builder = rewriter.builder();
              Op op = node.op();
              if (isContraction(op) && node.type().dtype() == DType.F32) {
                var narrow = operands.stream().map(x -> builder.add(new Cast(compute), x)).toList();
                return builder.add(new Cast(DType.F32), builder.add(op, narrow));
              }
              if (op instanceof Composite c && isAffected(c.body())) {
                var body = bodies.computeIfAbsent(c.body(), this::run);
                op = new Composite(c.name(), c.version(), body, c.output(), c.gradient());
              }
              return builder.add(op, operands);
            });
    return Bodies.map(lowered, this::run);
  }

  private static boolean isAffected(Graph body) {
    return body.nodes().stream()
        .map(Node::op)
        .anyMatch(op -> isContraction(op) || op instanceof Composite c && isAffected(c.body()));
  }

  private static boolean isContraction(Op op) {
    return op instanceof MatMul
        || op instanceof Conv
        || op instanceof ConvGradInput
        || op instanceof ConvGradFilter;
  }
}
