package io.gatun.engine;

import io.gatun.engine.memory.LargePages;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/// Off-heap data: a memory segment, its type and a name for messages. Row-major. One owner closes
/// it; using a closed tensor throws and names it. A tensor that wraps a caller's segment closes
/// without touching the segment. Memory that is forgotten, neither closed nor reachable through any
/// segment, is reported with a warning that names the line that allocated it.
///
/// The memory is the host's unless a device made the tensor ([Device#allocate]): see [Placement].
public final class Tensor implements AutoCloseable {
  /// Alignment in bytes of tensors allocated here: a cache line, and a full vector register.
  public static final long ALIGNMENT = 64;

  private static final Cleaner CLEANER = Cleaner.create();

  /// What is said when the last reference to the memory is gone. It must not refer to it itself.
  private record Leak(AtomicBoolean closed, String tensor, String site) implements Runnable {
    @Override
    public void run() {
      if (closed.get()) return;
      System.getLogger(Tensor.class.getName())
          .log(System.Logger.Level.WARNING, "{0} was never closed; allocated {1}", tensor, site);
    }
  }

  private final String name;
  private final TensorType type;
  private final TensorMemory memory;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Tensor(String name, TensorType type, TensorMemory memory) {
    this.name = name;
    this.type = type;
    this.memory = memory;
  }

  /// A tensor of zeros in memory of its own.
  ///
  /// @throws EngineException when the memory cannot be had
  public static Tensor allocate(String name, TensorType type) {
    var arena = Arena.ofShared();
    try {
      long bytes = Math.max(1, type.bytes());
      var data = LargePages.allocate(arena, bytes, ALIGNMENT).asSlice(0, type.bytes());
      var tensor = new Tensor(name, type, new TensorMemory.Host(data, Optional.of(arena)));
      // The scope lives as long as any segment of the memory, also one that outlives the tensor.
      CLEANER.register(arena.scope(), new Leak(tensor.closed, tensor.toString(), site()));
      return tensor;
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new EngineException(
          ("out of memory: tensor \"%s\" of %s needs %d bytes off-heap; close tensors that are done"
                  + " with, use a smaller batch, or a machine with more memory")
              .formatted(name, type, type.bytes()),
          e);
    }
  }

