package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.KernelBuilder;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.kernel.KernelText;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Generated contractions against the interpreter of kernels.
class ContractLoweringTest extends ContractNodes {
  private static final long SEED = 7;

  private Node matmul(int m, int k, int n, boolean ta, boolean tb) {
    return add(new MatMul(ta, tb), ta ? input(k, m) : input(m, k), tb ? input(n, k) : input(k, n));
  }

  /// Runs the group and compares every stored node; operands of the product are constants or not.
  private void check(Node... stored) {
    var kernel =
        assertInstanceOf(ContractKernel.class, KernelBuilder.build(nodes, List.of(stored)));
    var slots = IntStream.range(0, kernel.buffers().size()).boxed().toList();
    var contents = contents(kernel, slots);
    var expected = KernelInterpreter.run(kernel, contents);
    check(kernel, slots, contents, expected, Set.of(), 64);
    check(kernel, slots, contents, expected, Set.copyOf(slots), 64);
    // Narrower machines take turns.
    int narrow = ContractKernel.size(kernel.m()) % 2 == 0 ? 32 : 16;
    check(kernel, slots, contents, expected, Set.of(), narrow);
  }

  /// Seeded numbers for all buffers.
  static List<NdArray> contents(ContractKernel kernel, List<Integer> slots) {
    var random = new Random(SEED);
    var contents = new ArrayList<NdArray>();
    for (Node buffer : kernel.buffers()) {
      var type = buffer.type();
      contents.add(
          type.dtype().isFloat()
              ? NdArray.of(type, _ -> random.nextInt(-8, 9) / 8.0)
              : NdArray.ofLongs(type, _ -> random.nextInt()));
    }
    // Buffers that share a slot hold the same array.
    for (int b = 0; b < slots.size(); b++)
      contents.set(b, contents.get(slots.indexOf(slots.get(b))));
    return contents;
  }

  /// @param expected what the interpreter makes of the contents
  static void check(
      ContractKernel kernel,
      List<Integer> slots,
      List<NdArray> contents,
      List<NdArray> expected,
      Set<Integer> constants,
      int vectorBytes) {
    String what = KernelText.print(kernel) + "vector bytes " + vectorBytes + ", seed " + SEED;
    try (var runner = new ContractRunner(kernel, slots, constants, vectorBytes)) {
      var first = runner.run(contents, new Random(SEED));
      var second = runner.run(contents, new Random(SEED + 1));
      for (int b : kernel.written()) {
        // Winograd's algorithm rounds larger numbers on the way.
        double slack = WinogradTest.isChosen(runner.lowered()) ? 1.25 : 1;
        long k = ContractKernel.size(kernel.k());
        assertClose(expected.get(b), first.get(b), k, slack, what);
        assertArrayEquals(
            first.get(b).toDoubles(), second.get(b).toDoubles(), "depends on cuts: " + what);
      }
    }
  }

