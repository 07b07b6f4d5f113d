package io.gatun.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gatun.bindings.CacheDirectory;
import io.gatun.engine.cache.BuildIdentity;
import io.gatun.engine.cache.ContentKey;
import io.gatun.engine.cache.ObjectCache;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// Plans on disk, which later processes make ready without asking the compiler or LLVM.
///
/// An entry is found by a text, to which the build of Gatun and what the device says of itself
/// belong. It has the size and the digest of all memory that constants lie in, and counts only
/// where that still has them, all its bytes. Constants are not in it but for those that were
/// computed from others.
///
/// Before the image come all that the entry is found by, the number of pieces of memory and, for
/// each, its location, size and digest.
final class PlanStore {
  private static final long BOUND = 1L << 30;

  /// Larger images are not kept: most weights of such a model were computed.
  private static final long MOST_BYTES = 256L << 20;

  private final ObjectCache cache;
  private final PlanImages images;
  private final String identity;

  /// Memory that constants lie in, as a file of a model.
  ///
  /// @param location by which it is found again
  record Source(String location, MemorySegment bytes) {}

  /// @param build what tells builds of Gatun apart
  PlanStore(ObjectCache cache, PlanImages images, String build) {
    this.cache = cache;
    this.images = images;
    identity = String.join("\n", "plan 2", build, images.identity(), "");
  }

  /// The store of the current user; empty where a device or a build keeps no images, or
  /// `GATUN_PLANS`, `GATUN_DEBUG` and its like want it so.
  static Optional<PlanStore> of(Device device) {
    boolean isOff =
        !Setting.PLANS.isOn(System.getenv(), true) || DebugOptions.fromEnvironment().any();
    var images = device.images();
    if (isOff || images.isEmpty()) return Optional.empty();
    var build = BuildIdentity.of(List.of(PlanStore.class, Compiler.class));
    if (build.isEmpty()) return Optional.empty();
    try {
      var cache = new ObjectCache(CacheDirectory.user().folder("plans"), BOUND);
      return Optional.of(new PlanStore(cache, images.get(), build.get()));
    } catch (IOException e) {
      tell("plans are not kept", e);
      return Optional.empty();
    }
  }

  private byte[] key(String text) {
    return (identity + text).getBytes(UTF_8);
  }

  static void tell(String what, Exception why) {
    System.getLogger(PlanStore.class.getName())
        .log(System.Logger.Level.DEBUG, () -> what + ": " + why);
  }

  // --- reading

  /// The executable that was kept under a text.
  ///
  /// @param sources the memory of a location
  /// @param digest of memory
  /// @param plan compiles it
  Optional<Executable> find(
      String text,
      Function<String, Source> sources,
      ToLongFunction<MemorySegment> digest,
      Supplier<Plan> plan) {
    byte[] key = key(text);
    String name = ContentKey.quick(key);
    var entry = cache.map(name);
    if (entry.isEmpty()) return Optional.empty();
    try {
      var executable = read(entry.get(), key, sources, digest, plan);
      if (executable.isEmpty()) cache.remove(name);
      return executable;
    } catch (IOException | OnnxException | BufferUnderflowException e) {
      tell("a plan that was kept is compiled anew", e);
      return Optional.empty();
    }
  }

  private Optional<Executable> read(
      MemorySegment entry,
      byte[] key,
      Function<String, Source> sources,
      ToLongFunction<MemorySegment> digest,
      Supplier<Plan> plan)
      throws DamagedImageException {
    var in = entry.asByteBuffer();
    if (!Arrays.equals(bytes(in), key)) return Optional.empty();
    int count = in.getInt();
    DamagedImageException.check(count >= 0 && count <= in.remaining(), "it has no sources");
    var found = new ArrayList<Source>();
    long[] digests = new long[count];
    for (int i = 0; i < count; i++) {
      var source = sources.apply(new String(bytes(in), UTF_8));
      if (source.bytes().byteSize() != in.getLong()) return Optional.empty();
      digests[i] = in.getLong();
      found.add(source);
    }
    // The constants are read while their plan is loaded.
    var same = new FutureTask<>(() -> isSame(found, digests, digest));
    Thread.ofPlatform().name("gatun-digest").daemon().start(same);
    var image = entry.asSlice(align(in.position()));
    boolean isGood = false;
    Optional<Executable> executable = Optional.empty();
    try {
      executable = Optional.of(images.read(image, constants(found), plan));
      isGood = result(same);
      return isGood ? executable : Optional.empty();
    } finally {
      if (!isGood) executable.ifPresent(Executable::close);
    }
  }

  private static byte[] bytes(ByteBuffer in) throws DamagedImageException {
    int length = in.getInt();
    DamagedImageException.check(length >= 0 && length <= in.remaining(), "a text is cut");
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static ConstantFiles constants(List<Source> sources) {
    return new ConstantFiles(sources.stream().map(Source::bytes).toList());
  }

  private static boolean isSame(
      List<Source> sources, long[] digests, ToLongFunction<MemorySegment> digest) {
    for (int i = 0; i < digests.length; i++) {
      if (digest.applyAsLong(sources.get(i).bytes()) != digests[i]) return false;
    }
    return true;
  }

  private static boolean result(FutureTask<Boolean> same) {
    try {
      return same.get();
    } catch (ExecutionException e) {
      throw new EngineException("the constants of a plan cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while reading the constants of a plan", e);
    }
  }

  // --- writing

  /// Keeps an executable under a text, where that can be done.
  ///
  /// @param sources all memory that its constants may lie in
  /// @param digest of memory
  void keep(
      String text,
      List<Source> sources,
      ToLongFunction<MemorySegment> digest,
      Executable executable) {
    try {
      var image = executable.image(constants(sources));
      if (image.isEmpty()) return;
      var parts = new ArrayList<MemorySegment>();
      byte[] key = key(text);
      parts.add(MemorySegment.ofArray(head(key, sources, digest)));
      parts.addAll(image.get());
      if (parts.stream().mapToLong(MemorySegment::byteSize).sum() > MOST_BYTES) return;
      cache.put(ContentKey.quick(key), parts);
    } catch (IOException e) {
      tell("a plan is not kept", e);
    }
  }

  private static byte[] head(byte[] key, List<Source> sources, ToLongFunction<MemorySegment> digest)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(key.length);
    out.write(key);
    out.writeInt(sources.size());
    for (var source : sources) {
      byte[] location = source.location().getBytes(UTF_8);
      out.writeInt(location.length);
      out.write(location);
      out.writeLong(source.bytes().byteSize());
      out.writeLong(digest.applyAsLong(source.bytes()));
    }
    out.write(new byte[align(out.size()) - out.size()]);
    return bytes.toByteArray();
  }

  private static int align(int size) {
    return (size + 63) / 64 * 64;
  }
}
