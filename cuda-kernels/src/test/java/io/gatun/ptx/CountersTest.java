package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import org.junit.jupiter.api.Test;

/// Counters of `counters/counters.cu`, whose values are known by hand.
class CountersTest {
  private static final int THREADS = 128;
  private static final int BLOCKS = 8;
  private static final int COUNT = THREADS * BLOCKS;
  private static final int WARPS = COUNT / 32;

  private static final PtxModule MODULE =
      PtxParser.parse(KernelRig.resource("counters/counters.ptx"));

  /// Runs a kernel of (x, y).
  private static KernelRun run(String kernel, int inputs, int outputs) {
    try (var rig = new KernelRig(ExecutionMode.COUNTING, 1)) {
      return rig.launch(
          MODULE.kernel(kernel),
          LaunchGeometry.of(BLOCKS, THREADS),
          rig.floats("x", inputs),
          rig.raw("y", outputs));
    }
  }

  private static void assertLoads(KernelRun run, int requests, int sectors, int bytes) {
    assertEquals(requests, run.count(Counter.GLOBAL_LOAD_REQUESTS));
    assertEquals(sectors, run.count(Counter.GLOBAL_LOAD_SECTORS));
    assertEquals(bytes, run.count(Counter.GLOBAL_LOAD_BYTES));
  }

  private static void assertStores(KernelRun run, int requests, int sectors, int bytes) {
    assertEquals(requests, run.count(Counter.GLOBAL_STORE_REQUESTS));
    assertEquals(sectors, run.count(Counter.GLOBAL_STORE_SECTORS));
    assertEquals(bytes, run.count(Counter.GLOBAL_STORE_BYTES));
  }

  @Test
  void copyUsesAllOfItsSectors() {
    var run = run("copy", COUNT, COUNT);
    assertLoads(run, WARPS, 4 * WARPS, 4 * COUNT);
    assertStores(run, WARPS, 4 * WARPS, 4 * COUNT);
    assertEquals(4 * WARPS, run.count(Counter.DRAM_READ_SECTORS));
    assertEquals(4 * WARPS, run.count(Counter.DRAM_WRITE_SECTORS));
  }

  @Test
  void copyOfVectorsUsesAllOfItsSectors() {
    var run = run("copy4", 4 * COUNT, 4 * COUNT);
    assertLoads(run, WARPS, 16 * WARPS, 16 * COUNT);
    assertStores(run, WARPS, 16 * WARPS, 16 * COUNT);
  }

  @Test
  void gatherWastesItsSectors() {
    var run = run("gather32", 32 * COUNT, COUNT);
    assertLoads(run, WARPS, 32 * WARPS, 4 * COUNT);
    assertStores(run, WARPS, 4 * WARPS, 4 * COUNT);
  }

  @Test
  void broadcastReadsOneSector() {
    var run = run("broadcast", BLOCKS, COUNT);
    assertLoads(run, WARPS, WARPS, 4 * WARPS);
    assertEquals(1, run.count(Counter.DRAM_READ_SECTORS));
  }

  @Test
  void shiftedReadsOneSectorMore() {
    var run = run("shifted", COUNT + 4, COUNT);
    assertLoads(run, WARPS, 5 * WARPS, 4 * COUNT);
    assertEquals(4 * WARPS + 1, run.count(Counter.DRAM_READ_SECTORS));
  }

  private static KernelRun transpose(String kernel) {
    var n = 64;
    try (var rig = new KernelRig(ExecutionMode.COUNTING, 1)) {
      return rig.launch(
          MODULE.kernel(kernel),
          new LaunchGeometry(n / 32, n / 32, 1, 32, 8, 1, 0),
          rig.floats("x", n * n),
          rig.raw("y", n * n),
          new Argument.Int(n));
    }
  }

  @Test
  void paddedTransposeHasNoConflicts() {
    var run = transpose("transpose_padded");
    var requests = 64 * 64 / 32;
    assertLoads(run, requests, 4 * requests, 4 * 64 * 64);
    assertStores(run, requests, 4 * requests, 4 * 64 * 64);
    assertEquals(2 * requests, run.count(Counter.SHARED_REQUESTS));
    assertEquals(2 * requests, run.count(Counter.SHARED_WAVEFRONTS));
    assertEquals(2 * requests, run.count(Counter.SHARED_IDEAL_WAVEFRONTS));
  }

  @Test
  void unpaddedTransposeShowsItsConflicts() {
    var run = transpose("transpose_unpadded");
    var requests = 64 * 64 / 32;
    assertEquals(2 * requests, run.count(Counter.SHARED_REQUESTS));
    assertEquals(33 * requests, run.count(Counter.SHARED_WAVEFRONTS));
    assertEquals(2 * requests, run.count(Counter.SHARED_IDEAL_WAVEFRONTS));
  }

  private static KernelRun matrices(String kernel, int floats) {
    try (var rig = new KernelRig(ExecutionMode.COUNTING, 1)) {
      return rig.launch(
          MODULE.kernel(kernel),
          LaunchGeometry.of(1, 32),
          rig.floats("x", floats),
          rig.raw("y", 128));
    }
  }

  @Test
  void ldmatrixNeedsOneWavefrontAMatrix() {
    var run = matrices("matrices", 128);
    assertEquals(1, run.count(Counter.LDMATRIX_REQUESTS));
    assertEquals(4, run.count(Counter.LDMATRIX_WAVEFRONTS));
    run = matrices("matrices_unswizzled", 1024);
    assertEquals(1, run.count(Counter.LDMATRIX_REQUESTS));
    assertEquals(32, run.count(Counter.LDMATRIX_WAVEFRONTS));
  }

  @Test
  void ceilingOfACopyIsTheDeviceMemory() {
    var count = 1 << 18;
    try (var rig = new KernelRig(ExecutionMode.COUNTING, 1)) {
      var run =
          rig.launch(
              MODULE.kernel("copy4"),
              LaunchGeometry.of(count / 4 / THREADS, THREADS),
              rig.floats("x", count),
              rig.raw("y", count));
      var ceiling = KernelCeiling.of(DeviceProfile.A100, run);
      assertEquals(Pipe.DRAM, ceiling.bound());
      assertEquals(0.92, ceiling.fractionOfPeak(), 1e-9);
      assertEquals(8.0 * count / 1.5552e12 / 0.92, ceiling.total(), 1e-12);
    }
  }
}
