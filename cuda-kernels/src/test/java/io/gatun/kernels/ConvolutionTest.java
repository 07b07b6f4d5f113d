package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.ptx.ExecutionMode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A convolution and its two gradients as contractions whose operands are index maps, on the
/// virtual GPU against the plain loops.
class ConvolutionTest {
  private static final long SEED = 9;
  private static final int IMAGES = 2;
  private static final int CHANNELS = 5;
  private static final int FILTERS = 10;
  private static final int SIDE = 6;
  private static final int PIXELS = SIDE * SIDE;

  private final Random random = new Random(SEED);
  private final float[] x = normal(IMAGES * CHANNELS * PIXELS);
  private final float[] w = normal(FILTERS * CHANNELS * 9);
  private final float[] bias = normal(FILTERS);
  private final float[] dy = normal(IMAGES * FILTERS * PIXELS);
  private final double[] y = new double[IMAGES * FILTERS * PIXELS];
  private final double[] dw = new double[FILTERS * CHANNELS * 9];
  private final double[] dx = new double[IMAGES * CHANNELS * PIXELS];

  ConvolutionTest() {
    for (int at = 0; at < y.length * CHANNELS * 9; at++) {
      int tap = at % 9;
      int channel = at / 9 % CHANNELS;
      int output = at / 9 / CHANNELS;
      int filter = output / PIXELS % FILTERS;
      int image = output / PIXELS / FILTERS;
      int row = output / SIDE % SIDE + tap / 3 - 1;
      int column = output % SIDE + tap % 3 - 1;
      if (row < 0 || row >= SIDE || column < 0 || column >= SIDE) continue;
      int input = (image * CHANNELS + channel) * PIXELS + row * SIDE + column;
      int weight = (filter * CHANNELS + channel) * 9 + tap;
      y[output] += (double) x[input] * w[weight];
      dw[weight] += (double) x[input] * dy[output];
      dx[input] += (double) w[weight] * dy[output];
    }
    for (int i = 0; i < y.length; i++) y[i] = Math.max(0, y[i] + bias[i / PIXELS % FILTERS]);
  }

  private float[] normal(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
    return values;
  }

  @Test
  void forward() {
    var problem = problem(FILTERS, IMAGES * PIXELS, CHANNELS * 9, false, ContractUnits.ORDINARY);
    check(0, ContractLaunches.tiled(problem, 32), x, w, y, 1e-5);
  }

  @Test
  void forwardOnTensorCores() {
    var problem = problem(FILTERS, IMAGES * PIXELS, CHANNELS * 9, false, ContractUnits.TENSOR_5);
    check(0, ContractLaunches.tiled(problem, 64), x, w, y, 0.1);
  }

  @Test
  void gradientOfTheFilter() {
    var problem = problem(FILTERS, CHANNELS * 9, IMAGES * PIXELS, true, ContractUnits.ORDINARY);
    check(1, ContractLaunches.split(problem, 32, 4), x, dy, dw, 1e-5);
  }

  @Test
  void gradientOfTheInput() {
    var problem = problem(CHANNELS, IMAGES * PIXELS, FILTERS * 9, false, ContractUnits.ORDINARY);
    check(2, ContractLaunches.tiled(problem, 32), dy, w, dx, 1e-5);
  }

  private static ContractLaunches.Problem problem(
      int m, int n, int k, boolean innerK, ContractUnits units) {
    return new ContractLaunches.Problem(1, m, n, k, innerK, false, units, false, true);
  }

  private void check(
      int direction,
      ContractLaunches launches,
      float[] image,
      float[] other,
      double[] want,
      double tolerance) {
    var definitions =
        List.of(
            "-DDIRECTION=" + direction,
            "-DIMAGES=" + IMAGES,
            "-DCHANNELS=" + CHANNELS,
            "-DFILTERS=" + FILTERS,
            "-DEDGE=" + SIDE);
    try (var gpu = new VirtualArrays(80, ExecutionMode.CHECKED)) {
      long result = gpu.allocate("result", ElementType.F32, want.length);
      var buffers =
          VirtualArrays.buffers(
              gpu.upload("image", ElementType.F32, image),
              gpu.upload("other", ElementType.F32, other),
              gpu.upload("bias", ElementType.F32, bias),
              result);
      new FilledLaunches("convolution", definitions, 80).run(gpu, launches, buffers);
      var got = gpu.download(result, ElementType.F32, want.length);
      for (int i = 0; i < want.length; i++) {
        assertEquals(want[i], got[i], tolerance, "seed " + SEED + ", element " + i);
      }
    }
  }
}
