package io.gatun.ptx;

/// `mma.sync` of shape m16n8kK: `D = A B + C`. Products are exact; they are added one after another
/// in f32, each sum rounded to nearest, and C comes last. Hardware keeps a few bits more or less
/// and has an order of its own (Fasi, Higham, Mikaitis and Pranesh, "Numerical behavior of NVIDIA
/// tensor cores", 2021), so tests against it need a tolerance.
final class MatrixMultiplyStep extends Step {
  private static final int M = 16;
  private static final int N = 8;

  private final int k;
  private final MatrixFormat format;
  private final boolean halfSums;
  private final int[] d;
  private final int[] a;
  private final int[] b;
  private final int[] c;

  /// @param halfSums whether C and D are f16, two in a register
  MatrixMultiplyStep(
      PtxInstruction instruction,
      int k,
      MatrixFormat format,
      boolean halfSums,
      int[] d,
      int[] a,
      int[] b,
      int[] c) {
    super(instruction);
    this.k = k;
    this.format = format;
    this.halfSums = halfSums;
    this.d = d;
    this.a = a;
    this.b = b;
    this.c = c;
    this.counter = Counter.TENSOR_INSTRUCTIONS;
    this.flops = 2 * M * N * k / Lanes.WIDTH;
    this.flopCounter =
        format == MatrixFormat.TF32 ? Counter.TENSOR_TF32_FLOPS : Counter.TENSOR_HALF_FLOPS;
  }

  @Override
  void execute(Warp warp, int mask) {
    WarpSteps.requireConverged(warp, mask, -1, this);
    var left = warp.block.left;
    var right = warp.block.right;
    unpack(warp, left, right);
    var sums = warp.block.sums;
    multiply(left, right, sums);
    if (halfSums) {
      addHalves(warp, sums);
    } else {
      add(warp, sums);
    }
  }

  private void unpack(Warp warp, float[] left, float[] right) {
    var per = format.perRegister();
    for (var i = 0; i < a.length; i++) {
      var from = (i & 1) * 8 * k + (i >> 1) * 4 * per;
      format.unpack(warp.ints[a[i]], left, from, k, per, 1);
    }
    for (var i = 0; i < b.length; i++) {
      format.unpack(warp.ints[b[i]], right, i * 4 * per * N, 1, per * N, N);
    }
  }

  /// Eight sums in local variables: the compiler keeps them in registers.
  private void multiply(float[] left, float[] right, float[] sums) {
    for (var row = 0; row < M; row++) {
      float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
      for (var i = 0; i < k; i++) {
        var x = left[row * k + i];
        var o = i * N;
        s0 += x * right[o];
        s1 += x * right[o + 1];
        s2 += x * right[o + 2];
        s3 += x * right[o + 3];
        s4 += x * right[o + 4];
        s5 += x * right[o + 5];
        s6 += x * right[o + 6];
        s7 += x * right[o + 7];
      }
      var o = row * N;
      sums[o] = s0;
      sums[o + 1] = s1;
      sums[o + 2] = s2;
      sums[o + 3] = s3;
      sums[o + 4] = s4;
      sums[o + 5] = s5;
      sums[o + 6] = s6;
      sums[o + 7] = s7;
    }
  }

  /// Register `i` holds row `g + 8 (i / 2)`, column `2 q + i % 2`.
  private void add(Warp warp, float[] sums) {
    for (var i = 0; i < 4; i++) {
      var from = warp.ints[c[i]];
      for (var lane = 0; lane < Lanes.WIDTH; lane++) {
        sums[at(lane, i)] += Float.intBitsToFloat(from[lane]);
      }
    }
    for (var i = 0; i < 4; i++) {
      var to = warp.ints[d[i]];
      for (var lane = 0; lane < Lanes.WIDTH; lane++) {
        to[lane] = Float.floatToRawIntBits(sums[at(lane, i)]);
      }
    }
  }

  private void addHalves(Warp warp, float[] sums) {
    for (var i = 0; i < 2; i++) {
      var from = warp.ints[c[i]];
      for (var lane = 0; lane < Lanes.WIDTH; lane++) {
        sums[at(lane, 2 * i)] += Half.F16.low(from[lane]);
        sums[at(lane, 2 * i + 1)] += Half.F16.high(from[lane]);
      }
    }
    for (var i = 0; i < 2; i++) {
      var to = warp.ints[d[i]];
      for (var lane = 0; lane < Lanes.WIDTH; lane++) {
        to[lane] = Half.F16.pair(sums[at(lane, 2 * i + 1)], sums[at(lane, 2 * i)]);
      }
    }
  }

  private static int at(int lane, int register) {
    return ((lane >>> 2) + (register >> 1) * 8) * N + (lane & 3) * 2 + (register & 1);
  }
}
