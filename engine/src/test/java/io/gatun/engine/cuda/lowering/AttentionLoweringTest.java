package io.gatun.engine.cuda.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Architecture;
import io.gatun.engine.cuda.compile.CachingCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import io.gatun.engine.cuda.compile.NvccCompiler;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.PtxParser;
import io.gatun.ptx.VirtualGpu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Claimed attention on the virtual GPU against the composite's body.
class AttentionLoweringTest {
  private static final Target TARGET = Target.cuda("sm_80");

  private static Node attention(String kind, int heads, int queries, int keys, int size) {
    var builder = new GraphBuilder();
    var q = Value.input(builder, "q", TensorType.f32(2, heads, queries, size));
    var k = Value.input(builder, "k", TensorType.f32(2, heads, keys, size));
    var v = Value.input(builder, "v", TensorType.f32(2, heads, keys, size));
    return switch (kind) {
      case "full" -> Nn.attention(q, k, v).node();
      case "causal" -> Nn.causalAttention(q, k, v).node();
      default -> {
        var dtype = kind.equals("masked") ? DType.BOOL : DType.F32;
        var shape = Shape.of(2, heads, queries, keys);
        var mask = Value.input(builder, kind, new TensorType(dtype, shape));
        yield Nn.attention(q, k, v, mask).node();
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "full, 1, 1, 1, 32",
    "full, 2, 65, 33, 32",
    "causal, 3, 33, 33, 32",
    "causal, 1, 7, 70, 64",
    "masked, 2, 40, 65, 32",
    "biased, 2, 40, 65, 64",
    "biased, 1, 1, 7, 128",
    "full, 1, 31, 127, 128"
  })
  void bothOutputs(String kind, int heads, int queries, int keys, int size) {
    var nvcc = NvccCompiler.find();
    Assumptions.assumeTrue(nvcc.isPresent(), "nvcc is not installed");
    var node = attention(kind, heads, queries, keys, size);
    var composite = (Composite) node.op();
    var random = new Random(3);
    var operands = new ArrayList<NdArray>();
    for (Node input : node.inputs()) {
      var type = input.type();
      if (type.shape().rank() == 0) operands.add(NdArray.of(type, _ -> 1 / Math.sqrt(size)));
      else if (type.dtype() == DType.BOOL) {
        operands.add(NdArray.ofLongs(type, _ -> random.nextInt(3) == 0 ? 1 : 0));
      } else if (((Input) input.op()).name().equals("biased")) {
        operands.add(NdArray.of(type, i -> added(i / keys, random)));
      } else operands.add(NdArray.of(type, _ -> random.nextGaussian()));
    }
    for (int output = 0; output < 2; output++) {
      var builder = new GraphBuilder();
      var inputs = new ArrayList<Node>();
      for (int i = 0; i < node.inputs().size(); i++) {
        inputs.add(Value.input(builder, "in" + i, node.input(i).type()).node());
      }
      var result = builder.add(composite.withOutput(output), inputs.toArray(Node[]::new));
      var got = run(new ReferenceKernel(result), operands);
      var want = composite.withOutput(output).evaluate(operands);
      for (int i = 0; i < got.length; i++) {
        double error = Math.abs(want.at(i) - got[i]);
        assertTrue(
            Double.isNaN(want.at(i)) && Float.isNaN(got[i])
                || error <= 1e-5 * Math.max(1, Math.abs(want.at(i))),
            "%s output %d element %d: %s, not %s".formatted(kind, output, i, got[i], want.at(i)));
      }
    }
  }

  /// In some rows all keys are hidden, by the least number or by minus infinity; in others a half.
  private static double added(int row, Random random) {
    return switch (row % 5) {
      case 0 -> random.nextGaussian();
      case 1 -> -Float.MAX_VALUE;
      case 2 -> Double.NEGATIVE_INFINITY;
      case 3 -> random.nextBoolean() ? -Float.MAX_VALUE : random.nextGaussian();
      default -> random.nextBoolean() ? Double.NEGATIVE_INFINITY : random.nextGaussian();
    };
  }

  private static float[] run(ReferenceKernel kernel, List<NdArray> operands) {
    var memory = new KernelLowering.Memory(_ -> true, (a, b) -> a.equals(b));
    var lowered =
        new KernelLowering(new DeviceShape(108, 2048, 164 << 10)).lower(kernel, memory).get();
    byte[] ptx =
        CachingCompiler.of(NvccCompiler.find().get())
            .compile(
                KernelSource.of("attention.cu", SourceText.module(List.of(lowered.unit()))),
                Architecture.of("sm_80"));
    var module = PtxParser.parse(new String(ptx, StandardCharsets.UTF_8));
    var launch = lowered.launches().getFirst();
    try (var gpu = new VirtualGpu(DeviceProfile.named("a100"), ExecutionMode.CHECKED, 1, 5);
        var arena = Arena.ofConfined()) {
      var struct = ByteBuffer.allocate(8 * (operands.size() + 2)).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < operands.size(); i++) {
        var bytes = bytes(operands.get(i));
        long address = gpu.memory().allocate(bytes.length, "operand " + i);
        gpu.memory().write(address, MemorySegment.ofArray(bytes));
        struct.putLong(address);
      }
      long result = gpu.memory().allocate(kernel.node().type().bytes(), "result");
      struct.putLong(result);
      struct.putLong(gpu.memory().allocate(lowered.workspaceBytes(), "workspace"));
      gpu.launch(
          module.kernel(lowered.unit().symbol(launch.entry())), launch.geometry(), struct.array());
      var segment = arena.allocate(kernel.node().type().bytes());
      gpu.memory().read(result, segment);
      return segment.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private static byte[] bytes(NdArray array) {
    boolean isMask = array.type().dtype() == DType.BOOL;
    var bytes = ByteBuffer.allocate((int) array.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < array.size(); i++) {
      if (isMask) bytes.put((byte) array.longAt(i));
      else bytes.putFloat((float) array.at(i));
    }
    return bytes.array();
  }

  @Test
  void claimsTheSizesThatThereAreKernelsFor() {
    assertEquals(1, references(64));
    assertEquals(0, references(24));
  }

  private static long references(int size) {
    var node = attention("causal", 2, 5, 5, size);
    var builder = new GraphBuilder();
    var inputs = new ArrayList<Node>();
    for (int i = 0; i < node.inputs().size(); i++) {
      inputs.add(Value.input(builder, "in" + i, node.input(i).type()).node());
    }
    var result = builder.add(node.op(), inputs.toArray(Node[]::new));
    var plan = Compiler.compile(builder.build(List.of(Output.of("y", result))), TARGET);
    return plan.groups().stream().filter(g -> g.kernel() instanceof ReferenceKernel).count();
  }
}