  /// The innermost caller outside the engine, as `at Model.java:42`.
  private static String site() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(f -> !f.getClassName().startsWith("io.gatun.engine."))
                    .findFirst()
                    .map(f -> "at " + f.getFileName() + ":" + f.getLineNumber())
                    .orElse("by the engine"));
  }

  /// A tensor over the caller's segment, which must outlive it; nothing is copied.
  ///
  /// @throws EngineException when the size differs, or the segment is on the heap
  public static Tensor wrap(String name, TensorType type, MemorySegment data) {
    check(name, type, data);
    return new Tensor(name, type, new TensorMemory.Host(data, Optional.empty()));
  }

  /// A tensor in a device's memory, for devices to make; closing it closes the memory.
  public static Tensor resident(String name, TensorType type, DeviceMemory memory) {
    return watched(new Tensor(name, type, new TensorMemory.Resident(memory, type.bytes())));
  }

  /// A tensor over host memory that a device reaches too, for devices to make.
  ///
  /// @param mapped how the device reaches it; closed with the tensor
  public static Tensor pinned(
      String name, TensorType type, MemorySegment data, DeviceMemory mapped) {
    check(name, type, data);
    return watched(new Tensor(name, type, new TensorMemory.Pinned(data, mapped)));
  }

  private static Tensor watched(Tensor tensor) {
    CLEANER.register(tensor, new Leak(tensor.closed, tensor.toString(), site()));
    return tensor;
  }

  /// Checks that a segment can hold a tensor.
  ///
  /// @throws EngineException when the size differs, or the segment is on the heap
  public static void check(String name, TensorType type, MemorySegment data) {
    if (data.isNative() && data.byteSize() == type.bytes()) return;
    throw new EngineException(
        "tensor \"%s\" of %s needs a native segment of %d bytes, got %s; allocate it from an Arena"
            .formatted(name, type, type.bytes(), data));
  }

  /// A tensor of these values, row-major.
  public static Tensor of(String name, TensorType type, float... values) {
    if (values.length != type.size()) {
      throw new EngineException(
          "tensor \"%s\" of %s needs %d values, got %d"
              .formatted(name, type, type.size(), values.length));
    }
    var tensor = allocate(name, type);
    for (int i = 0; i < values.length; i++) {
      Elements.setDouble(tensor.data(), type.dtype(), i, values[i]);
    }
    return tensor;
  }

  /// A tensor of a reference array's values, rounded to its element type.
  public static Tensor of(String name, NdArray array) {
    var tensor = allocate(name, array.type());
    array.copyTo(tensor.data());
    return tensor;
  }

  public String name() {
    return name;
  }

  public TensorType type() {
    return type;
  }

  /// Where the bytes lie.
  public Placement placement() {
    return memory.placement();
  }

  /// The bytes, row-major: writing them writes the tensor. Those of a tensor in device memory come
  /// to the host, where they stay until the next run that uses the tensor takes them back: ask
  /// again after it.
  ///
  /// @throws EngineException when the tensor is closed, or its device is
  public MemorySegment data() {
    checkOpen();
    return memory.data();
  }

  /// The bytes, row-major, to be read now. Those of a tensor in device memory are copied to the
  /// host and stay where they are as well, so that this costs half of what [#data] does.
  ///
  /// @throws EngineException when the tensor is closed, or its device is
  public MemorySegment contents() {
    checkOpen();
    return memory.contents();
  }

  /// @throws EngineException when the tensor is closed
  void checkOpen() {
    if (closed.get()) {
      throw new EngineException("tensor \"" + name + "\" of " + type + " is closed");
    }
  }

  /// Where a device finds the bytes without a copy, which come back from the host if they have been
  /// there; empty where they must be copied.
  ///
  /// @param isRead whether it matters what they are
  /// @throws EngineException when they lie in the memory of another device
  public OptionalLong addressOn(Device device, boolean isRead) {
    checkOpen();
    var reached = memory.device();
    if (reached.isPresent() && reached.get().device() == device) {
      memory.enterDevice(isRead);
      return OptionalLong.of(reached.get().address());
    }
    if (memory.placement() == Placement.DEVICE) {
      throw new EngineException(
          "tensor \"%s\" of %s lies in the memory of device %s and cannot be used on %s; copy its contents() into a tensor of %s.allocate(...)"
              .formatted(
                  name, type, reached.orElseThrow().device().name(), device.name(), device.name()));
    }
    return OptionalLong.empty();
  }

  /// Whether writing one of two tensors may change the other.
  boolean overlaps(Tensor other) {
    boolean isResident = placement() == Placement.DEVICE;
    if (isResident || other.placement() == Placement.DEVICE) return memory == other.memory;
    var a = memory.contents();
    var b = other.memory.contents();
    return a.address() < b.address() + b.byteSize() && b.address() < a.address() + a.byteSize();
  }

  /// A copy of the elements as floats.
  public float[] toFloats() {
    var data = contents();
    if (type.dtype() == DType.F32) return data.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    float[] values = new float[Math.toIntExact(type.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Elements.getDouble(data, type.dtype(), i);
    }
    return values;
  }

  /// A copy of the elements as a reference array.
  public NdArray toNdArray() {
    return NdArray.of(type, contents());
  }

  /// The only element of a tensor of size 1.
  public double item() {
    if (type.size() != 1) {
      throw new EngineException("tensor \"" + name + "\" of " + type + " is not a single element");
    }
    return Elements.getDouble(contents(), type.dtype(), 0);
  }

  public boolean isClosed() {
    return closed.get();
  }

  /// Releases the memory, once; closing again does nothing.
  @Override
  public void close() {
    if (closed.getAndSet(true)) return;
    memory.close();
  }

  @Override
  public String toString() {
    return "tensor \"" + name + "\" " + type + (closed.get() ? " (closed)" : "");
  }
}
