package io.gatun.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gatun.bindings.CacheDirectory;
import io.gatun.engine.cache.BuildIdentity;
import io.gatun.engine.cache.ContentKey;
import io.gatun.engine.cache.FileDigest;
import io.gatun.engine.cache.ObjectCache;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// Plans of a model's file on disk: what was compiled for inputs of some types is made ready by
/// later processes without parsing the model, planning it or asking LLVM.
///
/// An entry is found by the path of the file, the types of the inputs, the build of Gatun, and what
/// the device says of itself. It has the size and the digest of each file that the model is in, and
/// counts only where these files still have them, all their bytes: so files that were changed in
/// whatever way are compiled anew. Weights are not in it but for those that were computed from
/// others; they stay in the model's files.
///
/// Before the image come all that the entry is found by, the number of files and, for each, its
/// location, size and digest.
final class PlanCache {
  private static final long BOUND = 1L << 30;

  /// Larger images are not kept: most weights of such a model were computed.
  private static final long MOST_BYTES = 256L << 20;

  /// File systems tell times in steps of up to this.
  private static final Duration CLOCK = Duration.ofMillis(20);

  private final ObjectCache cache;
  private final PlanImages images;
  private final OnnxModel model;
  private final OnnxModel.Source source;
  private final String identity;

  /// A file of the model.
  ///
  /// @param location below the model's folder; empty for the model's own file
  private record Stored(String location, MemorySegment bytes) {}

  /// @param build what tells builds of Gatun apart, and other graphs of the model from its own
  PlanCache(
      ObjectCache cache, PlanImages images, OnnxModel model, OnnxModel.Source source, String build)
      throws IOException {
    this.cache = cache;
    this.images = images;
    this.model = model;
    this.source = source;
    identity =
        String.join(
            "\n", "plan 1", build, images.identity(), source.path().toRealPath().toString(), "");
  }

  /// The cache of the current user for this model; empty where a device or a build keeps no images,
  /// the model is in no file, or `GATUN_PLANS`, `GATUN_DEBUG` and its like want it so.
  ///
  /// @param form names the graph that is made of the model; empty for its own
  static Optional<PlanCache> of(Device device, OnnxModel model, String form) {
    boolean isOff =
        !Setting.PLANS.isOn(System.getenv(), true) || DebugOptions.fromEnvironment().any();
    var images = device.images();
    if (isOff || images.isEmpty() || model.source().isEmpty()) return Optional.empty();
    var build = BuildIdentity.of(List.of(PlanCache.class, Compiler.class));
    if (build.isEmpty()) return Optional.empty();
    try {
      var folder = CacheDirectory.user().folder("plans");
      var cache = new ObjectCache(folder, BOUND);
      return Optional.of(
          new PlanCache(cache, images.get(), model, model.source().get(), build.get() + form));
    } catch (IOException e) {
      tell("plans are not kept", e);
      return Optional.empty();
    }
  }

  private byte[] key(Map<String, TensorType> types) {
    var text = new StringBuilder(identity);
    new TreeMap<>(types).forEach((name, type) -> text.append(name).append(type).append('\n'));
    return text.toString().getBytes(UTF_8);
  }

  private static void tell(String what, Exception why) {
    System.getLogger(PlanCache.class.getName())
        .log(System.Logger.Level.DEBUG, () -> what + ": " + why);
  }

  // --- reading

  /// The executable that was kept for the model with exactly these inputs.
  ///
  /// @param plan compiles it
  Optional<Executable> find(Map<String, TensorType> types, Supplier<Plan> plan) {
    byte[] key = key(types);
    String name = ContentKey.quick(key);
    var entry = cache.map(name);
    if (entry.isEmpty()) return Optional.empty();
    try {
      var executable = read(entry.get(), key, plan);
      if (executable.isEmpty()) cache.remove(name);
      return executable;
    } catch (IOException | OnnxException | BufferUnderflowException e) {
      tell("a plan that was kept is compiled anew", e);
      return Optional.empty();
    }
  }

