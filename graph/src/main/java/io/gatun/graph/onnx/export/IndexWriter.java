package io.gatun.graph.onnx.export;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.tensor.DType;
import java.util.List;
import java.util.stream.LongStream;

/// Reading and adding by index, and sorting.
record IndexWriter(Emitter out) {
  String gather(List<String> in, Node node, Gather gather) {
    var indices = clamped(in.get(1), node, gather.axis());
    String operator = gather.along() ? "GatherElements" : "Gather";
    return out.add(operator, List.of(in.get(0), indices), Emitter.integer("axis", gather.axis()));
  }

  /// ONNX counts negative indices from the end and takes none beyond it.
  private String clamped(String name, Node node, int axis) {
    Node indices = node.input(1);
    int size = node.input(0).type().shape().dim(axis);
    boolean inside =
        indices.op() instanceof Constant(var literal)
            && LongStream.range(0, literal.type().size())
                .allMatch(i -> literal.at(i) >= 0 && literal.at(i) < size);
    String wide = indices.type().dtype() == DType.I64 ? name : out.cast(name, DType.I64);
    return inside
        ? wide
        : out.add("Clip", wide, out.scalar(DType.I64, 0), out.scalar(DType.I64, size - 1));
  }

  String scatter(List<String> in, Node node, ScatterAdd scatter) {
    int axis = scatter.axis();
    var shape = node.type().shape();
    Node indices = node.input(1);
    if (indices.type().size() == 0) return in.get(0);
    var clamped = clamped(in.get(1), node, axis);
    if (scatter.along()) return scatter(in.get(0), clamped, in.get(2), axis);
    int before = (int) product(shape.dims().subList(0, axis));
    int after = (int) product(shape.dims().subList(axis + 1, shape.rank()));
    int count = (int) indices.type().size();
    var base = out.reshape(in.get(0), List.of(before, shape.dim(axis), after));
    var updates = out.reshape(in.get(2), List.of(before, count, after));
    var column = out.reshape(clamped, List.of(1, count, 1));
    var places = out.add("Expand", column, out.longs(List.of(before, count, after)));
    return out.reshape(scatter(base, places, updates, 1), shape.dims());
  }

  private String scatter(String base, String places, String updates, int axis) {
    return out.add(
        "ScatterElements",
        List.of(base, places, updates),
        Emitter.integer("axis", axis),
        Emitter.text("reduction", "add"));
  }

  private static long product(List<Integer> dims) {
    return dims.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }

  String sort(String x, Node node, ArgSort sort) {
    var type = node.input(0).type();
    var key =
        switch (type.dtype()) {
          case I16, I8, U8, BOOL -> out.cast(x, DType.I32);
          case F32, F64, F16, BF16, I64, I32 -> x;
        };
    var sorted =
        out.add(
            "TopK",
            2,
            List.of(key, out.longs(List.of(node.type().shape().dim(sort.axis())))),
            Emitter.integer("axis", sort.axis()),
            Emitter.integer("largest", sort.descending() ? 1 : 0));
    return out.cast(sorted.get(1), DType.I32);
  }
}
