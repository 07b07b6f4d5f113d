package io.gatun.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Programs on the virtual GPU, from the text of a graph to its results.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CudaDeviceTest {
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
  void refusesPlansOfOtherTargets() {
    var graph = graph("%0:f32[3] = input \"x\"\n%1:f32[3] = neg %0\nreturn \"y\" %1\n");
    var plan = Compiler.compile(graph, Target.cpu());
    var refusal = assertThrows(EngineException.class, () -> device.load(plan));
    assertEquals(
        "load: the plan is for target \"cpu\", not \"cuda:sm_80\"; compile it with device.target()",
        refusal.getMessage());
  }
}
