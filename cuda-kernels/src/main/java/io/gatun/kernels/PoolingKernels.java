package io.gatun.kernels;

import static io.gatun.kernels.Parameter.read;
import static io.gatun.kernels.Parameter.written;
import static io.gatun.kernels.RowKernels.join;

import java.util.ArrayList;
import java.util.List;

/// Pooling of images and its gradients; [PoolingWindow] gives their sizes.
final class PoolingKernels {
  private PoolingKernels() {}

  static List<Kernel> all() {
    var kernels = new ArrayList<Kernel>();
    for (ElementType t : RowKernels.types()) {
      var x = read("x", t, "inputs");
      var y = written("y", t, "outputs");
      var dy = read("dy", t, "outputs");
      var dx = written("dx", t, "inputs");
      var found = written("position", ElementType.I32, "outputs");
      var position = read("position", ElementType.I32, "outputs");
      kernels.add(pooling("maxpool", t, List.of(x, y, found)));
      kernels.add(pooling("maxpool_gradient", t, List.of(dy, position, dx)));
      kernels.add(pooling("averagepool", t, List.of(x, y)));
      kernels.add(pooling("averagepool_gradient", t, List.of(dy, dx)));
    }
    return kernels;
  }

  private static Kernel pooling(String operation, ElementType t, List<Parameter.Array> arrays) {
    var numbers =
        List.of(new Parameter.Struct("window", PoolingWindow.BYTES), new Parameter.Int("count"));
    int pack = 16 / t.bytes();
    return Kernel.of(operation, t, operation + "_" + t.text(), "pool.cu", join(arrays, numbers))
        .launched(s -> ElementKernels.geometry(s, s.of("channels") % pack == 0 ? pack : 1))
        .costing(s -> s.of("outputs") * s.of("taps"));
  }
}
