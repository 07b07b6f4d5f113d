package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bindings.cudnn.cudnnConvolutionBwdDataAlgoPerfStruct;
import io.gatun.bindings.cudnn.cudnnConvolutionBwdFilterAlgoPerfStruct;
import io.gatun.bindings.cudnn.cudnnConvolutionFwdAlgoPerfStruct;
import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.cuda.CudaException;
import io.gatun.engine.cuda.library.Convolution;
import io.gatun.engine.cuda.library.Convolution.Part;
import io.gatun.engine.cuda.library.Convolution.Size;
import io.gatun.engine.cuda.library.ConvolutionPointers;
import io.gatun.engine.cuda.library.Precision;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The calls are checked by a double of cuDNN that does what its documentation says; what comes out
/// is compared with the graph's own operations.
@Tag("stand-in")
class CudnnLibraryTest {
  private static final Stream STREAM = new Stream(0x5151);

  private StandIn standIn;
  private CublasLtLibrary blas;
  private CudnnLibrary library;

  @BeforeEach
  void open() {
    StandIn.cublasLt().clear();
    standIn = StandIn.cudnn();
    standIn.clear();
    blas = CublasLtLibrary.open().orElseThrow();
    library = CudnnLibrary.open(blas).orElseThrow();
  }

  @AfterEach
  void close() {
    if (library != null) library.close();
    if (blas != null) blas.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyPartIsTheGraphsOperation(Part part) {
    for (long seed = 0; seed < 30; seed++) {
      var random = new Random(seed);
      var type = List.of(DType.F32, DType.F16, DType.BF16).get(random.nextInt(3));
      check(random(part, type, random), random, "seed " + seed);
    }
  }

  private static Convolution random(Part part, DType type, Random random) {
    int groups = 1 + random.nextInt(3);
    return new Convolution(
        part,
        type,
        Precision.FULL,
        1 + random.nextInt(2),
        new Size(4 + random.nextInt(4), 4 + random.nextInt(4)),
        groups * (1 + random.nextInt(3)),
        new Size(1 + random.nextInt(3), 1 + random.nextInt(2)),
        groups * (1 + random.nextInt(3)),
        new Size(1 + random.nextInt(2), 1 + random.nextInt(3)),
        new Size(random.nextInt(2), random.nextInt(3)),
        new Size(1, 1 + random.nextInt(2)),
        groups);
  }

  private void check(Convolution c, Random random, String seed) {
    var launches = library.launches(c);
    assertFalse(launches.isEmpty(), seed + ": " + c);
    for (var launch : launches) {
      try (var arena = Arena.ofConfined()) {
        var x = operand(arena, xShape(c), c, random);
        var w = operand(arena, wShape(c), c, random);
        var y = operand(arena, yShape(c), c, random);
        long workspace = NativeArray.of(arena, DType.F32, launch.workspaceBytes()).address();
        var expected = expected(c, x, w, y);
        launch.launch(
            STREAM, new ConvolutionPointers(x.address(), w.address(), y.address()), workspace);
        compare(expected, written(c, x, w, y), seed + " " + launch.name() + ": " + c);
      }
    }
  }

  private static NativeArray written(Convolution c, NativeArray x, NativeArray w, NativeArray y) {
    return switch (c.part()) {
      case RESULT -> y;
      case IMAGE_GRADIENT -> x;
      case FILTER_GRADIENT -> w;
    };
  }

  private static double[] expected(Convolution c, NativeArray x, NativeArray w, NativeArray y) {
    var window =
        new Window(
            List.of(c.filter().height(), c.filter().width()),
            List.of(c.stride().height(), c.stride().width()),
            List.of(c.dilation().height(), c.dilation().width()),
            List.of(c.padding().height(), c.padding().width()),
            List.of(c.padding().height(), c.padding().width()));
    Op op =
        switch (c.part()) {
          case RESULT -> new Conv(window, c.groups());
          case IMAGE_GRADIENT -> new ConvGradInput(window, c.groups(), xShape(c));
          case FILTER_GRADIENT -> new ConvGradFilter(window, c.groups(), wShape(c));
        };
    var operands =
        switch (c.part()) {
          case RESULT -> List.of(values(xShape(c), x), values(wShape(c), w));
          case IMAGE_GRADIENT -> List.of(values(yShape(c), y), values(wShape(c), w));
          case FILTER_GRADIENT -> List.of(values(xShape(c), x), values(yShape(c), y));
        };
    return op.evaluate(operands).toDoubles();
  }

  private static void compare(double[] expected, NativeArray actual, String message) {
    for (int i = 0; i < expected.length; i++) {
      double tolerance = actual.tolerance(4 + Math.abs(expected[i]));
      assertEquals(expected[i], actual.get(i), tolerance, message + " at " + i);
    }
  }

  private static NativeArray operand(Arena arena, Shape shape, Convolution c, Random random) {
    return NativeArray.random(arena, c.type(), shape.size(), random);
  }

  /// In double, so that only the stored numbers are rounded.
  private static NdArray values(Shape shape, NativeArray array) {
    var numbers = new double[(int) shape.size()];
    for (int i = 0; i < numbers.length; i++) numbers[i] = array.get(i);
    return NdArray.of(new TensorType(DType.F64, shape), numbers);
  }

  private static Shape xShape(Convolution c) {
    return Shape.of(c.images(), c.image().height(), c.image().width(), c.channels());
  }

  private static Shape wShape(Convolution c) {
    return Shape.of(
        c.filter().height(), c.filter().width(), c.channels() / c.groups(), c.filters());
  }

  private static Shape yShape(Convolution c) {
    return Shape.of(c.images(), c.result().height(), c.result().width(), c.filters());
  }

  private static Convolution plain(Part part, Precision precision, DType type, int filters) {
    var one = new Size(1, 1);
    return new Convolution(
        part, type, precision, 2, new Size(5, 5), 3, new Size(3, 3), filters, one, one, one, 1);
  }

  @Test
  void fullPrecisionIsNeverTheDefaultMathOfTheLibrary() {
    check(plain(Part.RESULT, Precision.FULL, DType.F32, 4), new Random(1), "seed 1");
    assertEquals(
        List.of("algorithm=1 math=3", "algorithm=2 math=3"),
        standIn.calls("cudnnConvolutionForward"));
    standIn.clear();
    check(plain(Part.RESULT, Precision.TF32, DType.F32, 4), new Random(1), "seed 1");
    assertEquals(List.of("math=0"), standIn.calls("cudnnGetConvolutionForwardAlgorithm_v7"));
    assertEquals(
        List.of("algorithm=1 math=0", "algorithm=2 math=1"),
        standIn.calls("cudnnConvolutionForward"));
  }

  @Test
  void guessesAreRememberedAndTheWorkspaceHoldsTheFilter() {
    var convolution = plain(Part.FILTER_GRADIENT, Precision.FULL, DType.F32, 4);
    var launches = library.launches(convolution);
    // 3 * 3 * 3 * 4 floats are 432 bytes, 512 with the padding; the second guess wants 512 more.
    assertEquals(List.of(512L, 1024L), launches.stream().map(l -> l.workspaceBytes()).toList());
    assertEquals(launches, library.launches(convolution));
    assertEquals(1, standIn.calls("cudnnGetConvolutionBackwardFilterAlgorithm_v7").size());
  }

  @Test
  void whatTheLibraryCannotDoIsNoError() {
    // The double has no algorithm for 13 filters.
    var convolution = plain(Part.IMAGE_GRADIENT, Precision.FULL, DType.F32, 13);
    assertEquals(List.of(), library.launches(convolution));
    assertEquals(List.of(), library.launches(plain(Part.RESULT, Precision.FULL, DType.I32, 4)));
  }

  @Test
  void failuresNameTheConvolutionAndTheCure() {
    try (var arena = Arena.ofConfined()) {
      long memory = NativeArray.of(arena, DType.F32, 1000).address();
      var launch = library.launches(plain(Part.RESULT, Precision.FULL, DType.F32, 4)).getFirst();
      var pointers = new ConvolutionPointers(memory, memory, memory);
      standIn.fail("cudnnConvolutionForward", 1, 5000);
      var e =
          assertThrows(CudaException.class, () -> launch.launch(STREAM, pointers, memory + 2048));
      assertEquals(5000, e.code());
      assertTrue(e.getMessage().contains("Convolution[part=RESULT"), e.getMessage());
      assertTrue(e.getMessage().contains("GATUN_LIBRARIES=off"), e.getMessage());
      assertThrows(CudaException.class, () -> launch.launch(STREAM, pointers, memory + 4));
    }
  }

  @Test
  void theThreeKindsOfResultsLieAlike() {
    var forward = cudnnConvolutionFwdAlgoPerfStruct.layout();
    for (var other :
        List.of(
            cudnnConvolutionBwdDataAlgoPerfStruct.layout(),
            cudnnConvolutionBwdFilterAlgoPerfStruct.layout())) {
      assertEquals(forward.byteSize(), other.byteSize());
      assertEquals(forward.memberLayouts(), other.memberLayouts());
    }
  }

  @Test
  void whatWasMadeIsDestroyed() {
    library.launches(plain(Part.RESULT, Precision.FULL, DType.F32, 4));
    library.close();
    library = null;
    for (var thing : List.of("Tensor", "Filter", "Convolution")) {
      assertEquals(
          standIn.calls("cudnnCreate" + thing + "Descriptor").size(),
          standIn.calls("cudnnDestroy" + thing + "Descriptor").size(),
          thing);
    }
  }
}
