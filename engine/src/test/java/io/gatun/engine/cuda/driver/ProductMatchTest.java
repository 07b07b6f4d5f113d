package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.engine.cuda.library.Epilogue;
import io.gatun.engine.cuda.library.Precision;
import io.gatun.engine.cuda.library.ProductMatch;
import io.gatun.engine.cuda.library.ProductPointers;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Step;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Contractions of compiled graphs, by the double of cuBLASLt and by the reference interpreter.
@Tag("stand-in")
class ProductMatchTest {
  @BeforeEach
  void build() {
    StandIn.cublasLt().clear();
  }

  @Test
  void plainProducts() {
    check(Epilogue.NONE, in -> in.get(0).matmul(in.get(1)), f32(5, 7), f32(7, 3));
    check(Epilogue.NONE, in -> in.get(0).matmul(in.get(1)), f32(4, 5, 7), f32(4, 7, 3));
    check(Epilogue.NONE, in -> in.get(0).matmul(in.get(1)), f32(1, 7), f32(7, 1));
  }

  @Test
  void transposedOperands() {
    check(Epilogue.NONE, in -> in.get(0).transpose().matmul(in.get(1)), f32(7, 5), f32(7, 3));
    check(Epilogue.NONE, in -> in.get(0).matmul(in.get(1).transpose()), f32(5, 7), f32(3, 7));
    // Heads of attention: the batch lies between the rows.
    check(
        Epilogue.NONE,
        in -> in.get(0).permute(1, 0, 2).matmul(in.get(1).permute(1, 2, 0)),
        f32(6, 2, 4),
        f32(5, 2, 4));
  }

  @Test
  void aPartOfAMatrix() {
    check(
        Epilogue.NONE,
        in -> in.get(0).slice(1, 4, 8).matmul(in.get(1).slice(0, 4, 8)),
        f32(3, 8),
        f32(8, 5));
    // Eight bytes from the start are too few for the library's loads.
    refused(in -> in.get(0).slice(1, 2, 6).matmul(in.get(1)), f32(3, 8), f32(4, 5));
  }

  @Test
  void epiloguesOfDenseLayers() {
    var x = f32(6, 4);
    var w = f32(4, 5);
    check(Epilogue.BIAS, in -> in.get(0).matmul(in.get(1)).add(in.get(2)), x, w, f32(5));
    check(Epilogue.RELU, in -> Nn.relu(in.get(0).matmul(in.get(1))), x, w);
    check(
        Epilogue.RELU_BIAS,
        in -> Nn.relu(in.get(0).matmul(in.get(1)).add(in.get(2))),
        x,
        w,
        f32(5));
    check(
        Epilogue.BIAS,
        in -> in.get(3).add(in.get(0).matmul(in.get(1)).add(in.get(2))),
        x,
        w,
        f32(5),
        f32(6, 5));
    check(
        Epilogue.NONE, in -> in.get(0).matmul(in.get(1)).mul(0.25).add(in.get(2)), x, w, f32(6, 5));
  }

  @Test
  void aStepAgainstTheGradientOfWeights() {
    check(
        Epilogue.NONE,
        in -> in.get(2).sub(in.get(0).transpose().matmul(in.get(1)).mul(0.1)),
        f32(6, 4),
        f32(6, 5),
        f32(4, 5));
  }

  @Test
  void halfPrecision() {
    for (var type : List.of(DType.F16, DType.BF16)) {
      check(
          Epilogue.NONE,
          in -> in.get(0).matmul(in.get(1)),
          TensorType.of(type, 5, 8),
          TensorType.of(type, 8, 4));
    }
  }

  @Test
  void whatIsNoPlainProductIsLeft() {
    refused(in -> in.get(0).matmul(in.get(1)).exp(), f32(5, 7), f32(7, 3));
    refused(in -> in.get(0).matmul(in.get(1)).add(in.get(2)), f32(5, 7), f32(7, 3), f32(5, 1));
    refused(in -> in.get(0).matmul(in.get(1)), TensorType.of(DType.F32, 5, 0), f32(0, 3));
  }

  private static TensorType f32(int... dims) {
    return TensorType.of(DType.F32, dims);
  }

  private static Optional<ContractKernel> kernel(
      Function<List<Value>, Value> body, TensorType... types) {
    var tracer = new Tracer();
    var inputs = new ArrayList<Value>();
    for (int i = 0; i < types.length; i++) inputs.add(tracer.input("x" + i, types[i]));
    tracer.output("y", body.apply(inputs));
    var kernels = new ArrayList<ContractKernel>();
    for (var step : Compiler.compile(tracer.graph(), Target.cuda("sm_80")).steps()) {
      if (step instanceof Step.Launch(var group)
          && group.kernel() instanceof ContractKernel contraction) {
        kernels.add(contraction);
      }
    }
    return kernels.stream().findFirst();
  }

  private static void refused(Function<List<Value>, Value> body, TensorType... types) {
    var match = kernel(body, types).flatMap(k -> ProductMatch.of(k, Precision.FULL));
    assertEquals(Optional.empty(), match);
  }

  private static void check(
      Epilogue epilogue, Function<List<Value>, Value> body, TensorType... types) {
    var kernel = kernel(body, types).orElseThrow();
    var found = ProductMatch.of(kernel, Precision.FULL);
    assertTrue(found.isPresent(), () -> "no product: " + kernel);
    var match = found.get();
    assertEquals(epilogue, match.product().epilogue());
    try (var arena = Arena.ofConfined();
        var library = CublasLtLibrary.open().orElseThrow()) {
      var random = new Random(11);
      var buffers = new ArrayList<NativeArray>();
      var contents = new ArrayList<NdArray>();
      for (var node : kernel.buffers()) {
        var array = NativeArray.random(arena, node.type().dtype(), node.type().size(), random);
        buffers.add(array);
        contents.add(NdArray.of(node.type(), i -> array.get(i)));
      }
      var after = KernelInterpreter.run(kernel, contents).get(match.d().buffer());
      library
          .launches(match.product())
          .getFirst()
          .launch(new Stream(1), pointers(match, buffers), 0);
      var result = buffers.get(match.d().buffer());
      for (int i = 0; i < after.size(); i++) {
        double tolerance = result.tolerance(4 + Math.abs(after.at(i)));
        assertEquals(after.at(i), result.get(i), tolerance, match + " at " + i);
      }
    }
  }

  private static ProductPointers pointers(ProductMatch match, List<NativeArray> buffers) {
    return new ProductPointers(
        address(match.a(), buffers),
        address(match.b(), buffers),
        match.c().map(c -> address(c, buffers)).orElse(0L),
        address(match.d(), buffers),
        match.bias().map(bias -> address(bias, buffers)).orElse(0L),
        0);
  }

  private static long address(ProductMatch.Place place, List<NativeArray> buffers) {
    var array = buffers.get(place.buffer());
    return array.address() + place.offset() * array.type().bytes();
  }
}
