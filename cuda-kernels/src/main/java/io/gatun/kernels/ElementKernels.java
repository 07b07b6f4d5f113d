package io.gatun.kernels;

import static io.gatun.kernels.Parameter.ints;
import static io.gatun.kernels.Parameter.read;
import static io.gatun.kernels.Parameter.written;
import static io.gatun.kernels.RowKernels.join;

import io.gatun.cuda.LaunchGeometry;
import java.util.ArrayList;
import java.util.List;

/// Random numbers, dropout, arithmetic of narrow types and casts: arrays of `count` elements.
final class ElementKernels {
  private static final String COUNT = "count";
  private static final int THREADS = 256;
  private static final int MOST_BLOCKS = 65_536;

  private ElementKernels() {}

  static List<Kernel> all() {
    var kernels = new ArrayList<Kernel>();
    var key = read("key", ElementType.I64, "1");
    var counter = read("counter", ElementType.I64, "1");
    kernels.add(
        random(
            "random_bits",
            ElementType.I32,
            "random_bits",
            join(List.of(key, counter, written("y", ElementType.I32, COUNT)), ints(COUNT)),
            0));
    kernels.add(
        random(
            "random_uniform",
            ElementType.F32,
            "random_uniform",
            join(List.of(key, counter, written("y", ElementType.F32, COUNT)), ints(COUNT)),
            2));
    for (ElementType t : RowKernels.types()) {
      var arrays = List.of(read("x", t, COUNT), key, counter, written("y", t, COUNT));
      var numbers =
          List.of(
              new Parameter.Float("rate"), new Parameter.Float("scale"), new Parameter.Int(COUNT));
      kernels.add(random("dropout", t, "dropout_" + t.text(), join(arrays, numbers), 2));
    }
    for (ElementType t : List.of(ElementType.BF16, ElementType.F16)) kernels.addAll(narrow(t));
    kernels.addAll(casts());
    return kernels;
  }

  private static Kernel random(
      String operation, ElementType t, String name, List<Parameter> parameters, int flops) {
    return Kernel.of(operation, t, name, "random.cu", parameters)
        .launched(s -> geometry(s, 4))
        .costing(s -> flops * s.of(COUNT));
  }

  private static List<Kernel> narrow(ElementType t) {
    var a = read("a", t, COUNT);
    var y = written("y", t, COUNT);
    var kernels = new ArrayList<Kernel>();
    for (String name : List.of("relu", "gelu", "silu")) {
      kernels.add(map(name, t, name + "_" + t.text(), join(List.of(a, y), ints(COUNT)), 8));
    }
    var operands = List.of(a, read("b", t, COUNT), y);
    for (String name : List.of("add", "multiply", "swiglu")) {
      kernels.add(map(name, t, name + "_" + t.text(), join(operands, ints(COUNT)), 1));
    }
    return kernels;
  }

  /// Operations `cast_TO`, of the type that is cast.
  private static List<Kernel> casts() {
    var kernels = new ArrayList<Kernel>();
    for (ElementType from : RowKernels.types()) {
      for (ElementType to : RowKernels.types()) {
        if (from == to) continue;
        var arrays = List.of(read("a", from, COUNT), written("y", to, COUNT));
        var name = "cast_" + from.text() + "_" + to.text();
        int each = from == ElementType.F32 || to == ElementType.F32 ? 4 : 8;
        kernels.add(
            map("cast_" + to.text(), from, name, join(arrays, ints(COUNT)), 0)
                .launched(s -> geometry(s, each)));
      }
    }
    return kernels;
  }

  private static Kernel map(
      String operation, ElementType t, String name, List<Parameter> parameters, int flops) {
    return Kernel.of(operation, t, name, "elementwise.cu", parameters)
        .launched(s -> geometry(s, 8))
        .costing(s -> flops * s.of(COUNT));
  }

  /// Blocks that handle `each` elements a thread, no more than fill any processor.
  static LaunchGeometry geometry(Sizes sizes, int each) {
    return LaunchGeometry.of(Math.min(sizes.pieces(COUNT, THREADS * each), MOST_BLOCKS), THREADS);
  }
}
