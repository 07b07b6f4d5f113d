package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.engine.cuda.library.ContractionLibrary;
import io.gatun.engine.cuda.library.Epilogue;
import io.gatun.engine.cuda.library.Matrix;
import io.gatun.engine.cuda.library.MatrixProduct;
import io.gatun.engine.cuda.library.ProductPointers;
import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.util.Random;

/// What [MatrixProduct] says, computed in double, row after row; and the comparison with every
/// launch that a library offers.
final class ProductReference {
  private final MatrixProduct product;
  private final String seed;
  private final NativeArray a;
  private final NativeArray b;
  private final NativeArray c;
  private final NativeArray d;
  private final NativeArray bias;
  private final NativeArray auxiliary;
  private final NativeArray workspace;

  private ProductReference(MatrixProduct product, Random random, Arena arena, String seed) {
    this.product = product;
    this.seed = seed + ": " + product;
    a =
        NativeArray.random(
            arena, product.a().type(), elements(product.a(), product.m(), product.k()), random);
    b =
        NativeArray.random(
            arena, product.b().type(), elements(product.b(), product.k(), product.n()), random);
    long results = elements(product.d(), product.m(), product.n());
    c = NativeArray.random(arena, product.d().type(), results, random);
    d = NativeArray.of(arena, product.d().type(), results);
    bias =
        NativeArray.random(arena, product.d().type(), Math.max(product.m(), product.n()), random);
    auxiliary = NativeArray.random(arena, DType.F32, product.auxiliaryBytes() / 4 + 1, random);
    workspace = NativeArray.of(arena, DType.F32, 1024);
  }

  /// Computes a product with random operands by every launch and compares.
  static void check(
      ContractionLibrary library,
      MatrixProduct product,
      Random random,
      Stream stream,
      String seed) {
    var launches = library.launches(product);
    assertFalse(launches.isEmpty(), seed + ": " + product);
    for (var launch : launches) {
      try (var arena = Arena.ofConfined()) {
        var reference = new ProductReference(product, random, arena, seed + " " + launch.name());
        if (product.epilogue().auxiliary() == Epilogue.Auxiliary.VALUES)
          reference.fillAuxiliary(random);
        launch.launch(stream, reference.pointers(), reference.workspace.address());
        reference.compare();
      }
    }
  }

  /// Values near zero, where the derivative of GELU bends.
  private void fillAuxiliary(Random random) {
    var values = new NativeArray(product.d().type(), auxiliary.memory());
    long count = product.auxiliaryBytes() / product.d().type().bytes();
    for (long i = 0; i < count; i++) values.set(i, random.nextDouble() * 4 - 2);
  }

  private ProductPointers pointers() {
    return new ProductPointers(
        a.address(), b.address(), c.address(), d.address(), bias.address(), auxiliary.address());
  }

  private void compare() {
    var sums = new double[product.n()];
    for (int batch = 0; batch < product.batch(); batch++) {
      for (int row = 0; row < product.m(); row++) {
        for (int column = 0; column < product.n(); column++) {
          double value = value(batch, row, column);
          sums[column] += value;
          assertClose(value, d, at(product.d(), batch, row, column), "d");
        }
      }
    }
    switch (product.epilogue()) {
      case RELU_GRADIENT_BIAS_GRADIENT, GELU_GRADIENT_BIAS_GRADIENT -> {
        for (int i = 0; i < product.n(); i++) assertClose(sums[i], bias, i, "bias gradient");
      }
      case SUM_OF_A -> {
        for (int i = 0; i < product.m(); i++) assertClose(sumOfA(i), bias, i, "sum of a");
      }
      case SUM_OF_B -> {
        for (int i = 0; i < product.n(); i++) assertClose(sumOfB(i), bias, i, "sum of b");
      }
      case NONE,
          BIAS,
          RELU,
          RELU_BIAS,
          RELU_AUXILIARY,
          RELU_AUXILIARY_BIAS,
          GELU,
          GELU_BIAS,
          GELU_AUXILIARY,
          GELU_AUXILIARY_BIAS,
          RELU_GRADIENT,
          GELU_GRADIENT -> {}
    }
  }

  private double value(int batch, int row, int column) {
    double sum = 0;
    for (int k = 0; k < product.k(); k++) {
      sum += a.get(at(product.a(), batch, row, k)) * b.get(at(product.b(), batch, k, column));
    }
    sum *= product.alpha();
    if (product.beta() != 0) sum += product.beta() * c.get(at(product.d(), batch, row, column));
    double biased = sum + bias.get(column);
    return switch (product.epilogue()) {
      case NONE, SUM_OF_A, SUM_OF_B -> sum;
      case BIAS -> biased;
      case RELU -> Math.max(sum, 0);
      case RELU_BIAS -> Math.max(biased, 0);
      case RELU_AUXILIARY -> relu(sum, batch, row, column);
      case RELU_AUXILIARY_BIAS -> relu(biased, batch, row, column);
      case GELU -> gelu(sum);
      case GELU_BIAS -> gelu(biased);
      case GELU_AUXILIARY -> keptGelu(sum, batch, row, column);
      case GELU_AUXILIARY_BIAS -> keptGelu(biased, batch, row, column);
      case RELU_GRADIENT, RELU_GRADIENT_BIAS_GRADIENT -> bit(batch, row, column) ? sum : 0;
      case GELU_GRADIENT, GELU_GRADIENT_BIAS_GRADIENT ->
          sum * slope(auxiliaryValues().get(auxiliaryAt(batch, row, column)));
    };
  }

  private double relu(double sum, int batch, int row, int column) {
    assertEquals(sum > 0, bit(batch, row, column), seed);
    return Math.max(sum, 0);
  }

  private double keptGelu(double sum, int batch, int row, int column) {
    assertClose(sum, auxiliaryValues(), auxiliaryAt(batch, row, column), "kept input of GELU");
    return gelu(sum);
  }

  private boolean bit(int batch, int row, int column) {
    long at = auxiliaryAt(batch, row, column);
    return (auxiliary.memory().get(java.lang.foreign.ValueLayout.JAVA_BYTE, at / 8) >> at % 8 & 1)
        == 1;
  }

  private NativeArray auxiliaryValues() {
    return new NativeArray(product.d().type(), auxiliary.memory());
  }

  private long auxiliaryAt(int batch, int row, int column) {
    return ((long) batch * product.m() + row) * product.auxiliaryLeadingDimension() + column;
  }

  private double sumOfA(int row) {
    double sum = 0;
    for (int k = 0; k < product.k(); k++) sum += a.get(at(product.a(), 0, row, k));
    return sum;
  }

  private double sumOfB(int column) {
    double sum = 0;
    for (int k = 0; k < product.k(); k++) sum += b.get(at(product.b(), 0, k, column));
    return sum;
  }

  private void assertClose(double expected, NativeArray array, long index, String what) {
    double tolerance = array.tolerance(4 + Math.abs(expected));
    assertEquals(expected, array.get(index), tolerance, () -> seed + " " + what + " at " + index);
  }

  private static double gelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /// By central differences.
  private static double slope(double x) {
    return (gelu(x + 1e-5) - gelu(x - 1e-5)) / 2e-5;
  }

  private static long at(Matrix matrix, int batch, int row, int column) {
    long inside =
        matrix.transposed()
            ? column * matrix.leadingDimension() + row
            : row * matrix.leadingDimension() + column;
    return batch * matrix.batchStride() + inside;
  }

  private long elements(Matrix matrix, int rows, int columns) {
    return at(matrix, product.batch() - 1, rows - 1, columns - 1) + 1;
  }
}