  private Optional<Executable> read(MemorySegment entry, byte[] key, Supplier<Plan> plan)
      throws DamagedImageException {
    var in = entry.asByteBuffer();
    if (!Arrays.equals(bytes(in), key)) return Optional.empty();
    int count = in.getInt();
    DamagedImageException.check(count > 0 && count <= in.remaining(), "it has no files");
    var files = new ArrayList<Stored>();
    long[] digests = new long[count];
    for (int i = 0; i < count; i++) {
      var file = file(new String(bytes(in), UTF_8));
      if (file.bytes().byteSize() != in.getLong()) return Optional.empty();
      digests[i] = in.getLong();
      files.add(file);
    }
    // The files are read while their plan is loaded.
    var same = new FutureTask<>(() -> isSame(files, digests));
    Thread.ofPlatform().name("gatun-digest").daemon().start(same);
    var image = entry.asSlice(align(in.position()));
    var executable = images.read(image, constants(files), plan);
    boolean isGood = false;
    try {
      isGood = result(same);
      return isGood ? Optional.of(executable) : Optional.empty();
    } finally {
      if (!isGood) executable.close();
    }
  }

  private static byte[] bytes(ByteBuffer in) throws DamagedImageException {
    int length = in.getInt();
    DamagedImageException.check(length >= 0 && length <= in.remaining(), "a text is cut");
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private Stored file(String location) {
    return new Stored(location, location.isEmpty() ? source.bytes() : model.dataFile(location));
  }

  private static ConstantFiles constants(List<Stored> files) {
    return new ConstantFiles(files.stream().map(Stored::bytes).toList());
  }

  private static boolean isSame(List<Stored> files, long[] digests) {
    for (int i = 0; i < digests.length; i++) {
      if (FileDigest.of(files.get(i).bytes()) != digests[i]) return false;
    }
    return true;
  }

  private static boolean result(FutureTask<Boolean> same) {
    try {
      return same.get();
    } catch (ExecutionException e) {
      throw new EngineException("a model's file cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while reading a model's file", e);
    }
  }

  // --- writing

  /// Keeps an executable, where that can be done.
  ///
  /// @param types of all inputs of the model
  void keep(Map<String, TensorType> types, Executable executable) {
    var files = new ArrayList<Stored>();
    files.add(file(""));
    model.dataFiles().forEach((location, bytes) -> files.add(new Stored(location, bytes)));
    try {
      for (var file : files) if (isNew(file)) return;
      var image = executable.image(constants(files));
      if (image.isEmpty()) return;
      var parts = new ArrayList<MemorySegment>();
      byte[] key = key(types);
      parts.add(MemorySegment.ofArray(head(key, files)));
      parts.addAll(image.get());
      if (parts.stream().mapToLong(MemorySegment::byteSize).sum() > MOST_BYTES) return;
      cache.put(ContentKey.quick(key), parts);
    } catch (IOException e) {
      tell("a plan is not kept", e);
    }
  }

  /// Whether a file may have been written since the model was opened: what was computed from it is
  /// then perhaps of other weights than its digest.
  private boolean isNew(Stored file) throws IOException {
    Path path = source.path();
    if (!file.location().isEmpty()) path = path.resolveSibling(file.location());
    Instant written = Files.getLastModifiedTime(path).toInstant();
    return written.isAfter(source.opened().minus(CLOCK));
  }

  private static byte[] head(byte[] key, List<Stored> files) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(key.length);
    out.write(key);
    out.writeInt(files.size());
    for (var file : files) {
      byte[] location = file.location().getBytes(UTF_8);
      out.writeInt(location.length);
      out.write(location);
      out.writeLong(file.bytes().byteSize());
      out.writeLong(FileDigest.of(file.bytes()));
    }
    out.write(new byte[align(out.size()) - out.size()]);
    return bytes.toByteArray();
  }

  private static int align(int size) {
    return (size + 63) / 64 * 64;
  }
}
