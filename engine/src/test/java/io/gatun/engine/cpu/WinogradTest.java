package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.KernelBuilder;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Convolutions by Winograd's algorithm against the sums that define them.
class WinogradTest {
  private static final long SEED = 11;

  /// A convolution of `[batch, height, width, c]` with `[3, 3, c, o]`.
  private record Conv(
      int batch, int height, int width, int c, int o, int top, int left, int bottom, int right) {
    static Conv padded(int batch, int size, int c, int o) {
      return new Conv(batch, size, size, c, o, 1, 1, 1, 1);
    }

    int rows() {
      return height + top + bottom - 2;
    }

    int columns() {
      return width + left + right - 2;
    }

    TensorType input() {
      return TensorType.f32(batch, height, width, c);
    }

    TensorType result() {
      return TensorType.f32(batch * rows() * columns(), o);
    }

    /// The sum for each result, in double precision.
    double[] sums(NdArray x, NdArray filter) {
      double[] in = x.toDoubles();
      double[] taps = filter.toDoubles();
      double[] sums = new double[(int) result().size()];
      for (int i = 0; i < batch * rows() * columns(); i++) {
        for (int ky = 0; ky < 3; ky++) {
          for (int kx = 0; kx < 3; kx++) {
            int row = i / columns() % rows() + ky - top;
            int column = i % columns() + kx - left;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            int from = ((i / columns() / rows() * height + row) * width + column) * c;
            for (int k = 0; k < c; k++) {
              int tap = ((ky * 3 + kx) * c + k) * o;
              for (int n = 0; n < o; n++) sums[i * o + n] += in[from + k] * taps[tap + n];
            }
          }
        }
      }
      return sums;
    }
  }

  private final GraphBuilder graph = new GraphBuilder();
  private final List<Node> nodes = new ArrayList<>();
  private int inputs;

  private Node input(TensorType type) {
    return graph.add(new Input("x" + inputs++, type));
  }

  private Node input(int... dims) {
    return input(TensorType.of(DType.F32, dims));
  }

  private Node add(Op op, Node... operands) {
    var node = graph.add(op, operands);
    if (!nodes.contains(node)) nodes.add(node);
    return node;
  }

  private Node product(Conv conv, Node x, Node filter) {
    var window =
        Window.of(3, 3).withPadding(List.of(conv.top, conv.left), List.of(conv.bottom, conv.right));
    return product(window, x, filter);
  }

  private Node product(Window window, Node x, Node filter) {
    var windows = add(new Windows(window, 0), x);
    var dims = windows.type().shape().dims();
    int rows = dims.get(0) * dims.get(1) * dims.get(2);
    int taps = (int) (windows.type().size() / rows);
    var a = add(new Reshape(new Shape(List.of(rows, taps))), windows);
    return add(new MatMul(false, false), a, filter);
  }

  private ContractKernel kernel(Node... stored) {
    return assertInstanceOf(ContractKernel.class, KernelBuilder.build(nodes, List.of(stored)));
  }

  private static NdArray normal(TensorType type, Random random) {
    return NdArray.of(type, _ -> (float) random.nextGaussian());
  }

  private static List<Integer> slots(ContractKernel kernel) {
    return IntStream.range(0, kernel.buffers().size()).boxed().toList();
  }

  /// Whether a contraction was lowered to this algorithm.
  static boolean isChosen(Lowered lowered) {
    return lowered.workspaces().stream()
        .flatMap(workspace -> workspace.packed().stream())
        .anyMatch(packed -> packed.form().startsWith("[Winograd"));
  }

  private static boolean isChosen(ContractKernel kernel, Set<Integer> constants) {
    int free = kernel.buffers().size();
    return isChosen(
        ContractLowering.lower(
            new IrModule(), "k", kernel, slots(kernel), constants, free, 64, ByteDot.NONE));
  }

  /// What the generated code makes of the buffers, all constants, cut at random places.
  private static List<NdArray> run(ContractKernel kernel, List<NdArray> contents, int vectorBytes) {
    var slots = slots(kernel);
    try (var runner = new ContractRunner(kernel, slots, Set.copyOf(slots), vectorBytes)) {
      assertTrue(isChosen(runner.lowered()));
      var first = runner.run(contents, new Random(SEED));
      var second = runner.run(contents, new Random(SEED + 1));
      for (int b : kernel.written()) {
        assertArrayEquals(first.get(b).toDoubles(), second.get(b).toDoubles(), "depends on cuts");
      }
      return first;
    }
  }

