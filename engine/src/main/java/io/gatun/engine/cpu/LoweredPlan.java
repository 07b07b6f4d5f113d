package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Track;
import java.util.List;
import java.util.stream.Stream;

/// The code of one plan, the whole one or a loop's body, as data: how its table of addresses is
/// laid out and what runs in which order. Made by the compiler, or read from the cache.
///
/// @param places what lies at the first slots of the table: slot `i` is of place `i`
/// @param size slots of the table
/// @param copies for each place the slots that hold its address once more, in windows of kernels
/// @param workspaces memory beside the places
/// @param packed workspaces that are made of constants
/// @param scratchBytes scratch memory that each thread needs, without that of loops' bodies
/// @param atBegin runs once before the iterations of the loop whose body this is
/// @param schedule runs in each run
/// @param ends for each step of the plan the number of schedule entries up to its end
record LoweredPlan(
    List<Place> places,
    int size,
    List<List<Integer>> copies,
    List<Space> workspaces,
    List<PackedConstant> packed,
    long scratchBytes,
    List<Task> atBegin,
    List<Task> schedule,
    List<Integer> ends) {
  LoweredPlan {
    places = List.copyOf(places);
    copies = List.copyOf(copies);
    workspaces = List.copyOf(workspaces);
    packed = List.copyOf(packed);
    atBegin = List.copyOf(atBegin);
    schedule = List.copyOf(schedule);
    ends = List.copyOf(ends);
  }

  /// A workspace.
  ///
  /// @param slot of the table
  /// @param lasting keeps what is written there before a loop begins; else it is free between steps
  record Space(int slot, long bytes, boolean lasting) {}

  /// A workspace that is made of constants when the plan is loaded.
  ///
  /// @param slot of the table
  /// @param form says how it is made: equal where the same is made of equal constants
  /// @param sources slots of the constants
  /// @param tasks make it
  record PackedConstant(
      int slot, long bytes, String form, List<Integer> sources, List<Task> tasks) {
    PackedConstant {
      sources = List.copyOf(sources);
      tasks = List.copyOf(tasks);
    }
  }

  /// Something to run.
  sealed interface Task {
    /// A compiled function.
    ///
    /// @param window slot of the table with which what it is shown begins
    record Call(String name, String function, int window, long units, long grain) implements Task {}

    /// A copy from slot to slot.
    record Copy(int from, int to, long bytes) implements Task {}

    /// A kernel that nothing is generated for.
    record Interpret(String name, Kernel kernel, List<Integer> slots) implements Task {}

    /// A loop.
    ///
    /// @param arena offset of the body's arena in that of this plan
    record Loop(
        String name,
        int length,
        List<Track> arguments,
        List<Track> results,
        long arena,
        LoweredPlan body)
        implements Task {
      public Loop {
        arguments = List.copyOf(arguments);
        results = List.copyOf(results);
      }
    }
  }

  /// The loops, in order.
  Stream<Task.Loop> loops() {
    return schedule.stream()
        .<Task.Loop>mapMulti(
            (task, out) -> {
              if (task instanceof Task.Loop loop) out.accept(loop);
            });
  }

  /// Scratch memory that each thread needs.
  long allScratchBytes() {
    return loops().mapToLong(l -> l.body().allScratchBytes()).reduce(scratchBytes, Math::max);
  }

  /// Memory for workspaces that keep nothing between steps.
  long transientBytes() {
    long own = workspaces.stream().mapToLong(w -> w.lasting() ? 0 : w.bytes()).max().orElse(0);
    return loops().mapToLong(l -> l.body().transientBytes()).reduce(own, Math::max);
  }
}
