package io.gatun.graph.testing;

import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Samples of the ops that slide a window.
final class SpatialSamples {
  private long seed = 1000;

  private SpatialSamples() {}

  /// A window over `x[n, spatial..., channels]` and a filter for `outputs` channels in groups.
  private record Setup(
      Window window, int n, int channels, int outputs, int groups, int... spatial) {
    TensorType x(DType dtype) {
      int[] dims = new int[spatial.length + 2];
      dims[0] = n;
      System.arraycopy(spatial, 0, dims, 1, spatial.length);
      dims[dims.length - 1] = channels;
      return TensorType.of(dtype, dims);
    }

    TensorType w(DType dtype) {
      int[] dims = new int[spatial.length + 2];
      for (int axis = 0; axis < spatial.length; axis++) dims[axis] = window.size().get(axis);
      dims[spatial.length] = channels / groups;
      dims[spatial.length + 1] = outputs;
      return TensorType.of(dtype, dims);
    }

    Conv conv() {
      return new Conv(window, groups);
    }

    TensorType y(DType dtype) {
      return conv().infer(List.of(x(dtype), w(dtype)));
    }
  }

  private static List<Setup> setups() {
    var uneven = Window.of(3, 2).withPadding(List.of(1, 0), List.of(2, 1));
    return List.of(
        new Setup(Window.of(), 2, 3, 5, 1),
        new Setup(Window.of(1), 1, 1, 1, 1, 1),
        new Setup(Window.of(3), 2, 2, 4, 2, 7),
        new Setup(Window.of(2).withStride(3).withDilation(2), 1, 3, 2, 1, 11),
        new Setup(Window.of(3, 3), 2, 3, 4, 1, 5, 7),
        new Setup(uneven.withStride(2, 3), 1, 2, 3, 1, 5, 4),
        new Setup(uneven.withDilation(2, 1), 2, 4, 4, 4, 6, 5),
        new Setup(Window.of(2, 2).withStride(2, 2), 2, 3, 3, 3, 6, 4),
        new Setup(Window.of(1, 1), 3, 5, 7, 1, 3, 2),
        new Setup(
            Window.of(2, 1, 3).withPadding(List.of(0, 1, 1), List.of(1, 0, 1)),
            1,
            2,
            3,
            1,
            3,
            2,
            4),
        new Setup(Window.of(2, 2), 0, 2, 3, 1, 3, 3),
        new Setup(Window.of(2, 2), 2, 0, 3, 1, 3, 3),
        new Setup(Window.of(2, 2), 2, 2, 0, 1, 3, 3),
        new Setup(Window.of(2).withPadding(List.of(1), List.of(1)), 1, 2, 2, 1, 0));
  }

  private interface Make {
    OpSample of(Setup setup, DType dtype);
  }

  private static List<OpSample> each(Make make) {
    var samples = new ArrayList<OpSample>();
    for (Setup setup : setups()) {
      for (DType dtype : List.of(DType.F32, DType.I32, DType.BF16)) {
        samples.add(make.of(setup, dtype));
      }
    }
    for (DType dtype : DType.values()) {
      if (dtype != DType.BOOL) samples.add(make.of(setups().get(5), dtype));
    }
    return samples;
  }

  static List<OpSample> windows() {
    var made = new SpatialSamples();
    var samples =
        each((s, dtype) -> OpSample.of(new Windows(s.window, 0), made.random(s.x(dtype))));
    var window = Window.of(2).withPadding(List.of(1), List.of(0));
    for (DType dtype : DType.values()) {
      var x = SampleArrays.special(TensorType.of(dtype, 1, 5, 2), made.seed++);
      samples.add(OpSample.of(new Windows(window, Double.NEGATIVE_INFINITY), x));
    }
    return samples;
  }

  static List<OpSample> folds() {
    var made = new SpatialSamples();
    return each(
        (s, dtype) -> {
          var x = s.x(dtype);
          var windows = new Windows(s.window, 0).infer(List.of(x));
          return OpSample.of(new FoldWindows(s.window, x.shape()), made.random(windows));
        });
  }

  static List<OpSample> convolutions() {
    var made = new SpatialSamples();
    return each(
        (s, dtype) -> OpSample.of(s.conv(), made.random(s.x(dtype)), made.random(s.w(dtype))));
  }

  static List<OpSample> inputGradients() {
    var made = new SpatialSamples();
    return each(
        (s, dtype) ->
            OpSample.of(
                new ConvGradInput(s.window, s.groups, s.x(dtype).shape()),
                made.random(s.y(dtype)),
                made.random(s.w(dtype))));
  }

  static List<OpSample> filterGradients() {
    var made = new SpatialSamples();
    return each(
        (s, dtype) ->
            OpSample.of(
                new ConvGradFilter(s.window, s.groups, s.w(dtype).shape()),
                made.random(s.x(dtype)),
                made.random(s.y(dtype))));
  }

  private NdArray random(TensorType type) {
    return SampleArrays.random(type, seed++);
  }
}
