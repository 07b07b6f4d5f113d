package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every mistake in `bugs/*.cu` is found where it is, and the correct twins run.
class SeededBugsTest {
  private static final int THREADS = 128;

  /// A kernel with a mistake.
  ///
  /// @param thread x index of the thread that must be named; -1 where several may be
  /// @param allocation that must be named; empty where none is concerned
  /// @param offset in it; -1 where several may be named
  private record Bug(
      String file,
      String kernel,
      GpuFault.Kind kind,
      int thread,
      String allocation,
      long offset,
      int sharedBytes,
      Function<KernelRig, Argument[]> arguments) {
    Bug named(int otherThread, String otherAllocation, long otherOffset) {
      return new Bug(
          file, kernel, kind, otherThread, otherAllocation, otherOffset, sharedBytes, arguments);
    }

    Bug shared(int bytes) {
      return new Bug(file, kernel, kind, thread, allocation, offset, bytes, arguments);
    }

    @Override
    public String toString() {
      return kernel + " " + kind;
    }
  }

  private static Bug bug(
      String file, String kernel, GpuFault.Kind kind, Function<KernelRig, Argument[]> arguments) {
    return new Bug(file, kernel, kind, -1, "", -1, 0, arguments);
  }

  /// A kernel of (x, y) with 1024 floats each.
  private static Bug bug(String file, String kernel, GpuFault.Kind kind) {
    return bug(file, kernel, kind, SeededBugsTest::inputAndOutput);
  }

  private static Argument[] inputAndOutput(KernelRig rig) {
    return new Argument[] {rig.floats("x", 1024), rig.raw("y", 1024)};
  }

  private static Argument[] of(Argument... arguments) {
    return arguments;
  }

