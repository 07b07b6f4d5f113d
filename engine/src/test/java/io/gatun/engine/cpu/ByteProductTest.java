package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Reshape;
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
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Products of bytes against the interpreter of kernels, bit for bit.
class ByteProductTest {
  private static final long SEED = 11;

  private final GraphBuilder graph = new GraphBuilder();
  private final List<Node> nodes = new ArrayList<>();
  private int inputs;

  private Node input(DType dtype, int... dims) {
    return graph.add(new Input("x" + inputs++, TensorType.of(dtype, dims)));
  }

  private Node add(Op op, Node... operands) {
    var node = graph.add(op, operands);
    if (!nodes.contains(node)) nodes.add(node);
    return node;
  }

  private Node widened(Node bytes) {
    return add(new Cast(DType.I32), bytes);
  }

  /// Bytes less one zero point for all, or one for each of the last axis.
  private Node centred(Node bytes, int... zeros) {
    Node zero = widened(input(bytes.type().dtype(), zeros));
    Node spread = add(new Broadcast(bytes.type().shape()), zero);
    return add(new Binary(Binary.Kind.SUB), widened(bytes), spread);
  }

  private static List<ByteDot> forms(int vectorBytes) {
    var dot = ByteDot.of(HostCpu.current(), vectorBytes);
    return switch (dot) {
      case NONE -> List.of();
      case VECTOR -> List.of(dot);
      case TILE -> List.of(ByteDot.VECTOR, dot);
    };
  }

  private void check(Node... stored) {
    var random = new Random(SEED);
    check(() -> random.nextInt(), stored);
  }

  /// Runs the group in all forms of the machine, operands constants or not.
  private void check(LongSupplier values, Node... stored) {
    var kernel =
        assertInstanceOf(ContractKernel.class, KernelBuilder.build(nodes, List.of(stored)));
    var slots = IntStream.range(0, kernel.buffers().size()).boxed().toList();
    var contents = new ArrayList<NdArray>();
    for (Node buffer : kernel.buffers()) {
      var type = buffer.type();
      contents.add(
          type.dtype().isFloat()
              ? NdArray.of(type, _ -> values.getAsLong() % 9 / 8.0)
              : NdArray.ofLongs(type, _ -> values.getAsLong()));
    }
    var expected = KernelInterpreter.run(kernel, contents);
    for (ByteDot dot : forms(64)) {
      var constants = dot == ByteDot.VECTOR ? Set.copyOf(slots) : Set.<Integer>of();
      check(kernel, contents, expected, constants, 64, dot);
    }
    // Narrower machines, and those without the instruction, take turns.
    boolean isEven = ContractKernel.size(kernel.m()) % 2 == 0;
    var narrow = isEven ? List.of(ByteDot.NONE) : forms(32);
    for (ByteDot dot : narrow) check(kernel, contents, expected, Set.of(), 32, dot);
  }

  private static void check(
      ContractKernel kernel,
      List<NdArray> contents,
      List<NdArray> expected,
      Set<Integer> constants,
      int vectorBytes,
      ByteDot dot) {
    var slots = IntStream.range(0, contents.size()).boxed().toList();
    String what = "%svector bytes %d, %s".formatted(KernelText.print(kernel), vectorBytes, dot);
    try (var runner = new ContractRunner(kernel, slots, constants, vectorBytes, dot)) {
      assertEquals(dot != ByteDot.NONE, runner.text().contains("gatun.bytes"), what);
      boolean tiled = dot == ByteDot.TILE && ContractKernel.size(kernel.m()) >= 4;
      assertEquals(tiled, runner.text().contains("tdpbusd"), what);
      var actual = runner.run(contents, new Random(SEED));
      for (int b : kernel.written()) {
        if (expected.get(b).type().dtype().isFloat()) {
          assertArrayEquals(expected.get(b).toDoubles(), actual.get(b).toDoubles(), 1e-5, what);
        } else {
          assertArrayEquals(expected.get(b).toLongs(), actual.get(b).toLongs(), what);
        }
      }
    }
  }

  private static void assumeForms() {
    assumeTrue(!forms(64).isEmpty() || !forms(32).isEmpty(), "no instruction for bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,U8,I8",
    "2,3,5,U8,U8",
    "14,4,32,I8,I8",
    "15,63,33,I8,U8",
    "3,64,16,U8,I8",
    "31,65,31,U8,U8",
    "33,130,100,I8,I8",
    "47,7,64,I8,U8",
    "200,33,70,U8,I8"
  })
  void sizesAndTypes(int m, int k, int n, DType a, DType b) {
    check(add(new MatMul(false, false), widened(input(a, m, k)), widened(input(b, k, n))));
  }

