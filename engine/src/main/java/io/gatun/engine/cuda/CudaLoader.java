package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import io.gatun.engine.memory.SharedConstants;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Step;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Loads a plan: compiles its kernels, allocates one block of device memory for arena, workspace
/// and small constants, uploads these, and makes the schedule. Larger constants are uploaded once
/// for all plans of the device.
final class CudaLoader {
  private static final long ALIGNMENT = 256;

  /// Constants of fewer bytes are not worth memory of their own.
  private static final long LEAST_SHARED = 1 << 16;

  private final CudaDevice device;
  private final CudaDriver driver;
  private final PlanCode root;
  private final Map<Group, LibraryCall> calls = new IdentityHashMap<>();
  private final List<SharedConstants.Held> held = new ArrayList<>();

  CudaLoader(CudaDevice device, PlanCode root) {
    this.device = device;
    this.driver = device.driver();
    this.root = root;
  }

  /// @param program its name, for messages
  CudaExecutable load(String program) {
    device.library().require(root.units());
    long arena = align(root.plan().memory().arenaBytes());
    choose(root);
    long most = calls.values().stream().mapToLong(LibraryCall::workspaceBytes).max().orElse(0);
    long workspace = align(Math.max(most, root.workspaceBytes()));
    long constants = constantBytes(root, false);
    String needs =
        "the plan needs %,d bytes of intermediate values, %,d of workspace, %,d of constants"
            .formatted(arena, workspace, constants + constantBytes(root, true));
    long memory = device.reserve(arena + workspace + constants, () -> needs);
    try {
      var upload = new Upload(memory + arena + workspace, needs);
      place(root, memory, upload);
      driver.synchronize(device.stream());
      var schedule = schedule(root, memory + arena);
      return new CudaExecutable(device, program, schedule, root.plan(), () -> free(memory), needs);
    } catch (RuntimeException | Error e) {
      free(memory);
      throw e;
    }
  }

  private void free(long memory) {
    driver.free(memory);
    held.forEach(SharedConstants.Held::close);
  }

  private static boolean isShared(Literal constant) {
    return constant.type().bytes() >= LEAST_SHARED;
  }

  /// Finds what libraries do better, in loop bodies too.
  private void choose(PlanCode code) {
    for (Step step : code.plan().steps()) {
      switch (step) {
        case Step.Launch(Group group) ->
            device.choice().of(code, group).ifPresent(call -> calls.put(group, call));
        case Step.Loop loop -> choose(code.body(loop));
        case Step.Copy _ -> {}
      }
    }
  }