  private static void assertClose(
      NdArray expected, NdArray actual, long k, double slack, String what) {
    var dtype = expected.type().dtype();
    if (!dtype.isFloat()) {
      assertArrayEquals(expected.toLongs(), actual.toLongs(), what);
      return;
    }
    double unit =
        switch (dtype) {
          case F64 -> 1e-15;
          case F32 -> 1e-6;
          case F16 -> 1e-3;
          case BF16 -> 8e-3;
          default -> throw new AssertionError(dtype);
        };
    for (int i = 0; i < expected.size(); i++) {
      double want = expected.at(i);
      double limit = slack * unit * (Math.sqrt(k) + 4 * Math.abs(want) + 1);
      assertEquals(want, actual.at(i), limit, "element " + i + " of " + what);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "1,7,33",
    "2,3,1",
    "3,64,31",
    "5,13,10",
    "13,2,14",
    "14,15,32",
    "15,31,33",
    "28,9,64",
    "32,49,127",
    "33,127,15",
    "49,32,300",
    "127,33,49",
    "300,14,2",
    "1,300,100",
    "4,127,96",
    "31,300,65",
    "260,40,130",
    "20,3072,200",
    "49,2048,160",
    "64,257,300",
    "128,770,131",
    "224,1027,160",
    "100,1024,129",
    "200,1024,131",
    "530,20,500",
    "1100,256,130",
    "4300,64,33"
  })
  void products(int m, int k, int n) {
    check(matmul(m, k, n, false, false));
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "13,14,15",
    "20,3000,45",
    "31,32,33",
    "49,127,10",
    "300,2,65",
    "2,49,300",
    "33,64,128",
    "70,40,270"
  })
  void transposedOperands(int m, int k, int n) {
    for (int flags = 1; flags < 4; flags++) {
      nodes.clear();
      check(matmul(m, k, n, (flags & 1) != 0, (flags & 2) != 0));
    }
  }

  @ParameterizedTest
  @CsvSource({"3,7,5,9", "2,33,31,14", "4,1,64,40", "5,16,16,1"})
  void batches(int batch, int m, int k, int n) {
    check(add(new MatMul(false, true), input(batch, 2, m, k), input(batch, 2, n, k)));
    nodes.clear();
    Node shared = add(new Broadcast(new Shape(List.of(batch, k, n))), input(k, n));
    check(add(new MatMul(false, false), input(batch, m, k), shared));
  }

  /// Rows that consist of `count` pieces of `width` elements are packed, by vectors where the
  /// pieces are whole groups of steps.
  @ParameterizedTest
  @CsvSource({"20,37,7", "20,24,12", "13,8,32", "130,37,7", "131,9,36", "15,300,1"})
  void rowsOfPieces(int m, int count, int width) {
    Node pieces = add(new Transpose(List.of(1, 0, 2)), input(count, m, width));
    Node rows = add(new Reshape(Shape.of(m, count * width)), pieces);
    check(add(new MatMul(false, false), rows, input(count * width, 130)));
  }

  @Test
  void headsOfAttention() {
    Node q = add(new Transpose(List.of(0, 2, 1, 3)), input(2, 21, 3, 16));
    Node k = add(new Transpose(List.of(0, 2, 3, 1)), input(2, 21, 3, 16));
    check(add(new MatMul(false, false), q, k));
  }

  /// The batch is one run of one operand, and two of the other.
  @ParameterizedTest
  @CsvSource({"true, false", "false, false", "false, true"})
  void gradientsOfHeads(boolean ta, boolean tb) {
    Node heads = add(new Transpose(List.of(0, 2, 1, 3)), input(3, 8, 2, 8));
    check(add(new MatMul(ta, tb), input(3, 2, 8, 8), heads));
    nodes.removeLast();
    check(add(new MatMul(ta, tb), heads, input(3, 2, 8, 8)));
  }

  /// Rows of A a power of two apart, which are copied by blocks of `k`.
  @ParameterizedTest
  @ValueSource(ints = {40, 70, 11})
  void gradientOfAWideWeight(int columns) {
    check(matmul(64, 530, columns, true, false));
  }

  @Test
  void gradientOfAWideWeightOverTimeAndBatch() {
    Node sequences = add(new Transpose(List.of(1, 0, 2)), input(61, 9, 64));
    Node a = add(new Reshape(new Shape(List.of(9 * 61, 64))), sequences);
    check(add(new MatMul(true, false), a, input(9 * 61, 35)));
  }

  @Test
  void epilogue() {
    Node product = matmul(33, 21, 45, false, false);
    Node bias = add(new Broadcast(new Shape(List.of(33, 45))), input(45));
    Node sum = add(new Binary(Binary.Kind.ADD), product, bias);
    Node active = add(new Unary(Unary.Kind.TANH), sum);
    Node residual = add(new Binary(Binary.Kind.ADD), active, input(33, 45));
    check(sum, residual);
  }

  @ParameterizedTest
  @CsvSource({"33,21,48", "700,5,400"})
  void transposedResult(int m, int k, int n) {
    Node product = matmul(m, k, n, false, false);
    check(add(new Transpose(List.of(1, 0)), product));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 16, 32})
  void resultSplitIntoHeads(int head) {
    Node product = matmul(14, 9, 3 * head, false, false);
    Node split = add(new Reshape(new Shape(List.of(2, 7, 3, head))), product);
    check(add(new Transpose(List.of(0, 2, 1, 3)), split));
  }

  @Test
  void updateInPlace() {
    Node gradient = matmul(40, 12, 37, true, false);
    Node p = input(40, 37);
    Node m = input(40, 37);
    Node half = add(new Binary(Binary.Kind.ADD), m, gradient);
    Node next = add(new Binary(Binary.Kind.SUB), p, half);
    var kernel = (ContractKernel) KernelBuilder.build(nodes, List.of(half, next));
    var slots = new ArrayList<Integer>();
    for (Node buffer : kernel.buffers()) {
      var place = buffer == half ? m : buffer == next ? p : buffer;
      slots.add(kernel.buffers().indexOf(place));
    }
    var contents = contents(kernel, slots);
    var expected = KernelInterpreter.run(kernel, contents);
    check(kernel, slots, contents, expected, Set.of(), 64);
    check(kernel, slots, contents, expected, Set.of(), 32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"F64", "F16", "BF16", "I64", "I32", "I16", "I8", "U8"})
  void dtypes(DType dtype) {
    check(add(new MatMul(false, false), input(dtype, 15, 20), input(dtype, 20, 35)));
    nodes.clear();
    check(add(new MatMul(true, true), input(dtype, 20, 15), input(dtype, 35, 20)));
  }

  @Test
  void convertedOperand() {
    Node wide = add(new Cast(DType.F32), input(DType.I8, 20, 35));
    check(add(new MatMul(false, false), input(15, 20), wide));
  }

  private static Window window(int size, int stride, int dilation, int low, int high) {
    return Window.of(size, size)
        .withStride(stride, stride)
        .withDilation(dilation, dilation)
        .withPadding(List.of(low, low), List.of(high, high));
  }

  private Node windows(Node x, Window window) {
    Node w = add(new Windows(window, 0), x);
    var dims = w.type().shape().dims();
    int rows = dims.get(0) * dims.get(1) * dims.get(2);
    return add(new Reshape(new Shape(List.of(rows, (int) (w.type().size() / rows)))), w);
  }

  @ParameterizedTest
  @CsvSource({
    "2,9,5,7,3,1,1,0,0",
    "2,9,5,7,3,1,1,1,1",
    "1,11,3,33,5,2,1,2,2",
    "2,10,17,10,1,2,1,0,0",
    "1,12,4,8,3,1,2,2,2",
    "3,16,1,32,3,1,1,0,0",
    "2,20,1,8,3,1,1,1,1",
    "1,30,8,40,3,2,1,0,1",
    "1,9,16,16,3,3,1,1,0",
    "2,7,3,5,7,1,1,3,3",
    "2,17,32,20,3,1,1,1,1",
    "5,23,1,32,3,1,1,0,0",
    "3,31,4,40,3,1,1,1,1",
    "9,34,2,33,3,2,1,1,0",
    "3,14,40,35,3,1,1,1,1",
    "2,7,24,40,3,1,1,1,1",
    "1,5,64,33,3,1,1,1,1",
    "3,13,8,32,3,2,1,1,1",
    "2,28,260,140,1,2,1,0,0"
  })
  void convolutions(
      int batch, int size, int c, int o, int k, int stride, int dilation, int low, int high) {
    var window = window(k, stride, dilation, low, high);
    Node x = input(batch, size, size, c);
    Node a = windows(x, window);
    int taps = a.type().shape().dim(1);
    int rows = a.type().shape().dim(0);
    check(add(new MatMul(false, false), a, input(taps, o)));
    // The gradient of the filter.
    nodes.removeLast();
    check(add(new MatMul(true, false), a, input(rows, o)));
  }

  /// Channels that are planes of their own are put side by side where the border is added.
  @ParameterizedTest
  @CsvSource({
    "2,9,3,7,3,1,1,1",
    "1,23,3,33,7,2,3,3",
    "3,8,16,5,3,1,1,0",
    "2,7,17,5,3,1,1,1",
    "2,9,2,5,3,2,0,0"
  })
  void convolutionsOfPlanes(
      int batch, int size, int c, int o, int k, int stride, int low, int high) {
    Node x = add(new Transpose(List.of(0, 2, 3, 1)), input(batch, c, size, size));
    Node a = windows(x, window(k, stride, 1, low, high));
    check(add(new MatMul(false, false), a, input(a.type().shape().dim(1), o)));
  }

  /// The windows of a row end at the pitch of the copied image, so that all rows lie evenly.
  @ParameterizedTest
  @CsvSource({"1,3,8", "2,2,16", "1,5,4"})
  void rowsOfWindowsAsWideAsTheCopy(int batch, int stride, int c) {
    var ones = List.of(1, 1);
    var window = new Window(ones, List.of(1, stride), ones, ones, ones);
    Node a = windows(input(batch, 4, 4, c), window);
    check(add(new MatMul(false, false), a, input(c, 3)));
  }

  @ParameterizedTest
  @CsvSource({"2,9,5,7,3,0", "2,9,5,7,3,1", "1,20,16,24,3,1"})
  void gradientsOfConvolutionInputs(int batch, int size, int c, int o, int k, int pad) {
    int out = size + 2 * pad - k + 1;
    Node dy = input(batch, out, out, o);
    Node a = windows(dy, window(k, 1, 1, k - 1 - pad, k - 1 - pad));
    Node taps = add(new Reshape(new Shape(List.of(k * k, c, o))), input(k, k, c, o));
    Node flipped = add(new Reverse(List.of(0)), taps);
    Node turned = add(new Transpose(List.of(0, 2, 1)), flipped);
    Node b = add(new Reshape(new Shape(List.of(k * k * o, c))), turned);
    check(add(new MatMul(false, false), a, b));
  }

  @Test
  void spreadGradient() {
    Node dy = input(2, 5, 5, 6);
    Node spread =
        add(new Pad(List.of(0, 0, 0, 0), List.of(0, 0, 0, 0), List.of(0, 1, 1, 0), 0), dy);
    Node a = windows(spread, window(3, 1, 1, 2, 2));
    check(add(new MatMul(false, false), a, input(54, 4)));
  }
}
