package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.ptx.ExecutionMode;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The templates of contractions on the virtual GPU against a plain sum.
class ContractTest {
  private static final long SEED = 5;

  /// Which template.
  private enum Form {
    TILE_128,
    TILE_64,
    TILE_32,
    SPLIT_128,
    SPLIT_64,
    SPLIT_32,
    ROWS;

    ContractLaunches launches(ContractLaunches.Problem problem) {
      return switch (this) {
        case TILE_128 -> ContractLaunches.tiled(problem, 128);
        case TILE_64 -> ContractLaunches.tiled(problem, 64);
        case TILE_32 -> ContractLaunches.tiled(problem, 32);
        case SPLIT_128 -> ContractLaunches.split(problem, 128, 3);
        case SPLIT_64 -> ContractLaunches.split(problem, 64, 3);
        case SPLIT_32 -> ContractLaunches.split(problem, 32, 3);
        case ROWS -> ContractLaunches.rows(problem);
      };
    }
  }

  static Stream<Arguments> ordinaryUnits() {
    return Stream.of(
        row(Form.TILE_32, Product.of(1, 1, 1, 1)),
        row(Form.TILE_32, Product.of(2, 31, 33, 2).opaque()),
        row(Form.TILE_32, Product.of(1, 32, 32, 32).transposed(true, true)),
        row(Form.TILE_64, Product.of(1, 127, 65, 33).transposed(true, true).opaque()),
        row(Form.TILE_64, Product.of(2, 64, 68, 100).transposed(true, false)),
        row(Form.TILE_128, Product.of(1, 129, 132, 40)),
        row(Form.TILE_128, Product.of(1, 128, 127, 31).transposed(false, true)),
        row(Form.SPLIT_64, Product.of(1, 70, 66, 100)),
        row(Form.SPLIT_32, Product.of(2, 31, 32, 17).transposed(true, true)),
        row(Form.ROWS, Product.of(2, 3, 33, 127).transposed(false, true)),
        row(Form.ROWS, Product.of(1, 1, 100, 256).transposed(false, true)),
        row(Form.ROWS, Product.of(2, 8, 31, 33)),
        row(Form.ROWS, Product.of(1, 2, 16384, 5)),
        row(Form.ROWS, Product.of(1, 17, 32, 9).opaque()));
  }

  static Stream<Arguments> tensorCores() {
    return Stream.of(
        row(Form.TILE_128, Product.of(1, 129, 136, 72).types("BF16", "BF16", "BF16", "BF16")),
        row(
            Form.TILE_128,
            Product.of(1, 136, 128, 33).types("F16", "F16", "F16", "F16").transposed(true, true)),
        row(
            Form.TILE_64,
            Product.of(2, 72, 65, 40).types("F16", "F16", "F32", "F16").transposed(true, true)),
        row(Form.TILE_64, Product.of(1, 33, 31, 127)),
        row(Form.TILE_64, Product.of(1, 68, 68, 100).transposed(true, false)),
        row(Form.TILE_64, Product.of(1, 1, 1, 1).types("BF16", "BF16", "F32", "BF16")),
        row(
            Form.TILE_64,
            Product.of(1, 64, 68, 100).types("F32", "F32", "F32", "BF16").transposed(true, false)),
        row(
            Form.TILE_64,
            Product.of(1, 65, 64, 64).types("BF16", "F32", "BF16", "BF16").transposed(false, true)),
        row(Form.SPLIT_64, Product.of(1, 64, 72, 512).types("BF16", "BF16", "F32", "BF16")),
        row(
            Form.SPLIT_128,
            Product.of(1, 130, 72, 200)
                .types("BF16", "BF16", "BF16", "BF16")
                .transposed(true, false)),
        row(
            Form.TILE_128,
            Product.of(1, 200, 136, 300).types("F32", "F32", "F32", "F32").transposed(true, false)),
        row(
            Form.TILE_128,
            Product.of(1, 129, 130, 64).types("F32", "F32", "F32", "BF16").opaque()));
  }

  private static Arguments row(Form form, Product product) {
    return Arguments.of(form, Named.of(product.label(), product));
  }

  @ParameterizedTest
  @MethodSource
  void ordinaryUnits(Form form, Product product) {
    check(form, product, false, 80);
  }

  @ParameterizedTest
  @MethodSource
  void tensorCores(Form form, Product product) {
    check(form, product, true, 80);
  }

  @ParameterizedTest
  @MethodSource
  void onCompute90(Form form, Product product, boolean tensorCores) {
    check(form, product, tensorCores, 90);
  }

