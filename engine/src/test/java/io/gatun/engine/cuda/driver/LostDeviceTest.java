package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.CudaResult;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.StepObserver;
import io.gatun.engine.Tensor;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.engine.cuda.CudaTools;
import io.gatun.engine.cuda.RuntimeCompiler;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.PtxKernel;
import io.gatun.ptx.PtxParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a whole device says of an error that spoils its context, where the driver does not say
/// which kernel it was: as hardware does, at a call that comes later.
@Tag("stand-in")
class LostDeviceTest extends StandInDriver {
  private static final String TWO_STEPS =
      """
      %0:f32[3,5] = input "x"
      %1:f32[3] = reduce.sum axes=[1] %0
      %2:f32[] = reduce.prod axes=[0] %1
      return "a" %1, "b" %2
      """;

  /// Real PTX, as the stand-in reads it.
  private record Declarations(KernelCompiler compiler) implements KernelCompiler {
    @Override
    public String version() {
      return compiler.version();
    }

    @Override
    public byte[] compile(KernelSource source, Architecture architecture, Code code) {
      var ptx = new String(compiler.compile(source, architecture), StandardCharsets.UTF_8);
      return PtxParser.parse(ptx).kernels().stream()
          .map(Declarations::declaration)
          .collect(Collectors.joining(" "))
          .getBytes(StandardCharsets.UTF_8);
    }

    private static String declaration(PtxKernel kernel) {
      var sizes = kernel.parameters().stream().map(p -> Integer.toString(p.size()));
      return ".entry %s(%s)".formatted(kernel.name(), sizes.collect(Collectors.joining(" ")));
    }
  }

  @BeforeAll
  static void findCompiler() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
  }

  /// Runs the program on a device of its own.
  private String failure(String call, int nth, boolean isWatched) {
    driver.close();
    var tools = CudaTools.of(new Declarations(RuntimeCompiler.required()));
    try (var device = new CudaDevice("cuda", NativeCudaDriver.open(), 0, tools);
        var executable = device.compile("two steps", GraphText.parse(TWO_STEPS));
        var x = Tensor.allocate("x", TensorType.of(DType.F32, 3, 5));
        var a = Tensor.allocate("a", TensorType.of(DType.F32, 3));
        var b = Tensor.allocate("b", TensorType.f32())) {
      run(executable, x, List.of(a, b), isWatched);
      library.fail(call, nth, CudaResult.ILLEGAL_ADDRESS);
      var error =
          assertThrows(EngineException.class, () -> run(executable, x, List.of(a, b), isWatched));
      var later = assertThrows(EngineException.class, () -> executable.run(List.of(x)));
      assertTrue(later.getMessage().contains("cannot be used any more"), later.getMessage());
      return error.getMessage();
    }
  }

  private static void run(Executable executable, Tensor x, List<Tensor> out, boolean isWatched) {
    if (isWatched) executable.run(List.of(x), out, StepObserver.all(List.of()));
    else executable.run(List.of(x), out);
  }

  @Test
  void aGraphNamesItsProgramAndAllItsSteps() {
    for (var call : List.of("cuGraphLaunch", "cuStreamSynchronize")) {
      var message = failure(call, 1, false);
      assertTrue(message.startsWith("run on cuda: " + call + ": a launch of program"), message);
      assertTrue(message.contains("program \"two steps\""), message);
      assertTrue(message.contains("step 0, %1 reduce.sum"), message);
      assertTrue(message.contains("step 1, %2 reduce.prod"), message);
      assertTrue(message.contains("set GATUN_DEBUG=2"), message);
      assertTrue(message.contains("CUDA_ERROR_STANDIN (700"), message);
    }
  }

  /// As `GATUN_DEBUG=2` runs it: each launch is waited for.
  @Test
  void stepByStepTheLaunchIsNamed() {
    for (int step = 0; step < 2; step++) {
      var message = failure("cuStreamSynchronize", step + 1, true);
      var name = List.of("%1 reduce.sum", "%2 reduce.prod").get(step);
      assertTrue(message.contains("step " + step + ", " + name), message);
      assertTrue(message.contains("with LaunchGeometry[gridX="), message);
      assertFalse(message.contains("step " + (1 - step) + ","), message);
      assertEquals(-1, message.indexOf("GATUN_DEBUG"), message);
    }
  }
}