  @ParameterizedTest
  @CsvSource({"U8,I8", "U8,U8", "I8,I8", "I8,U8"})
  void zeroPoints(DType a, DType b) {
    check(add(new MatMul(false, false), centred(input(a, 18, 37)), widened(input(b, 37, 40))));
    nodes.clear();
    check(add(new MatMul(false, false), centred(input(a, 18, 37)), centred(input(b, 37, 40), 40)));
    nodes.clear();
    check(add(new MatMul(false, false), centred(input(a, 18, 7), 18, 1), centred(input(b, 7, 5))));
  }

  /// The sums of a long row of the same extremes overflow nothing on their way.
  @ParameterizedTest
  @CsvSource({
    "U8,I8,255,-128",
    "U8,U8,255,255",
    "I8,I8,-128,-128",
    "I8,U8,-128,255",
    "I8,I8,127,-128"
  })
  void extremes(DType a, DType b, long x, long y) {
    var count = new int[1];
    LongSupplier both = () -> count[0]++ < 2 * 4096 + 2 ? x : y;
    check(
        both,
        add(new MatMul(false, false), centred(input(a, 2, 4096)), centred(input(b, 4096, 3))));
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,true", "true,true"})
  void transposedOperands(boolean ta, boolean tb) {
    Node a = input(DType.U8, ta ? new int[] {70, 19} : new int[] {19, 70});
    Node b = input(DType.I8, tb ? new int[] {45, 70} : new int[] {70, 45});
    check(add(new MatMul(ta, tb), centred(a), widened(b)));
  }

  @Test
  void batches() {
    Node a = centred(input(DType.U8, 3, 2, 17, 20));
    Node b = centred(input(DType.U8, 3, 2, 20, 35));
    check(add(new MatMul(false, false), a, b));
    nodes.clear();
    Node shared = add(new Broadcast(Shape.of(3, 20, 35)), widened(input(DType.I8, 20, 35)));
    check(add(new MatMul(false, false), centred(input(DType.U8, 3, 17, 20)), shared));
  }

  @ParameterizedTest
  @CsvSource({"2,9,5,7,3,1,1", "1,12,64,33,3,2,1", "1,7,3,5,7,1,3", "2,6,16,8,1,1,0"})
  void convolutions(int batch, int size, int c, int o, int taps, int stride, int pad) {
    var window =
        Window.of(taps, taps)
            .withStride(stride, stride)
            .withPadding(List.of(pad, pad), List.of(pad, pad));
    Node windows = add(new Windows(window, 0), centred(input(DType.U8, batch, size, size, c)));
    int k = taps * taps * c;
    int rows = (int) (windows.type().size() / k);
    Node a = add(new Reshape(Shape.of(rows, k)), windows);
    check(add(new MatMul(false, false), a, centred(input(DType.I8, k, o), o)));
  }

  @Test
  void epilogue() {
    Node product =
        add(
            new MatMul(false, false),
            centred(input(DType.U8, 33, 21)),
            widened(input(DType.I8, 21, 45)));
    Node scaled =
        add(
            new Binary(Binary.Kind.MUL),
            add(new Cast(DType.F32), product),
            add(new Broadcast(Shape.of(33, 45)), input(DType.F32, 45)));
    check(add(new Unary(Unary.Kind.ABS), scaled));
  }

  @Test
  void differencesThatAreNoBytesStayWide() {
    assumeForms();
    Node wide = add(new Binary(Binary.Kind.SUB), input(DType.I32, 5, 6), input(DType.I32, 5, 6));
    Node varying =
        add(
            new Binary(Binary.Kind.SUB),
            widened(input(DType.U8, 6, 7)),
            widened(input(DType.U8, 6, 7)));
    Node product = add(new MatMul(false, false), wide, varying);
    var kernel = (ContractKernel) KernelBuilder.build(nodes, List.of(product));
    assertTrue(ByteOperand.of(kernel.a(), DType.U8, kernel.k()).isEmpty());
    assertTrue(ByteOperand.of(kernel.b(), DType.I8, kernel.k()).isEmpty());
  }
}
