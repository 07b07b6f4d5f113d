package io.gatun.graph.pass;

import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Output;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Computes the contractions of `f32` arrays in `compute`, for which devices have faster units:
/// operands are rounded to it, products are summed in `f32`, and the sums are rounded to it; so are
/// the arrays that attention takes and gives. Everything else stays as it is (Micikevicius et al.
/// 2018, Mixed Precision Training). Unlike the passes of [Pipeline] it changes values, so it is for
/// whoever makes a graph to ask for.
///
/// @param compute `BF16` or `F16`
public record MixedPrecision(DType compute) implements Pass {
  /// Operands of attention, and of its gradient, that are queries, keys, values or cotangents.
  private static final Set<String> ARRAYS = Set.of("q", "k", "v", "y", "dy", "bias");

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
              if (op instanceof Composite c && c.name().startsWith("attention")) {
                var body = bodies.computeIfAbsent(c.body(), this::narrowed);
                return narrow(builder, c, body, operands, node.type());
              }
              if (op instanceof Composite c && isAffected(c.body())) {
                var body = bodies.computeIfAbsent(c.body(), this::run);
                op = new Composite(c.name(), c.version(), body, c.output(), c.gradient());
              }
              return builder.add(op, operands);
            });
    return Bodies.map(lowered, this::run);
  }

  /// Attention with its arrays in `compute`, as the kernels for it want them, not only its
  /// products: the casts are outside of the composite, where what is around it may take them.
  private Node narrow(
      GraphBuilder builder, Composite op, Graph body, List<Node> operands, TensorType type) {
    var inputs = new ArrayList<Node>();
    for (int i = 0; i < operands.size(); i++) {
      inputs.add(as(body.inputTypes().get(i).dtype(), operands.get(i), builder));
    }
    var attention = new Composite(op.name(), op.version(), body, op.output(), Optional.empty());
    return as(type.dtype(), builder.add(attention, inputs), builder);
  }

  private Graph narrowed(Graph body) {
    var plain = run(body);
    var builder = new GraphBuilder();
    var arguments = new ArrayList<Node>();
    for (Node node : plain.inputs()) {
      var input = (Input) node.op();
      boolean isArray = input.type().dtype() == DType.F32 && ARRAYS.contains(input.name());
      var type = isArray ? input.type().with(compute) : input.type();
      var argument = builder.add(new Input(input.name(), type));
      arguments.add(as(input.type().dtype(), argument, builder));
    }
    var results = builder.inline(plain, arguments);
    var outputs = new ArrayList<Output>();
    for (int i = 0; i < results.size(); i++) {
      // The logarithms of the sums have one number a row.
      var shape = results.get(i).type().shape();
      boolean isArray = shape.dim(shape.rank() - 1) > 1;
      var result = isArray ? as(compute, results.get(i), builder) : results.get(i);
      outputs.add(Output.of(plain.outputs().get(i).name(), result));
    }
    return builder.build(outputs);
  }

  private static Node as(DType dtype, Node node, GraphBuilder builder) {
    return node.type().dtype() == dtype ? node : builder.add(new Cast(dtype), node);
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
