package io.gatun.graph.testing;

import static io.gatun.graph.tensor.DType.BOOL;
import static io.gatun.graph.tensor.DType.F32;
import static io.gatun.graph.tensor.DType.I16;
import static io.gatun.graph.tensor.DType.I32;
import static io.gatun.graph.tensor.DType.I64;
import static io.gatun.graph.tensor.DType.I8;
import static io.gatun.graph.tensor.DType.U8;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Samples of the ops whose places are data: gathers, scatters and sorts.
final class IndexedSamples extends SampleList {
  private IndexedSamples() {}

  /// Samples of gathers, or of the scatters that are their adjoints.
  static List<OpSample> picks(boolean scatter) {
    var made = new IndexedSamples();
    made.pickAll(scatter);
    return made.samples;
  }

  private void pickAll(boolean scatter) {
    for (DType dtype : DType.values()) {
      if (scatter && dtype == BOOL) continue;
      pick(scatter, 0, false, special(dtype, 5, 3), indices(I32, 5, 7));
    }
    for (DType dtype : List.of(I64, I32, I16, I8, U8)) {
      pick(scatter, 1, false, random(F32, 3, 4, 2), indices(dtype, 4, 2, 3));
      pick(scatter, 1, true, random(F32, 3, 4, 2), indices(dtype, 4, 3, 6, 2));
    }
    pick(scatter, 0, false, random(F32, 6), indices(I64, 6));
    pick(scatter, 0, false, random(I64, 6, 2), indices(I64, 6, 0));
    pick(scatter, 1, false, random(F32, 0, 3), indices(I32, 3, 4));
    pick(scatter, 0, true, random(F32, 1), indices(I32, 1, 5));
    // Indices out of range are clamped.
    pick(scatter, 0, false, random(F32, 3), special(I64, 11));
  }

  private NdArray indices(DType dtype, int limit, int... dims) {
    return SampleArrays.indices(TensorType.of(dtype, dims), limit, seed++);
  }

  private void pick(boolean scatter, int axis, boolean along, NdArray x, NdArray indices) {
    var gather = new Gather(axis, along);
    if (!scatter) {
      add(gather, x, indices);
      return;
    }
    var updates = gather.infer(List.of(x.type(), indices.type()));
    add(new ScatterAdd(axis, along), x, indices, SampleArrays.random(updates, seed++));
  }

  static List<OpSample> sorts() {
    var made = new IndexedSamples();
    made.sortAll();
    return made.samples;
  }

  private void sortAll() {
    for (boolean descending : new boolean[] {false, true}) {
      for (DType dtype : DType.values()) add(new ArgSort(1, descending), special(dtype, 2, 23));
      add(new ArgSort(0, descending), random(F32, 13, 3));
      add(new ArgSort(1, descending), random(I16, 2, 31, 2));
      add(new ArgSort(0, descending), random(F32, 0));
      add(new ArgSort(0, descending), random(F32, 1));
      add(new ArgSort(1, descending, 5), special(F32, 3, 700));
      add(new ArgSort(1, descending, 3), random(I64, 2, 9, 2));
      add(new ArgSort(0, descending, 0), random(F32, 4, 2));
    }
  }
}