  static Stream<Bug> bugs() {
    return Stream.concat(
        Stream.of(
            bug(
                    "memory",
                    "off_by_one",
                    GpuFault.Kind.OUT_OF_BOUNDS,
                    rig -> of(rig.raw("x", 100), new Argument.Int(100)))
                .named(100, "x", 400),
            bug("memory", "before_start", GpuFault.Kind.OUT_OF_BOUNDS).named(0, "x", -4),
            bug("memory", "misaligned", GpuFault.Kind.MISALIGNED).named(0, "x", 4),
            bug(
                    "memory",
                    "write_element",
                    GpuFault.Kind.NULL_ACCESS,
                    rig -> of(new Argument.Pointer(0)))
                .named(0, "", -1),
            bug("memory", "write_element", GpuFault.Kind.FREED, rig -> of(rig.freed("x", THREADS)))
                .named(0, "x", 0),
            bug(
                    "memory",
                    "read_element",
                    GpuFault.Kind.UNINITIALISED,
                    rig -> of(rig.raw("x", THREADS), rig.raw("y", THREADS)))
                .named(0, "x", 0),
            bug(
                    "memory",
                    "accumulate",
                    GpuFault.Kind.UNINITIALISED,
                    rig -> of(rig.floats("x", THREADS), rig.raw("sum", 1)))
                .named(0, "sum", 0),
            bug(
                    "memory",
                    "stop_unless_seven",
                    GpuFault.Kind.TRAP,
                    rig -> of(rig.ints("x", THREADS, i -> i == 5 ? 6 : 7)))
                .named(5, "", -1),
            bug(
                "memory",
                "wait_forever",
                GpuFault.Kind.SPIN,
                rig -> of(rig.ints("flag", 1, i -> 0)))),
        Stream.of(
            bug("shared", "shared_bounds", GpuFault.Kind.OUT_OF_BOUNDS)
                .shared(4 * THREADS)
                .named(127, "shared memory", 512),
            bug("shared", "shared_uninitialised", GpuFault.Kind.UNINITIALISED)
                .named(127, "shared memory", 512),
            bug("shared", "shared_misaligned", GpuFault.Kind.MISALIGNED)
                .named(0, "shared memory", 4),
            bug("shared", "read_after_write", GpuFault.Kind.SHARED_RACE)
                .named(-1, "shared memory", -1),
            bug("shared", "write_after_read", GpuFault.Kind.SHARED_RACE)
                .named(-1, "shared memory", -1),
            bug("shared", "write_after_write", GpuFault.Kind.SHARED_RACE)
                .named(-1, "shared memory", -1),
            bug("shared", "lanes_race", GpuFault.Kind.SHARED_RACE).named(-1, "shared memory", -1),
            bug("shared", "lanes_write_one", GpuFault.Kind.SHARED_RACE)
                .named(-1, "shared memory", -1),
            bug("convergence", "barrier_in_branch", GpuFault.Kind.DIVERGENT_BARRIER),
            bug("convergence", "two_barriers", GpuFault.Kind.DEADLOCK),
            bug("convergence", "barrier_after_exit", GpuFault.Kind.DEADLOCK),
            bug("convergence", "shuffle_in_branch", GpuFault.Kind.UNCONVERGED),
            bug("convergence", "shuffle_from_outside", GpuFault.Kind.UNCONVERGED),
            bug("convergence", "vote_in_branch", GpuFault.Kind.UNCONVERGED),
            bug("convergence", "matrix_in_branch", GpuFault.Kind.UNCONVERGED),
            bug("copies", "no_wait", GpuFault.Kind.ASYNC_COPY).named(-1, "shared memory", -1),
            bug("copies", "barrier_for_wait", GpuFault.Kind.ASYNC_COPY)
                .named(-1, "shared memory", -1),
            bug("copies", "wait_for_barrier", GpuFault.Kind.SHARED_RACE)
                .named(-1, "shared memory", -1),
            bug("copies", "wrong_stage", GpuFault.Kind.ASYNC_COPY).named(-1, "shared memory", -1),
            bug(
                    "copies",
                    "copy_bounds",
                    GpuFault.Kind.OUT_OF_BOUNDS,
                    rig -> of(rig.floats("x", 512), rig.raw("y", THREADS)))
                .named(127, "x", 2048),
            bug("copies", "pending_at_exit", GpuFault.Kind.ASYNC_COPY)
                .named(-1, "shared memory", -1),
            bug("undefined", "register_unwritten", GpuFault.Kind.UNINITIALISED).named(100, "", -1),
            bug("undefined", "guard_unwritten", GpuFault.Kind.UNINITIALISED),
            bug("undefined", "local_unwritten", GpuFault.Kind.UNINITIALISED)
                .named(-1, "local memory", -1)));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isFoundWhereItIs(Bug bug) {
    var module = PtxParser.parse(KernelRig.resource("bugs/" + bug.file() + ".ptx"));
    try (var rig = new KernelRig(ExecutionMode.CHECKED, 7)) {
      var arguments = bug.arguments().apply(rig);
      var geometry = new LaunchGeometry(1, 1, 1, THREADS, 1, 1, bug.sharedBytes());
      var fault =
          assertThrows(
              GpuFault.class, () -> rig.launch(module.kernel(bug.kernel()), geometry, arguments));
      assertEquals(bug.kind(), fault.kind(), fault.getMessage());
      var place = fault.place();
      assertEquals(bug.kernel(), place.kernel(), fault.getMessage());
      assertEquals("(0,0,0)", place.block(), fault.getMessage());
      if (bug.thread() >= 0) {
        assertEquals("(" + bug.thread() + ",0,0)", place.thread(), fault.getMessage());
      }
      assertTrue(place.line() > 0, fault.getMessage());
      assertTrue(
          lines(bug.file(), bug.kernel()).stream()
              .anyMatch(line -> place.source().endsWith(bug.file() + ".cu:" + line)),
          fault.getMessage());
      assertEquals(bug.allocation(), place.allocation(), fault.getMessage());
      if (bug.offset() != -1) {
        assertEquals(bug.offset(), place.offset(), fault.getMessage());
      }
    }
  }

  /// Lines of a kernel's source that carry `BUG`, from 1.
  private static List<Integer> lines(String file, String kernel) {
    var text = KernelRig.resource("bugs/" + file + ".cu").lines().toList();
    var first = 0;
    while (!text.get(first).contains(" " + kernel + "(")) {
      first++;
    }
    var last = first;
    while (!text.get(last).equals("}")) {
      last++;
    }
    return Stream.iterate(first, i -> i + 1)
        .limit(last - first)
        .filter(i -> text.get(i).endsWith("// BUG"))
        .map(i -> i + 1)
        .toList();
  }

  static Stream<String> twins() {
    return Stream.of("memory", "shared", "convergence", "copies", "undefined")
        .flatMap(
            file ->
                PtxParser.parse(KernelRig.resource("bugs/" + file + ".ptx")).kernels().stream()
                    .filter(kernel -> kernel.name().endsWith("_ok"))
                    .map(kernel -> file + " " + kernel.name()));
  }

  @ParameterizedTest
  @MethodSource("twins")
  void correctTwinsRun(String twin) {
    var names = twin.split(" ");
    var kernel = PtxParser.parse(KernelRig.resource("bugs/" + names[0] + ".ptx")).kernel(names[1]);
    for (var seed = 0; seed < 8; seed++) {
      try (var rig = new KernelRig(ExecutionMode.CHECKED, seed)) {
        var arguments =
            names[1].equals("off_by_one_ok")
                ? of(rig.raw("x", 100), new Argument.Int(100))
                : inputAndOutput(rig);
        rig.launch(kernel, LaunchGeometry.of(1, THREADS), arguments);
      }
    }
  }

  @Test
  void twinsComputeWhatTheyShould() {
    var shared = PtxParser.parse(KernelRig.resource("bugs/shared.ptx"));
    try (var rig = new KernelRig(ExecutionMode.CHECKED, 1)) {
      var arguments = inputAndOutput(rig);
      rig.launch(shared.kernel("lanes_race_ok"), LaunchGeometry.of(1, THREADS), arguments);
      var expected = new float[THREADS];
      for (var i = 0; i < THREADS; i++) {
        expected[i] = i ^ 1;
      }
      assertArrayEquals(expected, rig.read(arguments[1], THREADS));
    }
  }

  private static void runInTwoOrders(String kernel, Function<KernelRig, Argument[]> arguments) {
    var module = PtxParser.parse(KernelRig.resource("bugs/order.ptx"));
    try (var rig = new KernelRig(ExecutionMode.CHECKED, 11)) {
      rig.launchInTwoOrders(
          module.kernel(kernel), LaunchGeometry.of(16, THREADS), arguments.apply(rig));
    }
  }

  @Test
  void resultsMustNotDependOnTheOrderOfBlocks() {
    var count = 16 * THREADS;
    Function<KernelRig, Argument[]> floatSum =
        rig ->
            of(
                rig.floats("x", count, i -> 1f / (i + 3)),
                rig.floats("sum", 1),
                new Argument.Int(count));
    Function<KernelRig, Argument[]> intSum =
        rig ->
            of(rig.ints("x", count, i -> i), rig.ints("sum", 1, i -> 0), new Argument.Int(count));
    Function<KernelRig, Argument[]> one = rig -> of(rig.floats("y", 1));
    Function<KernelRig, Argument[]> inPlace = rig -> of(rig.floats("x", count));
    Function<KernelRig, Argument[]> apart = rig -> of(rig.floats("x", count), rig.raw("y", count));
    assertOrder("sum_atomic", "sum", floatSum);
    runInTwoOrders("sum_atomic_ok", intSum);
    assertOrder("last_block_wins", "y", one);
    assertOrder("reads_neighbour", "x", inPlace);
    runInTwoOrders("reads_neighbour_ok", apart);
  }

  private static void assertOrder(
      String kernel, String allocation, Function<KernelRig, Argument[]> arguments) {
    var fault = assertThrows(GpuFault.class, () -> runInTwoOrders(kernel, arguments), kernel);
    assertEquals(GpuFault.Kind.BLOCK_ORDER, fault.kind(), fault.getMessage());
    assertEquals(allocation, fault.place().allocation(), fault.getMessage());
  }
}
