package io.gatun.graph.testing;

import io.gatun.graph.ir.Op;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Samples in the making, over operands that are random by consecutive seeds.
abstract class SampleList {
  final List<OpSample> samples = new ArrayList<>();
  long seed = 1;

  final NdArray random(DType dtype, int... dims) {
    return SampleArrays.random(TensorType.of(dtype, dims), seed++);
  }

  final NdArray special(DType dtype, int... dims) {
    return SampleArrays.special(TensorType.of(dtype, dims), seed++);
  }

  final void add(Op op, NdArray... operands) {
    samples.add(OpSample.of(op, operands));
  }
}