  /// Bytes with the padding up to what starts next.
  static long align(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  private static List<Step.Loop> loops(PlanCode code) {
    var loops = new ArrayList<Step.Loop>();
    for (Step step : code.plan().steps()) {
      if (step instanceof Step.Loop loop) loops.add(loop);
    }
    return loops;
  }

  /// @param areShared of which constants
  private static long constantBytes(PlanCode code, boolean areShared) {
    long bytes = 0;
    for (var constant : code.constants()) {
      long size = constant.value().type().bytes();
      if (isShared(constant.value()) == areShared) bytes += align(size);
    }
    for (var loop : loops(code)) bytes += constantBytes(code.body(loop), areShared);
    return bytes;
  }

  /// Where the next constant goes.
  private final class Upload {
    private final String needs;
    private long next;

    Upload(long start, String needs) {
      next = start;
      this.needs = needs;
    }

    long place(Literal constant) {
      if (isShared(constant)) {
        held.add(device.constants().acquire("as it is", List.of(constant), () -> block(constant)));
        return held.getLast().address();
      }
      long address = next;
      if (constant.data().byteSize() > 0) upload(constant, address);
      next += align(constant.data().byteSize());
      return address;
    }

    private SharedConstants.Block block(Literal constant) {
      long address = device.reserve(constant.data().byteSize(), () -> needs);
      try {
        upload(constant, address);
        // Another plan may run before this one has been loaded.
        driver.synchronize(device.stream());
      } catch (RuntimeException | Error e) {
        driver.free(address);
        throw e;
      }
      return new SharedConstants.Block(address, () -> driver.free(address));
    }

    private void upload(Literal constant, long address) {
      driver.copyToDevice(address, offHeap(constant.data()), device.stream());
    }

    private MemorySegment offHeap(MemorySegment data) {
      return data.isNative()
          ? data
          : Arena.ofAuto().allocate(data.byteSize(), Long.BYTES).copyFrom(data);
    }
  }

  /// Binds what does not move: values in the arena, and constants.
  private void place(PlanCode code, long arena, Upload upload) {
    var places = code.places();
    for (Place place : places.all()) {
      switch (place) {
        case Place.InInput _, Place.InResult _ -> {}
        case Place.InArena(long offset) -> places.bind(places.number(place), arena + offset);
        case Place.InConstant(var value) -> places.bind(places.number(place), upload.place(value));
      }
    }
    for (var loop : loops(code)) place(code.body(loop), arena + loop.arena(), upload);
  }

  // --- the schedule

  private Work.Schedule schedule(PlanCode code, long workspace) {
    var entries = new ArrayList<Work>();
    var ends = new ArrayList<Integer>();
    var places = code.places();
    for (Step step : code.plan().steps()) {
      switch (step) {
        case Step.Launch(Group group) -> launch(code, group, workspace, entries);
        case Step.Copy(Place from, Place to, long bytes) ->
            entries.add(new Work.Copy(places, places.number(from), places.number(to), bytes));
        case Step.Loop loop ->
            entries.add(
                new Work.Loop(
                    name(code, loop.group()), loop, places, schedule(code.body(loop), workspace)));
      }
      ends.add(entries.size());
    }
    return new Work.Schedule(places, entries, ends);
  }

  private static String name(PlanCode code, Group group) {
    return GroupName.of(code.plan().graph(), group);
  }

  private void launch(PlanCode code, Group group, long workspace, List<Work> entries) {
    var lowered = code.lowered(group);
    var ready = code.ready(group);
    if (lowered.isEmpty() && ready.isEmpty()) {
      if (code.isOnHost(group)) entries.add(onHost(code, group));
      return;
    }
    var places = code.places();
    int[] numbers = group.kernel().buffers().stream().mapToInt(places::number).toArray();
    Addresses addresses = buffer -> places.address(numbers[buffer]);
    if (ready.isPresent()) {
      for (var kernel : ready.get().kernels()) {
        var function = device.library().ready(kernel);
        var name = name(code, group) + " (" + kernel.name() + ")";
        entries.add(new Work.Ready(name, function, ready.get(), kernel, addresses, workspace));
      }
      return;
    }
    var call = calls.get(group);
    if (call != null) {
      var name = name(code, group) + " (" + call.name() + ")";
      entries.add(new Work.Library(name, call, addresses, workspace));
      return;
    }
    entries.addAll(
        device
            .library()
            .launches(name(code, group), lowered.get(), numbers.length, addresses, workspace));
  }

  /// Runs a kernel that nothing is generated for on the reference evaluator.
  private Work onHost(PlanCode code, Group group) {
    var kernel = group.kernel();
    var transfer = new Transfer(driver, device.stream());
    return new Work.Host(
        name(code, group),
        () -> {
          var contents = new ArrayList<NdArray>();
          for (var node : kernel.buffers()) {
            long address = code.places().address(code.places().number(node));
            contents.add(NdArray.of(node.type(), transfer.read(address, node.type().bytes())));
          }
          var after = KernelInterpreter.run(kernel, contents);
          for (int i : kernel.written()) {
            var node = kernel.buffers().get(i);
            var data = Arena.ofAuto().allocate(Math.max(1, node.type().bytes()), Long.BYTES);
            after.get(i).copyTo(data.asSlice(0, node.type().bytes()));
            transfer.write(
                code.places().address(code.places().number(node)),
                data.asSlice(0, node.type().bytes()));
          }
        });
  }
}
