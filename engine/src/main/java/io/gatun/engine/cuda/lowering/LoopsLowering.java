package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.LoopPattern;
import io.gatun.graph.kernel.LoopsKernel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Lowers loops of one program over different arrays to the templates `map_tensors.cu` and
/// `fold_tensors.cu`: the code of the first loop, which all others run with their own arrays.
///
/// The arrays' addresses are parameters of the kernel, of which there are 4 KiB: very many tensors
/// take a few launches.
final class LoopsLowering {
  private static final int THREADS = 256;

  /// Bytes of a kernel's parameters that every driver takes.
  private static final int PARAMETER_BYTES = 4096;

  /// Elements that a thread of a fold takes one after the other, at least.
  private static final int FOLDED = 8;

  private final LoopsKernel kernel;
  private final KernelLowering.Memory memory;
  private final DeviceShape device;
  private final LoopKernel first;
  private final List<LoopPattern> patterns;
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final Buffers buffers;
  private final boolean isWide;

  /// Where the first loop's buffers are found, as C++ expressions.
  private final Map<Integer, String> found = new LinkedHashMap<>();

  /// Buffers of the first loop: those that all loops share, and those that each has.
  private final List<Integer> common = new ArrayList<>();

  private final List<Integer> own = new ArrayList<>();
  private final int tensors;

  LoopsLowering(LoopsKernel kernel, KernelLowering.Memory memory, DeviceShape device) {
    this.kernel = kernel;
    this.memory = memory;
    this.device = device;
    for (Node node : kernel.buffers()) numbers.put(node, numbers.size());
    patterns = kernel.loops().stream().map(loop -> LoopPattern.of(loop).orElseThrow()).toList();
    first = kernel.loops().getFirst();
    buffers = new Buffers(first.buffers(), first.written(), isAligned());
    isWide = patterns.stream().anyMatch(p -> buffers.isWide(p.points()));
    for (int buffer : patterns.getFirst().buffers()) find(buffer);
    int index = isWide ? Long.BYTES : Integer.BYTES;
    int each = 8 * own.size() + 2 * index;
    tensors =
        Math.clamp(
            (PARAMETER_BYTES - 8 * common.size() - index - 8) / each, 1, kernel.loops().size());
  }

  private IntPredicate isAligned() {
    return buffer -> inAll(loop -> memory.isAligned().test(number(loop, buffer)));
  }

  private boolean inAll(IntPredicate isSo) {
    return IntStream.range(0, patterns.size()).allMatch(isSo);
  }

  /// The number, among all, of the buffer that a loop has in the place of one of the first's.
  private int number(int loop, int buffer) {
    int position = patterns.getFirst().buffers().indexOf(buffer);
    int there = patterns.get(loop).buffers().get(position);
    return numbers.get(kernel.loops().get(loop).buffers().get(there));
  }

  private void find(int buffer) {
    int shared = number(0, buffer);
    if (inAll(loop -> isSame(shared, number(loop, buffer)))) {
      found.put(buffer, "addresses.common[%d]".formatted(common.size()));
      common.add(buffer);
      return;
    }
    Optional<Integer> known =
        own.stream()
            .filter(other -> inAll(loop -> isSame(number(loop, other), number(loop, buffer))))
            .findFirst();
    int slot = known.map(own::indexOf).orElse(own.size());
    if (known.isEmpty()) own.add(buffer);
    found.put(buffer, "addresses.own[tensor][%d]".formatted(slot));
  }

  private boolean isSame(int a, int b) {
    return a == b || memory.share().test(a, b);
  }

  Lowered lower() {
    return patterns.getFirst().isMap() ? map() : fold();
  }

  private Lowered map() {
    var lowering = new MapLowering(first, buffers, device);
    int lanes = lowering.lanes();
    String hole =
        "#include \"expressions.cuh\"\n"
            + declarations()
            + "constexpr int LANES = %d;\n".formatted(lanes)
            + lowering.functions(lanes);
    var unit = SourceText.unit(List.of("map_tensors.cu"), hole, List.of("map_tensors"));
    long chunk = chunk(THREADS * lanes);
    var launches = new ArrayList<Lowered.Launch>();
    for (var part : parts()) {
      var geometry = LaunchGeometry.of(blocks(part, chunk), THREADS);
      launches.add(launch("map_tensors", geometry, part, List.of(pieces(part, chunk))));
    }
    return new Lowered(unit, launches, 0, false);
  }

