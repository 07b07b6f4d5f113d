package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.gatun.engine.cpu.llvm.CompileOptions;
import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.engine.cpu.llvm.KernelCall;
import io.gatun.engine.cpu.llvm.NativeModule;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.kernel.KernelText;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Runs the loops of small programs natively and compares them with the interpreter.
final class LoopHarness {
  private static final byte GUARD = 0x5a;
  private static final int GUARD_BYTES = 256;

  private LoopHarness() {}

  /// The loop kernels that a program compiles to.
  static List<LoopKernel> kernels(Consumer<Tracer> program) {
    var tracer = new Tracer();
    program.accept(tracer);
    return Compiler.compile(inlined(tracer.graph()), Target.cpu()).groups().stream()
        .map(g -> g.kernel())
        .filter(LoopKernel.class::isInstance)
        .map(LoopKernel.class::cast)
        .toList();
  }

  /// The graph with the bodies of composites in their place.
  private static Graph inlined(Graph graph) {
    var builder = new GraphBuilder();
    var copies = new IdentityHashMap<Node, Node>();
    for (Node node : graph.nodes()) {
      var inputs = node.inputs().stream().map(copies::get).toList();
      copies.put(
          node,
          node.op() instanceof Composite composite
              ? builder.inline(composite.body(), inputs).get(composite.output())
              : builder.add(node.op(), inputs));
    }
    return builder.build(
        graph.outputs().stream().map(o -> Output.of(o.name(), copies.get(o.node()))).toList());
  }

  /// Checks every loop of the program on random data, in one piece and cut into chunks.
  static void check(long seed, Consumer<Tracer> program) {
    var kernels = kernels(program);
    if (kernels.isEmpty()) fail("the program has no loop");
    kernels.forEach(k -> check(seed, k));
  }

  static void check(long seed, LoopKernel kernel) {
    var random = new Random(seed);
    var contents = new ArrayList<NdArray>();
    for (var node : kernel.buffers()) contents.add(random(random, node.type()));
    check(seed, kernel, contents);
  }

  /// Checks one kernel on these contents of its buffers.
  static void check(long seed, LoopKernel kernel, List<NdArray> contents) {
    int vectorBytes = HostCpu.current().vectorBytes();
    var expected = KernelInterpreter.run(kernel, contents);
    var module = new IrModule();
    int[] slots = IntStream.range(0, contents.size()).toArray();
    var loop = LoopLowering.lower(module, "k", kernel, slots, vectorBytes);
    String what = "seed " + seed + "\n" + KernelText.print(kernel);
    try (var code = NativeModule.compile(module.text(), CompileOptions.standard().withoutCache())) {
      for (long chunk : new long[] {Long.MAX_VALUE, 1, 3}) {
        if (loop.units() / chunk > 5000) continue;
        compare(run(code.function("k"), loop, contents, chunk, what), expected, kernel, what);
      }
    } catch (io.gatun.engine.EngineException e) {
      throw new AssertionError(what + "\n" + module.text(), e);
    }
  }

  private static NdArray random(Random random, TensorType type) {
    return (switch (type.dtype()) {
          case F32, F64, F16, BF16 -> NdArray.of(type, _ -> 4 * random.nextDouble() - 2);
          case BOOL -> NdArray.ofLongs(type, _ -> random.nextInt(2));
          case I64, I32, I16, I8, U8 -> NdArray.ofLongs(type, _ -> random.nextInt(20) - 5);
        })
        .rounded();
  }

  /// Contents of the buffers after one native run.
  static List<NdArray> run(LoopKernel kernel, List<NdArray> contents, int vectorBytes) {
    var module = new IrModule();
    int[] slots = IntStream.range(0, contents.size()).toArray();
    var loop = LoopLowering.lower(module, "k", kernel, slots, vectorBytes);
    try (var code = NativeModule.compile(module.text(), CompileOptions.standard().withoutCache())) {
      return run(code.function("k"), loop, contents, Long.MAX_VALUE, "");
    }
  }

  private static List<NdArray> run(
      MemorySegment function, LoweredLoop loop, List<NdArray> contents, long chunk, String what) {
    try (var arena = Arena.ofConfined()) {
      var table = arena.allocate(8L * contents.size(), 8);
      var buffers = new ArrayList<MemorySegment>();
      for (int b = 0; b < contents.size(); b++) {
        long bytes = contents.get(b).type().bytes();
        var buffer = arena.allocate(bytes + GUARD_BYTES, 64).fill(GUARD);
        contents.get(b).copyTo(buffer);
        buffers.add(buffer);
        table.setAtIndex(ValueLayout.JAVA_LONG, b, buffer.address());
      }
      var scratch = arena.allocate(loop.scratchBytes() + GUARD_BYTES, 64).fill(GUARD);
      for (long unit = 0; unit < loop.units(); ) {
        long end = Math.min(loop.units() - unit, chunk) + unit;
        KernelCall.invoke(function, table.address(), scratch.address(), unit, end);
        unit = end;
      }
      checkGuard(scratch, loop.scratchBytes(), what);
      var results = new ArrayList<NdArray>();
      for (int b = 0; b < contents.size(); b++) {
        var type = contents.get(b).type();
        checkGuard(buffers.get(b), type.bytes(), what);
        results.add(NdArray.of(type, buffers.get(b)));
      }
      return results;
    }
  }

  private static void checkGuard(MemorySegment buffer, long bytes, String what) {
    for (long i = bytes; i < buffer.byteSize(); i++) {
      assertEquals(GUARD, buffer.get(ValueLayout.JAVA_BYTE, i), () -> "written beyond: " + what);
    }
  }

  private static void compare(
      List<NdArray> actual, List<NdArray> expected, LoopKernel kernel, String what) {
    for (int b : kernel.written()) {
      var type = expected.get(b).type();
      double tolerance = tolerance(type.dtype()) * Math.sqrt(LoopPlan.points(kernel.inner()));
      for (int i = 0; i < type.size(); i++) {
        double x = actual.get(b).at(i);
        double y = expected.get(b).at(i);
        if (type.dtype().isFloat()) y = type.dtype().round(y);
        double error = Math.abs(x - y);
        boolean same = x == y || Double.isNaN(x) && Double.isNaN(y);
        if (!same && !(error <= tolerance * Math.max(1, Math.abs(y)))) {
          fail("buffer %d element %d is %s, wanted %s; %s".formatted(b, i, x, y, what));
        }
      }
    }
  }

  private static double tolerance(DType dtype) {
    return switch (dtype) {
      case F32 -> 4e-6;
      case F64 -> 1e-13;
      case F16 -> 2e-3;
      case BF16 -> 1e-2;
      case I64, I32, I16, I8, U8, BOOL -> 0;
    };
  }
}
