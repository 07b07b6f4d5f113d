package io.gatun.kernels;

import static io.gatun.kernels.Parameter.ints;
import static io.gatun.kernels.Parameter.read;
import static io.gatun.kernels.Parameter.written;

import io.gatun.cuda.LaunchGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// Kernels that work on the rows of a matrix, in variants by the width that they hold in registers
/// (row.cuh).
final class RowKernels {
  /// Rows up to this width stay in the registers of this many threads.
  record Capacity(String suffix, long columns, int threads) {
    LaunchGeometry geometry(Sizes sizes) {
      return threads == 32
          ? LaunchGeometry.of(sizes.pieces("rows", 4), 128)
          : LaunchGeometry.of(sizes.pieces("rows", 1), threads);
    }
  }

  private static final String ROWS = "rows";
  private static final String COLUMNS = "columns";
  private static final Capacity ANY = new Capacity("any", Long.MAX_VALUE, 512);

  private RowKernels() {}

  static List<Capacity> capacities() {
    return List.of(
        new Capacity("256", 256, 32),
        new Capacity("1024", 1024, 128),
        new Capacity("4096", 4096, 256),
        new Capacity("16384", 16384, 1024));
  }

  static List<ElementType> types() {
    return List.of(ElementType.F32, ElementType.BF16, ElementType.F16);
  }

  static List<Kernel> all() {
    var kernels = new ArrayList<Kernel>();
    for (ElementType t : types()) {
      var x = read("x", t, ROWS, COLUMNS);
      var y = written("y", t, ROWS, COLUMNS);
      for (String operation : List.of("softmax", "logsoftmax")) {
        kernels.addAll(
            variants(
                operation, t, "softmax.cu", join(List.of(x, y), ints(ROWS, COLUMNS)), 5, again(x)));
        var result = read("y", t, ROWS, COLUMNS);
        var dy = read("dy", t, ROWS, COLUMNS);
        var dx = written("dx", t, ROWS, COLUMNS);
        kernels.addAll(
            variants(
                operation + "_gradient",
                t,
                "softmax.cu",
                join(List.of(result, dy, dx), ints(ROWS, COLUMNS)),
                4,
                again(result, dy)));
      }
      kernels.addAll(crossEntropy(t));
      kernels.addAll(extremes(t));
    }
    return kernels;
  }

  private static List<Kernel> crossEntropy(ElementType t) {
    var labels = read("labels", ElementType.I8, ROWS, "label_bytes");
    var loss = written("loss", t, ROWS);
    var numbers = ints("label_bytes", ROWS, COLUMNS);
    var logits = read("logits", t, ROWS, COLUMNS);
    var kernels =
        new ArrayList<>(
            variants(
                "crossentropy",
                t,
                "crossentropy.cu",
                join(List.of(logits, labels, loss, written("logsum", t, ROWS)), numbers),
                4,
                _ -> 0));
    var dy = read("dy", t, ROWS, "dy_stride");
    var gradient = written("dlogits", t, ROWS, COLUMNS);
    kernels.addAll(
        variants(
            "crossentropy_train",
            t,
            "crossentropy.cu",
            join(
                List.of(logits, labels, dy, loss, gradient),
                ints("label_bytes", "dy_stride", ROWS, COLUMNS)),
            6,
            again(logits)));
    return kernels;
  }

  private static List<Kernel> extremes(ElementType t) {
    var kernels = new ArrayList<Kernel>();
    for (String operation : List.of("argmax", "argmin")) {
      var parameters =
          join(
              List.of(read("x", t, ROWS, COLUMNS), written("y", ElementType.I32, ROWS)),
              ints(ROWS, COLUMNS));
      var wide = operation + "_wide_" + t.text();
      kernels.add(
          Kernel.of(operation, t, operation + "_" + t.text(), "argmax.cu", parameters)
              .accepting(s -> s.of(COLUMNS) <= 1024)
              .launched(s -> LaunchGeometry.of(s.pieces(ROWS, 4), 128))
              .costing(RowKernels::elements));
      kernels.add(
          Kernel.of(operation, t, wide, "argmax.cu", parameters)
              .launched(s -> LaunchGeometry.of(s.pieces(ROWS, 1), 256))
              .costing(RowKernels::elements));
    }
    return kernels;
  }

  /// The kernel of each capacity, and the one for any width, which reads more than once.
  static List<Kernel> variants(
      String operation,
      ElementType type,
      String file,
      List<Parameter> parameters,
      int flopsPerElement,
      ToLongFunction<Sizes> rereading) {
    var kernels = new ArrayList<Kernel>();
    for (Capacity capacity : capacities()) {
      kernels.add(variant(operation, type, file, parameters, flopsPerElement, capacity));
    }
    kernels.add(variant(operation, type, file, parameters, flopsPerElement, ANY).moving(rereading));
    return kernels;
  }

  static Kernel variant(
      String operation,
      ElementType type,
      String file,
      List<Parameter> parameters,
      int flopsPerElement,
      Capacity capacity) {
    var name = operation + "_" + type.text() + "_" + capacity.suffix();
    return Kernel.of(operation, type, name, file, parameters)
        .accepting(s -> s.of(COLUMNS) <= capacity.columns())
        .launched(capacity::geometry)
        .costing(s -> flopsPerElement * elements(s));
  }

  /// Bytes of a second read of these arrays.
  static ToLongFunction<Sizes> again(Parameter.Array... arrays) {
    return sizes -> {
      long bytes = 0;
      for (Parameter.Array array : arrays) bytes += array.traffic(sizes);
      return bytes;
    };
  }

  static long elements(Sizes sizes) {
    return sizes.of(ROWS) * sizes.of(COLUMNS);
  }

  static List<Parameter> join(List<? extends Parameter> arrays, List<? extends Parameter> numbers) {
    var parameters = new ArrayList<Parameter>(arrays);
    parameters.addAll(numbers);
    return parameters;
  }
}