  static Stream<Arguments> onCompute90() {
    var half = Product.of(1, 130, 136, 100).types("BF16", "BF16", "BF16", "BF16");
    return Stream.of(
        Arguments.of(Form.TILE_128, Named.of("f32", Product.of(1, 130, 132, 36)), false),
        Arguments.of(Form.TILE_128, Named.of("bf16", half), true),
        Arguments.of(Form.TILE_64, Named.of("tf32", Product.of(1, 65, 68, 33)), true));
  }

  private static void check(Form form, Product p, boolean tensorCores, int architecture) {
    var random = new Random(SEED);
    var typeA = ElementType.valueOf(p.a());
    var typeB = ElementType.valueOf(p.b());
    var typeC = ElementType.valueOf(p.c());
    var a = normal(random, p.batch() * p.m() * p.k(), typeA);
    var b = normal(random, p.batch() * p.k() * p.n(), typeB);
    var bias = normal(random, p.n(), ElementType.F32);
    boolean wide = !p.isOpaque() && typeB == ElementType.F32;
    wide &= (p.transposedB() ? p.k() : p.n()) % 4 == 0;
    // Each length of the ring is tried by one of the two.
    var ring = architecture == 80 ? ContractUnits.TENSOR_5 : ContractUnits.TENSOR_3;
    var units = tensorCores ? ring : ContractUnits.ORDINARY;
    var problem =
        new ContractLaunches.Problem(
            p.batch(),
            p.m(),
            p.n(),
            p.k(),
            p.transposedB(),
            wide,
            units,
            p.product().equals("F32"),
            p.isOpaque());
    long work = (long) p.batch() * p.m() * p.n() * p.k();
    var mode = work < 1_000_000 ? ExecutionMode.CHECKED : ExecutionMode.FAST;
    try (var gpu = new VirtualArrays(architecture, mode)) {
      int count = p.batch() * p.m() * p.n();
      long c = gpu.allocate("c", typeC, count);
      var buffers =
          VirtualArrays.buffers(
              gpu.upload("a", typeA, a),
              gpu.upload("b", typeB, b),
              gpu.upload("bias", ElementType.F32, bias),
              c);
      new FilledLaunches("product", p.definitions(), architecture)
          .run(gpu, form.launches(problem), buffers);
      var got = gpu.download(c, typeC, count);
      boolean inOrder = !tensorCores && form.name().startsWith("TILE");
      for (int i = 0; i < count; i++) compare(p, a, b, bias, i, got[i], tensorCores, inOrder);
    }
  }

  private static void compare(
      Product p,
      float[] a,
      float[] b,
      float[] bias,
      int i,
      float got,
      boolean tensorCores,
      boolean inOrder) {
    int n = i % p.n();
    int m = i / p.n() % p.m();
    int batch = i / p.n() / p.m();
    float chain = 0;
    double sum = 0;
    double magnitude = Math.abs(bias[n]);
    for (int k = 0; k < p.k(); k++) {
      float x = a[batch * p.m() * p.k() + (p.transposedA() ? k * p.m() + m : m * p.k() + k)];
      float y = b[batch * p.n() * p.k() + (p.transposedB() ? n * p.k() + k : k * p.n() + n)];
      if (tensorCores) {
        x = operand(p.product(), x);
        y = operand(p.product(), y);
      }
      chain = Math.fma(x, y, chain);
      sum += (double) x * y;
      magnitude += Math.abs(0.5 * x * y);
    }
    String at = "seed %d, C[%d, %d, %d]".formatted(SEED, batch, m, n);
    if (inOrder) {
      assertEquals(Math.fma(0.5f, chain, bias[n]), got, at);
      return;
    }
    double want = 0.5 * sum + bias[n];
    double result =
        switch (p.c()) {
          case "BF16" -> 0x1p-8 * Math.abs(want);
          case "F16" -> 0x1p-11 * Math.abs(want);
          default -> 0;
        };
    double allowed = magnitude * 1e-6 + 1.01 * result;
    assertTrue(Math.abs(got - want) <= allowed, () -> at + " is " + got + ", not " + want);
  }

  /// A number as the tensor cores multiply it.
  private static float operand(String product, float value) {
    if (!product.equals("F32")) return VirtualArrays.rounded(ElementType.valueOf(product), value);
    return Float.intBitsToFloat((Float.floatToRawIntBits(value) + 0x1000) & ~0x1fff);
  }

  private static float[] normal(Random random, int count, ElementType type) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = VirtualArrays.rounded(type, (float) random.nextGaussian());
    }
    return values;
  }
}
