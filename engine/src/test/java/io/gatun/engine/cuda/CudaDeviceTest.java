package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaException;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.StepObserver;
import io.gatun.engine.Tensor;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.driver.CudaLibraries;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.VirtualCudaDriver;
import io.gatun.ptx.VirtualDriverOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Programs on the virtual GPU, from the text of a graph to its results.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CudaDeviceTest {
  private static final String TWO_STEPS =
      """
      %0:f32[3,5] = input "x"
      %1:f32[3] = reduce.sum axes=[1] %0
      %2:f32[] = reduce.prod axes=[0] %1
      return "a" %1, "b" %2
      """;

  private Device device;

  @BeforeAll
  void open() {
    Assumptions.assumeTrue(
        RuntimeCompiler.find().isPresent(), "neither NVRTC nor nvcc is found on this machine");
    device = Devices.open("virtual");
  }

  @AfterAll
  void close() {
    if (device != null) device.close();
  }

  private static Graph graph(String text) {
    return GraphText.parse(text);
  }

  @Test
  void runsAgainAndUpdatesItsInput() {
    var graph =
        graph(
            """
            %0:f32[3,5] = input "x"
            %1:f32[3,5] = input "sum"
            %2:f32[3,5] = add %0 %1
            %3:f32[3] = reduce.max axes=[1] %2
            return "sum" %2 updates %1, "max" %3
            """);
    var type = TensorType.of(DType.F32, 3, 5);
    float[] x = {1, 2, 3, 4, 5, -1, -2, -3, -4, -5, 0, 7, 0, 7, 1};
    try (var executable = device.compile("sum", graph);
        var input = Tensor.of("x", type, x);
        var sum = Tensor.allocate("sum", type)) {
      for (int run = 1; run <= 3; run++) {
        var results = executable.run(List.of(input, sum));
        assertArrayEquals(new float[] {5 * run, -run, 7 * run}, results.getFirst().toFloats());
        results.forEach(Tensor::close);
      }
      assertEquals(15, sum.toFloats()[4]);
    }
  }

  @Test
  void aLibraryThatDoesNotWorkIsToldOnlyWhereItIsWanted() {
    var driver = new VirtualCudaDriver(VirtualDriverOptions.of(DeviceProfile.A100));
    var libraries =
        CudaLibraries.opening(
            () -> {
              throw new CudaException("cublasLtCreate", 1, "set GATUN_LIBRARIES=off");
            },
            _ -> Optional.empty());
    var tools =
        new CudaTools(
            RuntimeCompiler.required(), Code.PTX, () -> libraries, Optional.empty(), false);
    var product =
        graph(
            """
            %0:f32[64,64] = input "x"
            %1:f32[64,64] = matmul %0 %0
            return "y" %1
            """);
    try (var device = new CudaDevice("virtual", driver, 0, tools)) {
      device.compile("two steps", graph(TWO_STEPS)).close();
      var error =
          assertThrows(EngineException.class, () -> device.compile("product", product).close());
      assertEquals("load on virtual: cublasLtCreate: set GATUN_LIBRARIES=off", error.getMessage());
    }
  }

  @Test
  void namesThatAreNoVirtualGpuAreToldOnce() {
    var refusal = assertThrows(EngineException.class, () -> Devices.open("virtual:nope"));
    assertTrue(
        refusal.getMessage().startsWith("no virtual GPU \"nope\"; there are ["),
        refusal.getMessage());
  }

  /// A driver whose second kernel is launched with addresses that nothing is at.
  ///
  /// @param isSilent whether it does not say which kernel failed, as hardware
  private static CudaDriver broken(CudaDriver inner, boolean isSilent) {
    var launches = new AtomicInteger();
    return (CudaDriver)
        Proxy.newProxyInstance(
            CudaDeviceTest.class.getClassLoader(),
            new Class<?>[] {CudaDriver.class},
            (proxy, method, arguments) -> {
              boolean isKernel =
                  method.getName().equals("launch") && arguments[0] instanceof CudaDriver.Function;
              if (isKernel && launches.incrementAndGet() == 2) {
                var wrong = ((Argument) ((List<?>) arguments[2]).getFirst()).size();
                arguments[2] = List.of(new Argument.Bytes(new byte[wrong]));
              }
              try {
                return method.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw isSilent && e.getCause() instanceof CudaException failed
                    ? new CudaException(failed.call(), failed.code(), "CUDA_ERROR_ILLEGAL_ADDRESS")
                    : e.getCause();
              }
            });
  }

  @Test
  void anErrorThatSpoilsTheDeviceNamesItsStep() {
    var type = TensorType.of(DType.F32, 3, 5);
    try (var lost = lost(false);
        var executable = lost.compile("lost", graph(TWO_STEPS));
        var x = Tensor.allocate("x", type)) {
      for (int run = 1; run <= 2; run++) {
        var error = assertThrows(EngineException.class, () -> executable.run(List.of(x)));
        assertTrue(error.getMessage().contains("step 1, %2 reduce.prod"), error.getMessage());
        boolean isLater = error.getMessage().contains("cannot be used any more");
        assertEquals(run == 2, isLater, error.getMessage());
      }
    }
    // Only that device.
    runsAgainAndUpdatesItsInput();
  }

  @Test
  void whereTheDriverNamesNoKernelAllStepsAreNamedOrTheOneThatIsWaitedFor() {
    var type = TensorType.of(DType.F32, 3, 5);
    for (boolean isWatched : new boolean[] {false, true}) {
      try (var lost = lost(true);
          var executable = lost.compile("lost", graph(TWO_STEPS));
          var x = Tensor.allocate("x", type);
          var a = Tensor.allocate("a", TensorType.of(DType.F32, 3));
          var b = Tensor.allocate("b", TensorType.f32())) {
        var out = List.of(a, b);
        var error =
            assertThrows(
                EngineException.class,
                () -> {
                  if (isWatched) executable.run(List.of(x), out, StepObserver.all(List.of()));
                  else executable.run(List.of(x), out);
                });
        var message = error.getMessage();
        assertTrue(message.contains("step 1, %2 reduce.prod"), message);
        assertEquals(!isWatched, message.contains("step 0, %1 reduce.sum"), message);
        assertEquals(!isWatched, message.contains("program \"lost\""), message);
        assertEquals(!isWatched, message.contains("set GATUN_DEBUG=2"), message);
      }
    }
  }

  private static Device lost(boolean isSilent) {
    var driver = new VirtualCudaDriver(VirtualDriverOptions.of(DeviceProfile.A100));
    var tools = CudaTools.of(RuntimeCompiler.required());
    return new CudaDevice("virtual", broken(driver, isSilent), 0, tools);
  }

  @Test
  void refusesPlansOfOtherTargets() {
    var graph = graph("%0:f32[3] = input \"x\"\n%1:f32[3] = neg %0\nreturn \"y\" %1\n");
    var plan = Compiler.compile(graph, Target.cpu());
    var refusal = assertThrows(EngineException.class, () -> device.load(plan));
    assertEquals(
        "load: the plan is for target \"cpu\", not \"cuda:sm_80\"; compile it with device.target()",
        refusal.getMessage());
  }
}