  private static void assertClose(double[] expected, NdArray actual, double limit) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual.at(i), limit, "element " + i);
    }
  }

  /// Images of one tile more than fits, of odd sizes, with borders on some sides only, channels
  /// that fill no register, last panels of few columns, rows of several strips.
  @ParameterizedTest
  @CsvSource({
    "1, 56, 56, 64, 33, 1, 1, 1, 1",
    "3, 14, 14, 64, 96, 1, 1, 1, 1",
    "4, 13, 11, 64, 40, 1, 1, 1, 1",
    "2, 18, 30, 32, 32, 0, 0, 0, 0",
    "1, 20, 37, 50, 70, 0, 2, 1, 0",
    "2, 24, 15, 33, 34, 2, 2, 2, 2",
    "1, 8, 300, 37, 32, 1, 1, 1, 1",
    "13, 7, 7, 96, 160, 1, 1, 1, 1",
    "1, 27, 28, 36, 300, 1, 0, 0, 1",
    "1, 30, 28, 18, 17, 1, 1, 1, 1"
  })
  void convolutions(
      int batch, int h, int w, int c, int o, int top, int left, int bottom, int right) {
    var conv = new Conv(batch, h, w, c, o, top, left, bottom, right);
    var kernel = kernel(product(conv, input(conv.input()), input(9 * c, o)));
    var random = new Random(SEED);
    var x = normal(conv.input(), random);
    var filter = normal(TensorType.f32(9 * c, o), random);
    var expected = conv.sums(x, filter);
    var contents = List.of(x, filter, NdArray.of(conv.result(), _ -> 0));
    for (int vectorBytes : new int[] {64, 32, 16}) {
      assertClose(expected, run(kernel, contents, vectorBytes).get(2), 1e-5 * 3 * Math.sqrt(9 * c));
    }
  }

  /// A filter with its taps innermost; a bias, a sum and an activation behind.
  @Test
  void turnedFilterAndEpilogue() {
    var conv = Conv.padded(3, 14, 32, 40);
    Node turned = add(new Transpose(List.of(2, 3, 1, 0)), input(40, 32, 3, 3));
    Node filter = add(new Reshape(Shape.of(288, 40)), turned);
    Node sum = product(conv, input(conv.input()), filter);
    Node bias = add(new Broadcast(conv.result().shape()), input(40));
    Node biased = add(new Binary(Binary.Kind.ADD), sum, bias);
    Node residual = add(new Binary(Binary.Kind.ADD), biased, input(conv.result()));
    Node active = add(new Unary(Unary.Kind.TANH), residual);
    var kernel = kernel(residual, active);
    var random = new Random(SEED);
    var contents = kernel.buffers().stream().map(b -> normal(b.type(), random)).toList();
    var expected = KernelInterpreter.run(kernel, contents);
    var actual = run(kernel, contents, 64);
    for (int b : kernel.written()) {
      assertClose(expected.get(b).toDoubles(), actual.get(b), 1e-5 * 3 * Math.sqrt(288));
    }
  }

  /// Columns of the filter that follow each other only in pieces, shorter than a register or not.
  @ParameterizedTest
  @ValueSource(ints = {5, 16})
  void filterInPieces(int piece) {
    int columns = piece * 7;
    var conv = new Conv(1, 28, 30, 32, columns, 1, 1, 1, 1);
    Node pieces = input(columns / piece, 288, piece);
    Node turned = add(new Transpose(List.of(1, 0, 2)), pieces);
    Node filter = add(new Reshape(Shape.of(288, columns)), turned);
    var kernel = kernel(product(conv, input(conv.input()), filter));
    var random = new Random(SEED);
    var contents = kernel.buffers().stream().map(b -> normal(b.type(), random)).toList();
    var expected = KernelInterpreter.run(kernel, contents);
    var actual = run(kernel, contents, 64);
    int written = kernel.written().getFirst();
    assertClose(expected.get(written).toDoubles(), actual.get(written), 1e-5 * 3 * Math.sqrt(288));
  }

  /// The error that [WinogradPlan] states.
  @Test
  void roundingOfManyChannels() {
    var conv = Conv.padded(1, 28, 256, 32);
    var kernel = kernel(product(conv, input(conv.input()), input(9 * 256, 32)));
    var random = new Random(SEED);
    var x = normal(conv.input(), random);
    var filter = normal(TensorType.f32(9 * 256, 32), random);
    var expected = conv.sums(x, filter);
    var actual = run(kernel, List.of(x, filter, NdArray.of(conv.result(), _ -> 0)), 64).get(2);
    double error = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      error = Math.max(error, Math.abs(expected[i] - actual.at(i)));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    double relative = error / largest;

    assertTrue(relative < 5e-6, "largest error / largest result = " + relative);
  }

  @Test
  void onlyKnownFiltersAreTransformed() {
    var conv = Conv.padded(1, 56, 64, 64);
    var kernel = kernel(product(conv, input(conv.input()), input(576, 64)));
    assertTrue(isChosen(kernel, Set.of(1)));
    assertFalse(isChosen(kernel, Set.of()));
    assertFalse(isChosen(kernel, Set.of(0)));
  }

  /// Few tiles for a filter that is four times as large, tiles that are mostly edge, few channels.
  @ParameterizedTest
  @CsvSource({
    "1, 28, 128, 128, true",
    "3, 14, 256, 256, true",
    "2, 14, 256, 256, false",
    "12, 7, 512, 512, true",
    "11, 7, 512, 512, false",
    "64, 5, 64, 64, false",
    "4, 56, 16, 16, true",
    "4, 56, 15, 64, false",
    "4, 56, 64, 15, false"
  })
  void sizes(int batch, int size, int c, int o, boolean isChosen) {
    var conv = Conv.padded(batch, size, c, o);
    var kernel = kernel(product(conv, input(conv.input()), input(9 * c, o)));
    assertEquals(isChosen, isChosen(kernel, Set.of(1)));
  }

  @ParameterizedTest
  @CsvSource({"3, 2, 1", "3, 1, 2", "5, 1, 1", "1, 1, 1", "2, 1, 1"})
  void otherWindows(int size, int stride, int dilation) {
    var window =
        Window.of(size, size)
            .withStride(stride, stride)
            .withDilation(dilation, dilation)
            .withPadding(List.of(1, 1), List.of(1, 1));
    Node x = input(2, 56, 56, 64);
    var kernel = kernel(product(window, x, input(size * size * 64, 64)));
    assertFalse(isChosen(kernel, Set.of(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"F64", "F16"})
  void otherTypes(DType dtype) {
    Node x = input(TensorType.of(dtype, 2, 28, 28, 64));
    Node filter = input(TensorType.of(dtype, 576, 64));
    var window = Window.of(3, 3).withPadding(List.of(1, 1), List.of(1, 1));
    assertFalse(isChosen(kernel(product(window, x, filter)), Set.of(1)));
  }

  /// Units are whole blocks of tiles, whatever the sizes.
  @Test
  void blocksCoverAllStrips() {
    var sizes = new int[] {16, 33, 56, 129, 224};
    for (int height : sizes) {
      for (int width : sizes) {
        var conv = new Conv(3, height, width, 32, 288, 1, 1, 1, 1);
        var kernel = kernel(product(conv, input(conv.input()), input(288, 288)));
        var tile = TileShape.of(DType.F32, 64, 288);
        var plan = WinogradPlan.of(kernel, tile).orElseThrow();
        String what = height + " x " + width + ": " + plan;
        long across = Math.ceilDiv(width, 4);
        assertTrue(plan.stripTiles() * plan.stripsPerRow() >= across, what);
        assertTrue(plan.stripTiles() * (plan.stripsPerRow() - 1) < across, what);
        long blocks = plan.units() / plan.columnBlocks();
        assertTrue(blocks * plan.stripsPerBlock() >= plan.strips(), what);
        assertTrue((blocks - 1) * plan.stripsPerBlock() < plan.strips(), what);
        assertTrue((plan.columnBlocks() - 1) * plan.panelsPerBlock() < plan.panels(), what);
        nodes.clear();
      }
    }
  }
}
