package io.gatun.engine.cuda.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Step;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A contraction in two parts gives what it gives in one, and its sums are a product that libraries
/// know.
class SplitContractionTest {
  /// `tanh(x w) c`: an epilogue that no library has.
  private static ContractKernel kernel(DType dtype) {
    var t = new Tracer();
    var x = t.input("x", TensorType.of(dtype, 6, 8));
    var w = t.input("w", TensorType.of(dtype, 8, 10));
    var c = t.input("c", TensorType.f32(6, 10));
    t.output("y", x.matmul(w).cast(DType.F32).tanh().mul(c));
    for (var step : Compiler.compile(t.graph(), Target.cuda("sm_80")).steps()) {
      if (step instanceof Step.Launch(var group)
          && group.kernel() instanceof ContractKernel contraction) {
        return contraction;
      }
    }
    throw new AssertionError("no contraction in " + t.graph());
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void partsGiveWhatTheWholeGives(DType dtype) {
    var kernel = kernel(dtype);
    assertEquals(Optional.empty(), ProductMatch.of(kernel, Precision.FULL));
    var split = SplitContraction.of(kernel).orElseThrow();
    assertEquals(60L * dtype.bytes(), split.bytes());
    var match = ProductMatch.of(split.sums(), Precision.FULL).orElseThrow();
    assertEquals(Epilogue.NONE, match.product().epilogue());
    assertEquals(dtype, match.product().d().type());

    var random = new Random(3);
    var contents = new ArrayList<NdArray>();
    for (var node : kernel.buffers()) {
      contents.add(NdArray.of(node.type(), _ -> random.nextGaussian()).rounded());
    }
    var whole = KernelInterpreter.run(kernel, contents);
    contents.add(NdArray.of(split.sums().buffers().getLast().type(), _ -> Double.NaN));
    var sums = KernelInterpreter.run(split.sums(), contents).getLast();
    contents.set(contents.size() - 1, sums.rounded());
    var parts = KernelInterpreter.run(split.epilogue(), contents);
    int result = kernel.stores().getFirst().buffer();
    // The sums are rounded to their type between the parts.
    double roundoff = dtype == DType.F32 ? 1e-6 : dtype == DType.F16 ? 1e-2 : 5e-2;
    for (int i = 0; i < 60; i++) {
      double want = whole.get(result).at(i);
      assertEquals(want, parts.get(result).at(i), roundoff * (1 + Math.abs(want)), "at " + i);
    }
  }

  @Test
  void sumsOfOtherTypesAreLeft() {
    var kernel = kernel(DType.F64);
    assertTrue(SplitContraction.of(kernel).isEmpty(), () -> "of " + List.of(kernel));
  }
}