  private Lowered fold() {
    long chunk = chunk(THREADS * FOLDED);
    boolean isSplit = patterns.stream().anyMatch(p -> p.points() > chunk);
    String hole =
        declarations()
            + "constexpr bool SPLIT = %s;\n".formatted(isSplit)
            + new LoopLowering(first, buffers, device).program();
    var entries = isSplit ? List.of("fold_tensors", "finish_tensors") : List.of("fold_tensors");
    var unit = SourceText.unit(List.of("fold_tensors.cu"), hole, entries);
    var launches = new ArrayList<Lowered.Launch>();
    long workspace = 0;
    for (var part : parts()) {
      int blocks = blocks(part, chunk);
      var parameters = List.of(pieces(part, chunk), new Lowered.Parameter.Workspace());
      launches.add(launch("fold_tensors", LaunchGeometry.of(blocks, THREADS), part, parameters));
      if (!isSplit) continue;
      var geometry = LaunchGeometry.of(Math.ceilDiv(tensors, THREADS / 32), THREADS);
      launches.add(launch("finish_tensors", geometry, part, parameters));
      // An accumulator takes at most a value and a position, both padded to 8 bytes.
      workspace = Math.max(workspace, 16L * first.stages().getFirst().folds().size() * blocks);
    }
    return new Lowered(unit, launches, workspace, false);
  }

  // --- the hole

  private String declarations() {
    var text = new StringBuilder();
    text.append("typedef %s Index;\n".formatted(isWide ? "long long" : "int"));
    text.append("typedef unsigned %s Unsigned;\n".formatted(isWide ? "long long" : "int"));
    text.append("constexpr int TENSORS = %d;\n".formatted(tensors));
    text.append("struct Addresses {\n");
    if (!common.isEmpty()) text.append("  void* common[%d];\n".formatted(common.size()));
    text.append("  void* own[TENSORS][%d];\n};\n".formatted(own.size()));
    text.append("struct Buffers {\n");
    found.keySet().forEach(b -> text.append("  %s b%d;\n".formatted(pointer(b), b)));
    text.append("};\nDEVICE Buffers buffers_of(const Addresses& addresses, int tensor) {\n");
    text.append("  Buffers buffers;\n");
    found.forEach(
        (b, where) ->
            text.append("  buffers.b%d = static_cast<%s>(%s);\n".formatted(b, pointer(b), where)));
    return text.append("  return buffers;\n}\n").toString();
  }

  private String pointer(int buffer) {
    String type = CudaTypes.memory(buffers.type(buffer).dtype());
    return first.written().contains(buffer) ? type + "*" : "const " + type + "*";
  }

  // --- launches

  /// The loops of each launch, by number.
  private List<List<Integer>> parts() {
    var parts = new ArrayList<List<Integer>>();
    for (int start = 0; start < patterns.size(); start += tensors) {
      var part = new ArrayList<Integer>();
      for (int i = start; i < Math.min(start + tensors, patterns.size()); i++) part.add(i);
      parts.add(part);
    }
    return parts;
  }

  /// Points of a block: a multiple of `least`, so many that all blocks fill the device a few times.
  private long chunk(long least) {
    long wanted = patterns.stream().mapToLong(p -> Math.ceilDiv(p.points(), least)).sum();
    return least * Math.ceilDiv(wanted, device.blocks(wanted, THREADS));
  }

  private int blocks(List<Integer> part, long chunk) {
    return Math.toIntExact(
        part.stream().mapToLong(i -> Math.ceilDiv(patterns.get(i).points(), chunk)).sum());
  }

  private Lowered.Parameter pieces(List<Integer> part, long chunk) {
    var points = new ArrayList<Long>();
    var starts = new ArrayList<Long>();
    long next = 0;
    for (int i : part) {
      points.add(patterns.get(i).points());
      starts.add(next);
      next += Math.ceilDiv(patterns.get(i).points(), chunk);
    }
    points.addAll(Collections.nCopies(tensors - part.size(), 0L));
    starts.addAll(Collections.nCopies(tensors - part.size(), (long) Integer.MAX_VALUE));
    var all = new ArrayList<>(List.of(chunk));
    all.addAll(points);
    all.addAll(starts);
    int bytes = isWide ? Long.BYTES : Integer.BYTES;
    var struct = ByteBuffer.allocate(bytes * all.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (long number : all) {
      if (isWide) struct.putLong(number);
      else struct.putInt(Math.toIntExact(number));
    }
    return new Lowered.Parameter.Struct(struct.array());
  }

  private Lowered.Launch launch(
      String entry,
      LaunchGeometry geometry,
      List<Integer> part,
      List<Lowered.Parameter> parameters) {
    var pointers = new ArrayList<>(common.stream().map(b -> number(0, b)).toList());
    for (int i : part) {
      for (int buffer : own) pointers.add(number(i, buffer));
    }
    pointers.addAll(Collections.nCopies((tensors - part.size()) * own.size(), Lowered.Launch.NONE));
    return new Lowered.Launch(entry, geometry, Optional.of(pointers), parameters);
  }
}
