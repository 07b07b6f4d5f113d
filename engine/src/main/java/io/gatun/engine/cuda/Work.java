package io.gatun.engine.cuda;

import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.engine.cuda.lowering.Lowered;
import io.gatun.engine.cuda.lowering.ReadyCall;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Step;
import io.gatun.graph.plan.Track;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// One entry of a loaded plan's schedule: it puts work into a stream, at the addresses that the
/// places have at that moment.
sealed interface Work {
  /// What the entry is, for messages.
  String name();

  void enqueue(CudaDriver driver, CudaDriver.Stream stream);

  /// The name, and how it is launched.
  default String description() {
    return switch (this) {
      case Kernel kernel -> name() + " with " + kernel.launch().geometry();
      case Ready ready -> name() + " with " + ready.call().geometry(ready.kernel());
      case Library _, Copy _, Host _, Loop _ -> name();
    };
  }

  /// A launch of a kernel.
  ///
  /// @param buffers how many buffers the kernel has
  /// @param workspace address of the workspace
  record Kernel(
      String name,
      CudaDriver.Function function,
      Lowered lowered,
      Lowered.Launch launch,
      int buffers,
      Addresses addresses,
      long workspace)
      implements Work {
    /// The function's name in its module.
    String symbol() {
      return lowered.unit().symbol(launch.entry());
    }

    @Override
    public void enqueue(CudaDriver driver, CudaDriver.Stream stream) {
      var arguments = new ArrayList<Argument>();
      arguments.add(new Argument.Bytes(struct()));
      for (var parameter : launch.parameters()) {
        arguments.add(
            switch (parameter) {
              case Lowered.Parameter.Workspace() -> new Argument.Pointer(workspace);
              case Lowered.Parameter.Number(int value) -> new Argument.Int(value);
              case Lowered.Parameter.Struct(byte[] bytes) -> new Argument.Bytes(bytes);
            });
      }
      driver.launch(function, launch.geometry(), arguments, stream);
    }

    private byte[] struct() {
      int[] pointers =
          launch
              .pointers()
              .map(some -> some.stream().mapToInt(buffer -> buffer).toArray())
              .orElseGet(() -> IntStream.range(0, buffers).toArray());
      int count = pointers.length + (lowered.workspaceInStruct() ? 1 : 0);
      var struct = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
      for (int buffer : pointers) {
        struct.putLong(buffer == Lowered.Launch.NONE ? 0 : addresses.of(buffer));
      }
      if (lowered.workspaceInStruct()) struct.putLong(workspace);
      return struct.array();
    }
  }

  /// A launch of a ready-made kernel.
  ///
  /// @param kernel one of the call's
  /// @param workspace address of the workspace
  record Ready(
      String name,
      CudaDriver.Function function,
      ReadyCall call,
      io.gatun.kernels.Kernel kernel,
      Addresses addresses,
      long workspace)
      implements Work {
    @Override
    public void enqueue(CudaDriver driver, CudaDriver.Stream stream) {
      var arguments = call.arguments(kernel, addresses::of, workspace);
      driver.launch(function, call.geometry(kernel), arguments, stream);
    }
  }

  /// A kernel's work, done by a library.
  ///
  /// @param workspace address of the workspace
  record Library(String name, LibraryCall call, Addresses addresses, long workspace)
      implements Work {
    @Override
    public void enqueue(CudaDriver driver, CudaDriver.Stream stream) {
      call.body().launch(stream, addresses, workspace);
    }
  }

  /// A copy between two places.
  record Copy(Places places, int from, int to, long bytes) implements Work {
    @Override
    public String name() {
      return "copy";
    }

    @Override
    public void enqueue(CudaDriver driver, CudaDriver.Stream stream) {
      if (bytes > 0) {
        driver.copyOnDevice(places.address(to), places.address(from), bytes, stream);
      }
    }
  }

  /// An operation of the reference evaluator, on the host.
  record Host(String name, Runnable body) implements Work {
    @Override
    public void enqueue(CudaDriver driver, CudaDriver.Stream stream) {
      driver.synchronize(stream);
      body.run();
    }
  }

  /// A loop: before each iteration the addresses that move are written into the body's places.
  record Loop(String name, Step.Loop loop, Places outer, Schedule body) implements Work {
    @Override
    public void enqueue(CudaDriver driver, CudaDriver.Stream stream) {
      for (int iteration = 0; iteration < loop.length(); iteration++) {
        place(iteration);
        body.enqueue(driver, stream);
      }
    }

    /// Binds the body's inputs and results for an iteration that follows the one before.
    void place(int iteration) {
      var places = body.places();
      int results = loop.arguments().size();
      // First, while the results still lie where the last iteration wrote them.
      for (int i = 0; i < results; i++) {
        if (loop.arguments().get(i) instanceof Track.Carried(Place first, int result)) {
          places.bind(i, iteration == 0 ? outer.address(first) : places.address(results + result));
        }
      }
      var tracks = new ArrayList<>(loop.arguments());
      tracks.addAll(loop.results());
      boolean isLast = (loop.length() - 1 - iteration) % 2 == 0;
      for (int i = 0; i < tracks.size(); i++) {
        switch (tracks.get(i)) {
          case Track.Moving(Place place, long start, long stride) ->
              places.bind(i, outer.address(place) + start + iteration * stride);
          case Track.Alternating(Place last, Place other) ->
              places.bind(i, outer.address(isLast ? last : other));
          case Track.Carried _ -> {}
        }
      }
    }
  }

  /// The entries of a plan and its places.
  ///
  /// @param ends for each step the number of entries up to its end
  record Schedule(Places places, List<Work> entries, List<Integer> ends) {
    public Schedule {
      entries = List.copyOf(entries);
      ends = List.copyOf(ends);
    }

    void enqueue(CudaDriver driver, CudaDriver.Stream stream) {
      for (Work entry : entries) entry.enqueue(driver, stream);
    }

    /// The steps whose kernel a message names: `step 3, %7 exp (map_0123)`.
    List<String> stepsNamedIn(String message) {
      return steps(
          entry ->
              switch (entry) {
                case Kernel kernel -> message.contains(kernel.symbol());
                case Ready ready -> message.contains(ready.kernel().name());
                case Library _, Copy _, Host _, Loop _ -> false;
              });
    }

    /// All steps that do anything, as [#stepsNamedIn] writes them.
    List<String> steps() {
      return steps(_ -> true);
    }

    private List<String> steps(Predicate<Work> wanted) {
      var found = new ArrayList<String>();
      int step = 0;
      for (int i = 0; i < entries.size(); i++) {
        while (ends.get(step) <= i) step++;
        String place = "step " + step + ", ";
        Work entry = entries.get(i);
        if (entry instanceof Loop loop) {
          String start = place + loop.name() + ", ";
          loop.body().steps(wanted).forEach(inner -> found.add(start + inner));
        } else if (wanted.test(entry)) {
          found.add(place + entry.name());
        }
      }
      return found;
    }

    /// Whether the host has nothing to do in between.
    boolean isCapturable() {
      return entries.stream()
          .allMatch(
              entry ->
                  switch (entry) {
                    case Kernel _, Ready _, Library _, Copy _ -> true;
                    case Host _ -> false;
                    case Loop loop -> loop.body().isCapturable();
                  });
    }
  }
}
