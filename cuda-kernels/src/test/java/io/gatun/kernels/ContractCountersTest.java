package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.ptx.Counter;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.KernelRun;
import org.junit.jupiter.api.Test;

/// What contractions do to memory, counted on the virtual GPU.
class ContractCountersTest {
  private static final int SIZE = 256;

  private static KernelRun run(Product p, ContractLaunches launches) {
    try (var gpu = new VirtualArrays(80, ExecutionMode.COUNTING)) {
      var typeC = ElementType.valueOf(p.c());
      var buffers =
          VirtualArrays.buffers(
              gpu.upload("a", ElementType.valueOf(p.a()), new float[p.m() * p.k()]),
              gpu.upload("b", ElementType.valueOf(p.b()), new float[p.k() * p.n()]),
              gpu.upload("bias", ElementType.F32, new float[p.n()]),
              gpu.allocate("c", typeC, p.m() * p.n()));
      return new FilledLaunches("product", p.definitions(), 80)
          .run(gpu, launches, buffers)
          .getFirst();
    }
  }

  private static ContractLaunches.Problem problem(Product p, ContractUnits units) {
    return new ContractLaunches.Problem(1, p.m(), p.n(), p.k(), false, true, units, false, false);
  }

  @Test
  void tensorCoresReadSharedMemoryWithoutConflictsAndStoreWholeSectors() {
    var product = Product.of(1, SIZE, SIZE, 128).types("BF16", "BF16", "BF16", "BF16");
    var run = run(product, ContractLaunches.tiled(problem(product, ContractUnits.TENSOR_5), 128));

    long flops = 2L * SIZE * SIZE * 128;
    assertEquals(flops, run.count(Counter.TENSOR_HALF_FLOPS));
    assertEquals(4 * run.count(Counter.LDMATRIX_REQUESTS), run.count(Counter.LDMATRIX_WAVEFRONTS));
    // One wavefront of ldmatrix for each product of 16 x 8 x 16, and for those of one step of 16 k
    // more, which is read at the end and not used.
    assertEquals(
        flops / 128 * (128 + 16) / (2 * 16 * 8 * 16), run.count(Counter.LDMATRIX_WAVEFRONTS));
    assertWhole(run, Counter.ASYNC_COPY_BYTES, Counter.ASYNC_COPY_SECTORS);
    assertEquals(2L * SIZE * SIZE, run.count(Counter.GLOBAL_STORE_BYTES));
    assertWhole(run, Counter.GLOBAL_STORE_BYTES, Counter.GLOBAL_STORE_SECTORS);
    // Each tile of the operands comes once: 2 * M * N * K / TILE elements.
    assertEquals(2L * SIZE * SIZE * 128 / 128 * 2, run.count(Counter.ASYNC_COPY_BYTES));
  }

  @Test
  void ordinaryUnitsReadSharedMemoryWithoutConflictsAndStoreWholeSectors() {
    var product = Product.of(1, SIZE, SIZE, 32);
    var run = run(product, ContractLaunches.tiled(problem(product, ContractUnits.ORDINARY), 128));

    assertWhole(run, Counter.GLOBAL_STORE_BYTES, Counter.GLOBAL_STORE_SECTORS);
    assertEquals(4L * SIZE * SIZE, run.count(Counter.GLOBAL_STORE_BYTES));
    assertEquals(run.count(Counter.SHARED_IDEAL_WAVEFRONTS), run.count(Counter.SHARED_WAVEFRONTS));
    // A thread multiplies 8 x 8 pairs for the 16 numbers it reads.
    long multiplies = (long) SIZE * SIZE * 32 / 32;
    assertTrue(run.count(Counter.WARP_INSTRUCTIONS) < 1.35 * multiplies);
  }

  private static void assertWhole(KernelRun run, Counter bytes, Counter sectors) {
    assertEquals(32 * run.count(sectors), run.count(bytes), sectors + " are used as a whole");
  }
}
