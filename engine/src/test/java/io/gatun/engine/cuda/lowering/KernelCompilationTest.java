package io.gatun.engine.cuda.lowering;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Architecture;
import io.gatun.engine.cuda.compile.CachingCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import io.gatun.engine.cuda.compile.NvccCompiler;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.target.Target;
import io.gatun.graph.testing.OpSamples;
import io.gatun.graph.testing.RandomGraphs;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Every kernel of the samples and of random graphs is CUDA C++ that compiles.
class KernelCompilationTest {
  private static final KernelLowering LOWERING =
      new KernelLowering(new DeviceShape(108, 2048, 164 << 10));

  @Test
  void samplesAndRandomGraphsCompile() {
    var nvcc = NvccCompiler.find();
    Assumptions.assumeTrue(nvcc.isPresent(), "nvcc is not installed");
    var units = new LinkedHashMap<String, KernelUnit>();
    Stream.concat(
            OpSamples.all().stream().map(s -> s.graph()),
            LongStream.range(0, 60).mapToObj(RandomGraphs::of))
        .forEach(graph -> collect(graph, units));
    assertFalse(units.isEmpty());
    byte[] ptx =
        CachingCompiler.of(nvcc.get())
            .compile(
                KernelSource.of("samples.cu", SourceText.module(units.values())),
                Architecture.of("sm_80"));
    var text = new String(ptx, StandardCharsets.UTF_8);
    units
        .values()
        .forEach(u -> u.entries().forEach(e -> assertTrue(text.contains(u.symbol(e) + "("), e)));
  }

  private static void collect(Graph graph, Map<String, KernelUnit> units) {
    collect(Compiler.compile(graph, Target.cuda("sm_80")), units);
  }

  private static void collect(Plan plan, Map<String, KernelUnit> units) {
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(Group group) ->
            LOWERING
                .lower(group.kernel(), new KernelLowering.Memory(_ -> true, (a, b) -> a.equals(b)))
                .ifPresent(lowered -> units.putIfAbsent(lowered.unit().key(), lowered.unit()));
        case Step.Loop loop -> collect(loop.body(), units);
        case Step.Copy _ -> {}
      }
    }
  }
}
