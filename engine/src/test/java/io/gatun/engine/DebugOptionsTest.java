package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.cuda.RuntimeCompiler;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebugOptionsTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  @Test
  void theEnvironmentSaysWhatIsTold() {
    assertEquals(DebugOptions.NONE, DebugOptions.of(Map.of()));
    assertEquals(
        new DebugOptions(3, Optional.of(Path.of("out")), true),
        DebugOptions.of(Map.of("GATUN_DEBUG", "3", "GATUN_DUMP", "out", "GATUN_VALIDATE", "1")));
  }

  @Test
  void valuesThatCannotBeAreRefusedByName() {
    for (var bad : List.of("6", "-1", "yes", "10")) {
      var e =
          assertThrows(EngineException.class, () -> DebugOptions.of(Map.of("GATUN_DEBUG", bad)));
      assertTrue(e.getMessage().startsWith("GATUN_DEBUG is '" + bad + "'"), e.getMessage());
    }
  }

  private String load(DebugOptions options) {
    return load(options, "cpu");
  }

  private String load(DebugOptions options, String name) {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(4));
    t.output("y", x.exp().sum(0).mul(x));
    var log = new PrintStream(text, true, StandardCharsets.UTF_8);
    try (var device = Devices.open(name);
        var executable = new Loading(options, log).load("sums", t.graph(), device);
        var input = Tensor.of("x", TensorType.f32(4), 0, 0, 0, 1)) {
      for (var result : executable.run(List.of(input))) result.close();
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theStepsOfAGpuAreTimedAndChecked() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    var told = load(new DebugOptions(2, Optional.empty(), true), "virtual");
    assertTrue(told.contains("--- times of \"sums\""), told);
    assertTrue(told.contains("GB/s"), told);
  }

  @Test
  void eachLevelAddsToWhatIsTold() {
    assertEquals("", load(DebugOptions.NONE));
    var one = load(new DebugOptions(1, Optional.empty(), false));
    assertTrue(one.startsWith("--- program \"sums\"\nplan for cpu: "), one);
    text.reset();
    var five = load(new DebugOptions(5, Optional.empty(), false));
    for (var part :
        List.of(
            "traced sums", "after simplify", "program \"sums\"", "fusions refused", "kernels")) {
      assertTrue(five.contains("--- " + part), five);
    }
  }

  @Test
  void everyCompilationDumpsIntoAFolderOfItsOwn() {
    var options = new DebugOptions(0, Optional.of(folder), false);
    load(options);
    load(options);
    for (var name : List.of("sums", "sums-2")) {
      assertTrue(Files.exists(folder.resolve(name).resolve("plan.txt")), name);
      assertTrue(Files.exists(folder.resolve(name).resolve("graph.html")), name);
    }
  }

  @Test
  void levelTwoTellsTheTimesWhenTheExecutableIsClosed() {
    var told = load(new DebugOptions(2, Optional.empty(), false));
    assertTrue(told.contains("--- times of \"sums\"\n1 runs, "), told);
    assertTrue(told.matches("(?s).* us .* % .* GFLOP/s .* GB/s .* step 0 .*"), told);
  }

  @Test
  void levelFourShowsTheGeneratedCode() {
    var told = load(new DebugOptions(4, Optional.empty(), false));
    assertTrue(told.contains("define "), told);
  }

  @Test
  void validationFindsTheStepThatDiffers() {
    load(new DebugOptions(0, Optional.empty(), true));
    var t = new Tracer();
    t.output("y", t.input("x", TensorType.f32(4)).exp());
    try (var device = Devices.open("cpu");
        var executable = device.compile("wrong", t.graph());
        var input = Tensor.of("x", TensorType.f32(4), 0, 0, 0, 0);
        var result = Tensor.allocate("y", TensorType.f32(4))) {
      var check = new StepCheck("wrong", executable.plan());
      var e =
          assertThrows(
              EngineException.class,
              () ->
                  executable.run(
                      List.of(input),
                      List.of(result),
                      new StepObserver() {
                        @Override
                        public void before(int step, Memory memory) {
                          check.before(step, memory);
                        }

                        @Override
                        public void after(int step, Memory memory) {
                          result.data().set(ValueLayout.JAVA_FLOAT, 8, 7);
                          check.after(step, memory);
                        }
                      }));
      assertTrue(
          e.getMessage().contains("element 2 of %1 f32[4] is 7.0, the reference says 1.0"),
          e.getMessage());
    }
  }
}
