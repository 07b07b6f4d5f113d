package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Argument;
import io.gatun.ptx.Counter;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.KernelRun;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the kernels cost, counted: each byte crosses the bus once, whole sectors are used, and
/// shared memory has no conflicts.
class KernelTrafficTest {
  private static final ElementType F32 = ElementType.F32;
  private static final int ROWS = 16;

  private static KernelRun count(Kernel kernel, Sizes sizes, Consumer<KernelTrial> more) {
    try (var trial = new KernelTrial(ExecutionMode.COUNTING)) {
      for (Parameter.Array array : kernel.arrays()) {
        var values = Numbers.normal((int) array.elements(sizes), array.name().hashCode());
        trial.in(array.name(), array.type(), values);
      }
      more.accept(trial);
      return trial.run(kernel, sizes);
    }
  }

  /// The bytes that all requests asked for are the compulsory ones, and `cached` further ones of
  /// small arrays that every row reads.
  private static void assertCompulsory(Kernel kernel, Sizes sizes, long cached, KernelRun run) {
    long bytes = run.count(Counter.GLOBAL_LOAD_BYTES) + run.count(Counter.GLOBAL_STORE_BYTES);
    assertEquals(kernel.bytes(sizes) + cached, bytes, kernel.name() + ": bytes moved");
  }

  /// Every 16-byte access of 32 lanes is 16 sectors and uses all of them.
  private static void assertFullSectors(Kernel kernel, KernelRun run) {
    assertEquals(
        32 * run.count(Counter.GLOBAL_STORE_SECTORS),
        run.count(Counter.GLOBAL_STORE_BYTES),
        kernel.name() + ": bytes of stored sectors");
    assertEquals(
        32 * run.count(Counter.GLOBAL_LOAD_SECTORS),
        run.count(Counter.GLOBAL_LOAD_BYTES),
        kernel.name() + ": bytes of loaded sectors");
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 1024, 4096, 8192})
  void softmaxReadsOnceAndWritesOnce(int columns) {
    for (var operation : new String[] {"softmax", "logsoftmax", "softmax_gradient"}) {
      for (var type : new ElementType[] {F32, ElementType.BF16}) {
        var sizes = Sizes.matrix(ROWS, columns);
        var kernel = KernelTrial.CATALOGUE.select(operation, type, sizes);
        var run = count(kernel, sizes, _ -> {});
        assertCompulsory(kernel, sizes, 0, run);
        assertFullSectors(kernel, run);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 1024, 4096})
  void normalizationsReadOnceAndWriteOnce(int columns) {
    for (var operation : new String[] {"layernorm", "rmsnorm"}) {
      var sizes = Sizes.matrix(ROWS, columns);
      var kernel = KernelTrial.CATALOGUE.select(operation, F32, sizes);
      long warps =
          kernel.geometry().apply(sizes).blocks()
              * kernel.geometry().apply(sizes).threadsPerBlock()
              / 32;
      long perRow = 4L * columns * (operation.equals("layernorm") ? 2 : 1);
      long cached = (ROWS - 1) * perRow + 4 * (warps - 1);
      assertCompulsory(kernel, sizes, cached, count(kernel, sizes, _ -> {}));
    }
  }

  @Test
  void elementwiseKernelsUseWholeSectors() {
    var sizes = Sizes.count(65_536);
    for (var name :
        new String[] {"add_bf16", "gelu_f16", "cast_f32_bf16", "cast_bf16_f32", "swiglu_bf16"}) {
      var kernel = KernelTrial.CATALOGUE.named(name);
      var run = count(kernel, sizes, _ -> {});
      assertCompulsory(kernel, sizes, 0, run);
      assertFullSectors(kernel, run);
    }
    var dropout = KernelTrial.CATALOGUE.named("dropout_f32");
    var run =
        count(
            dropout,
            sizes,
            trial ->
                trial
                    .with("rate", new Argument.Float(0.1f))
                    .with("scale", new Argument.Float(1.1f)));
    // Each warp reads the key and the counter.
    assertCompulsory(dropout, sizes, 16L * (65_536 / 128 - 1), run);
  }

  @ParameterizedTest
  @ValueSource(strings = {"transpose_32", "transpose_32_packed", "transpose_16_packed"})
  void transposesHaveNoBankConflicts(String name) {
    var kernel = KernelTrial.CATALOGUE.named(name);
    var sizes = Sizes.matrix(128, 192).with("batch", 1);
    var run = count(kernel, sizes, _ -> {});
    assertCompulsory(kernel, sizes, 0, run);
    assertFullSectors(kernel, run);
    assertEquals(
        run.count(Counter.SHARED_REQUESTS), run.count(Counter.SHARED_WAVEFRONTS), "one a request");
  }

  /// Estimated instructions of the hardware for each element, and passes over shared memory for
  /// each 32.
  private static void assertWork(KernelRun run, long elements, int instructions, int wavefronts) {
    long issued = 32 * run.count(Counter.ISSUE_SLOTS) / elements;
    long passes = 32 * run.count(Counter.SHARED_WAVEFRONTS) / elements;
    String what = run.kernel().name();
    assertTrue(issued <= instructions, what + ": instructions " + issued);
    assertTrue(passes <= wavefronts, what + ": wavefronts " + passes);
  }

  @Test
  void gradientsOfPoolingReadTheirWindowsAlone() {
    var window = new PoolingWindow(28, 28, 16, 14, 14, 2, 2, 2, 2, 1, 1, 0, 0);
    var sizes = window.sizes(4, true);
    for (var name : List.of("maxpool_gradient_f32", "averagepool_gradient_f32")) {
      var kernel = KernelTrial.CATALOGUE.named(name);
      var run = count(kernel, sizes, trial -> trial.with("window", window.argument()));
      // Each of a window's four elements reads it; those beside each other by one request.
      long again = kernel.bytes(sizes) - 4 * sizes.of("inputs");
      assertCompulsory(kernel, sizes, again, run);
      assertFullSectors(kernel, run);
      assertWork(run, sizes.of("inputs"), name.startsWith("max") ? 48 : 72, 0);
    }
  }

  @Test
  void sortsAndSelectionsTakeFewInstructions() {
    var sizes = Sizes.matrix(ROWS, 2048).with("k", 64);
    var sort = KernelTrial.CATALOGUE.named("argsort_f32");
    var sorted = count(sort, sizes, trial -> trial.with("descending", new Argument.Int(0)));
    assertCompulsory(sort, sizes, 0, sorted);
    assertWork(sorted, sizes.of("rows") * 2048, 460, 130);
    var wide = Sizes.matrix(2, 50_257).with("k", 40);
    var top = KernelTrial.CATALOGUE.named("topk_f32");
    assertWork(count(top, sizes, _ -> {}), sizes.of("rows") * 2048, 150, 20);
    assertWork(count(top, wide, _ -> {}), 2 * 50_257, 70, 7);
  }
}
