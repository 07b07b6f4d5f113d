package io.gatun.bench.gpu;

import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.kernels.ConcatParts;
import io.gatun.kernels.ElementType;
import io.gatun.kernels.GradientChunk;
import io.gatun.kernels.Kernel;
import io.gatun.kernels.Parameter;
import io.gatun.kernels.ParameterChunk;
import io.gatun.kernels.Sizes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A kernel of the catalogue on a GPU, with arrays of its own whose numbers are the same on every
/// GPU.
final class BoundKernel implements AutoCloseable {
  /// Numbers of an array that differ.
  private static final int DIFFERENT = 1 << 20;

  /// An array that the kernel writes.
  record Result(long address, ElementType type, long elements) {}

  private final Side side;
  private final Kernel kernel;
  private final Sizes sizes;
  private final CudaDriver.Function function;
  private final List<Argument> arguments;
  private final List<Long> allocated = new ArrayList<>();
  private final Map<String, Result> results = new LinkedHashMap<>();

  BoundKernel(Side side, Kernel kernel, Sizes sizes) {
    this.side = side;
    this.kernel = kernel;
    this.sizes = sizes;
    this.function = side.function(kernel);
    this.arguments = kernel.arguments(sizes, values());
  }

  void run() {
    side.launch(function, kernel.geometry().apply(sizes), arguments);
  }

  Map<String, Result> results() {
    return results;
  }

  byte[] read(Result result) {
    return side.read(result.address, result.elements * result.type.bytes());
  }

  private Map<String, Argument> values() {
    var values = new HashMap<String, Argument>();
    for (Parameter parameter : kernel.parameters()) {
      switch (parameter) {
        case Parameter.Array array -> values.put(array.name(), new Argument.Pointer(bind(array)));
        case Parameter.Float number ->
            values.put(number.name(), new Argument.Float(number.name().equals("rate") ? 0.1f : 1));
        case Parameter.Struct struct -> values.put(struct.name(), struct(struct));
        case Parameter.Int _ -> {}
      }
    }
    return values;
  }

  private Argument struct(Parameter.Struct struct) {
    if (struct.name().equals("window")) return CatalogueSizes.WINDOW.argument();
    int width = sizes.integer("width") / 2;
    long bytes = sizes.of("outer") * width * CatalogueSizes.word(kernel);
    var parts = new ArrayList<ConcatParts.Part>();
    for (int i = 0; i < 2; i++) {
      parts.add(new ConcatParts.Part(fresh("x" + i, ElementType.I8, bytes), width));
    }
    return new ConcatParts(parts).argument(0);
  }

  private long bind(Parameter.Array array) {
    if (array.name().equals("chunks")) return upload(chunks());
    long elements = array.elements(sizes);
    long address =
        switch (array.name()) {
          case "index", "labels" -> upload(ascending(elements / 4, classes(array)));
          case "order" -> upload(ascending(elements, elements));
          case "position" ->
              array.access() == Parameter.Access.READ
                  ? upload(ascending(elements, sizes.of("taps")))
                  : fresh(array.name(), array.type(), elements);
          default -> fresh(array.name(), array.type(), elements);
        };
    if (array.access() != Parameter.Access.READ) {
      results.put(array.name(), new Result(address, array.type(), elements));
    }
    return address;
  }

  private long classes(Parameter.Array array) {
    return sizes.of(array.name().equals("index") ? "entries" : "columns");
  }

  /// The table of the tensors that an optimizer, or the norm of gradients, goes through.
  private byte[] chunks() {
    var parameters = new ArrayList<ParameterChunk>();
    var gradients = new ArrayList<GradientChunk>();
    long left = sizes.of("chunks") * ParameterChunk.MOST;
    long count = Math.min(left, ParameterChunk.MOST);
    for (; left > 0; left -= count) {
      long gradient = fresh("g" + left, ElementType.F32, count);
      gradients.add(new GradientChunk(gradient, count));
      if (!kernel.file().equals("optimizer.cu")) continue;
      long parameter = fresh("p" + left, ElementType.F32, count);
      results.put("p" + left, new Result(parameter, ElementType.F32, count));
      parameters.add(
          new ParameterChunk(
              parameter,
              gradient,
              fresh("m" + left, ElementType.F32, count),
              fresh("v" + left, ElementType.F32, count),
              0,
              count));
    }
    return parameters.isEmpty() ? GradientChunk.table(gradients) : ParameterChunk.table(parameters);
  }

  /// An array of seeded numbers between 0.05 and 1.05, whatever the kernel takes them for; in a
  /// long one they repeat.
  private long fresh(String name, ElementType type, long elements) {
    var random = new SplittableRandom(name.hashCode());
    int different = (int) Math.min(elements, DIFFERENT);
    var bytes =
        ByteBuffer.allocate(Math.toIntExact((long) different * type.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < different; i++) {
      float value = 0.05f + random.nextInt(1 << 20) * 0x1p-20f;
      switch (type) {
        case F32 -> bytes.putFloat(value);
        case F64 -> bytes.putDouble(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        case I64 -> bytes.putLong(random.nextLong());
        case I32 -> bytes.putInt(random.nextInt());
        case I16 -> bytes.putShort((short) random.nextInt());
        case I8 -> bytes.put((byte) random.nextInt());
      }
    }
    long address = allocate(elements * type.bytes());
    side.fill(address, bytes.array(), elements * type.bytes());
    return address;
  }

  /// Integers that rise from 0 to below `classes`.
  private static byte[] ascending(long elements, long classes) {
    var bytes = ByteBuffer.allocate(Math.toIntExact(4 * elements)).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < elements; i++) bytes.putInt((int) (i * classes / elements));
    return bytes.array();
  }

  private long upload(byte[] bytes) {
    long address = allocate(bytes.length);
    side.write(address, bytes);
    return address;
  }

  private long allocate(long bytes) {
    long address = side.allocate(bytes);
    allocated.add(address);
    return address;
  }

  @Override
  public void close() {
    side.synchronize();
    allocated.forEach(side::free);
  }
}
