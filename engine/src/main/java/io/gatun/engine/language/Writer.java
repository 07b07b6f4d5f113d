package io.gatun.engine.language;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.Signature;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/// A [Decoder] compiled for a device, and the text that it has read so far. Plans of one kind read
/// a prompt, many tokens at once; those of another one token at a time. A plan attends to the first
/// places of the text, so many that those filled are among them; each time these are too few, one
/// for twice as many takes over, compiled while the text is written. All work on the same tensors
/// of keys and values, which their runs update in place. Not for use by two threads at once.
public final class Writer implements AutoCloseable {
  /// Bytes of keys and values that a writer takes unless the caller says otherwise.
  public static final long USUAL_MOST_BYTES = 4L << 30;

  private final Device device;
  private final Decoder decoder;
  private final Parts parts;
  private final StepPlans executables;
  private final Map<Parts.Form, Plan> plans = new HashMap<>();
  private final Map<String, Tensor> memory = new LinkedHashMap<>();
  private final Tensor logits;
  private final float[] latest;
  private int position;

  /// The executable of a step, its arguments and its results.
  private record Plan(
      Executable executable, Tensor ids, List<Tensor> arguments, List<Tensor> results) {}

  private Writer(Device device, Decoder decoder, long mostBytes, Parts parts) {
    this.device = device;
    this.decoder = decoder;
    this.parts = parts;
    executables = new StepPlans(device, decoder, mostBytes);
    latest = new float[decoder.vocabulary()];
    logits = Tensor.allocate("logits", TensorType.f32(1, decoder.vocabulary()));
    try {
      executables.prepare(form(Math.min(parts.tokens(), decoder.context())));
      executables.of(form(1));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// Compiles a model; it has read nothing yet.
  ///
  /// @throws EngineException when its keys and values take more than [#USUAL_MOST_BYTES]
  public static Writer of(Device device, Decoder decoder) {
    return of(device, decoder, USUAL_MOST_BYTES);
  }

  /// As [#of(Device, Decoder)] with another limit.
  ///
  /// @param mostBytes of the keys and values of as many tokens as a text may have
  public static Writer of(Device device, Decoder decoder, long mostBytes) {
    return of(device, decoder, mostBytes, Parts.USUAL);
  }

  /// As [#of(Device, Decoder, long)].
  ///
  /// @param parts how texts are read
  static Writer of(Device device, Decoder decoder, long mostBytes, Parts parts) {
    return new Writer(device, decoder, mostBytes, parts);
  }

  /// What reads this many more tokens, or the first of them.
  private Parts.Form form(int count) {
    return parts.next(position, count, decoder.context());
  }

  private Plan plan(Parts.Form form) {
    var executable = executables.of(form);
    var ids = Tensor.allocate("ids", TensorType.of(DType.I32, form.tokens()));
    var arguments =
        executable.signature().inputs().stream()
            .map(
                input ->
                    input.name().equals("ids")
                        ? ids
                        : memory.computeIfAbsent(input.name(), _ -> tensor(input)))
            .toList();
    return new Plan(executable, ids, arguments, form.answers() ? List.of(logits) : List.of());
  }

  /// Keys and values stay where the device computes; the numbers of a step come from here.
  private Tensor tensor(Signature.Parameter input) {
    boolean isNumber = input.type().shape().rank() == 0;
    return isNumber
        ? Tensor.allocate(input.name(), input.type())
        : device.allocate(input.name(), input.type());
  }

  /// Bytes of the arenas of its plans.
  public long arenaBytes() {
    return plans.values().stream().mapToLong(plan -> plan.executable().arenaBytes()).sum();
  }

  /// How many tokens have been read.
  public int position() {
    return position;
  }

  /// Reads tokens; answers the logits of the one that follows, an array that the next call
  /// overwrites.
  ///
  /// @throws EngineException when the text becomes longer than the model can read
  public float[] read(int... ids) {
    return read(ids, decoder.context());
  }

  /// @param end how many tokens the text may have when all is read
  private float[] read(int[] ids, int end) {
    if (ids.length == 0 || ids.length > decoder.context() - position) {
      throw new EngineException(
          "read: %d tokens after %d; the model reads at least one, and texts of at most %d tokens"
              .formatted(ids.length, position, decoder.context()));
    }
    for (int id : ids) {
      if (id < 0 || id >= decoder.vocabulary()) {
        throw new EngineException(
            "read: no token %d; there are %d".formatted(id, decoder.vocabulary()));
      }
    }
    for (int from = 0; from < ids.length; ) {
      var plan = plans.computeIfAbsent(form(ids.length - from), this::plan);
      int count = Math.min(ids.length - from, plan.ids().type().shape().dim(0));
      MemorySegment.copy(ids, from, plan.ids().data(), ValueLayout.JAVA_INT, 0, count);
      set("position", position);
      set("count", count);
      plan.executable().run(plan.arguments(), plan.results());
      position += count;
      from += count;
    }
    parts.ahead(position, end, decoder.context()).ifPresent(executables::prepare);
    MemorySegment.copy(logits.data(), ValueLayout.JAVA_FLOAT, 0, latest, 0, latest.length);
    return latest;
  }

  private void set(String input, int value) {
    memory.get(input).data().set(ValueLayout.JAVA_INT, 0, value);
  }

  /// Reads a prompt and writes on, until `more` says no, `count` tokens are written, or the text is
  /// as long as the model can read.
  ///
  /// @param more is told each token as soon as it is chosen, the last one included
  /// @return how many tokens were written
  public int write(int[] ids, int count, Sampler sampler, IntPredicate more) {
    int end = (int) Math.min((long) position + ids.length + count - 1, decoder.context());
    int first = position + ids.length;
    if (first < end) executables.prepare(parts.next(first, 1, decoder.context()));
    float[] next = read(ids, end);
    for (int written = 1; written <= count; written++) {
      int id = sampler.choose(next);
      if (!more.test(id) || written == count || position == decoder.context()) return written;
      next = read(new int[] {id}, end);
    }
    return 0;
  }

  /// Forgets what was read: the next token is the first one.
  public void forget() {
    memory.values().forEach(this::forget);
    position = 0;
  }

  /// Clears what was filled: the rest takes no memory until it is touched.
  private void forget(Tensor tensor) {
    var shape = tensor.type().shape();
    if (shape.rank() != 3) return;
    var data = tensor.data();
    long bytes = data.byteSize() / shape.dim(0);
    long filled = bytes / shape.dim(1) * position;
    for (int group = 0; group < shape.dim(0); group++) {
      data.asSlice(group * bytes, filled).fill((byte) 0);
    }
  }

  @Override
  public void close() {
    executables.close();
    plans.values().forEach(plan -> plan.ids().close());
    memory.values().forEach(Tensor::close);
    logits.close();
  }
}
