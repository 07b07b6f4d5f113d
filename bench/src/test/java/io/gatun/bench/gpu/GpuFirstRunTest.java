package io.gatun.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.cuda.RuntimeCompiler;
import io.gatun.kernels.ElementType;
import io.gatun.kernels.KernelCatalogue;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// `bench/gpu-first-run --dry`, with little of each of its parts.
class GpuFirstRunTest {
  @Test
  void printsItsTables() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    var bytes = new ByteArrayOutputStream();
    var run = new GpuFirstRun(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);
    var ceilings = run.kernels(2);
    assertTrue(ceilings.bandwidth() > 0 && ceilings.float32() > 0 && ceilings.tensor() > 0);
    run.workloads(List.of("add-16"), List.of("add-16"), ceilings);
    var text = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(List.of(), run.wrong(), text);
    assertTrue(text.contains("| softmax_f32_256 | none |"), text);
    assertTrue(text.contains("add-16: 0 % of the allowed difference"), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("\\| add-16 \\| [0-9.]+ \\|.*")), text);
  }

  @Test
  void everyKernelHasItsSizes() {
    for (var kernel : KernelCatalogue.standard().kernels()) {
      for (long elements : new long[] {1 << 14, 1 << 26}) {
        var sizes = CatalogueSizes.of(kernel, elements);
        assertTrue(kernel.bytes(sizes) > 0, kernel.name());
        assertTrue(kernel.flops().applyAsLong(sizes) >= 0, kernel.name());
        assertTrue(kernel.geometry().apply(sizes).blocks() > 0, kernel.name());
      }
    }
  }

  @Test
  void readsTheTableOfJmh() {
    var lines =
        List.of(
            "\"Benchmark\",\"Mode\",\"Score\",\"Unit\",\"Param: device\",\"Param: workload\"",
            "\"io.gatun.bench.gpu.GpuBenchmark.run\",\"avgt\",12.5,\"us/op\",cuda,add-16");
    assertEquals(Map.of("add-16", 12.5), BenchmarkRun.parse(lines));
  }

  @Test
  void differencesAreThoseOfTheGreatestNumber() {
    byte[] four = {0, 0, (byte) 0x80, 0x40}; // 4
    byte[] three = {0, 0, 0x40, 0x40}; // 3
    assertEquals(0.25, Difference.between(three, four, ElementType.F32));
    assertEquals(1, Difference.between(three, four, ElementType.I32));
    assertEquals(0, Difference.between(four, four.clone(), ElementType.I32));
  }
}
