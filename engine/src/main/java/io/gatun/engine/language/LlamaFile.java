package io.gatun.engine.language;

import io.gatun.engine.io.MalformedFileException;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Reads checkpoints of llama2.c: seven little-endian `int32` (size, hidden, layers, heads, heads
/// of keys, vocabulary, context), then `f32` weights, all layers of a kind together: embedding,
/// attention norms, wq, wk, wv, wo, network norms, w1, w2, w3, last norm, two tables of angles that
/// are not used, and, where the vocabulary is given as a negative number, the classifier.
public final class LlamaFile {
  private static final int HEADER = 7 * 4;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LlamaFile() {}

  /// The model of a file, its weights mapped into `arena`.
  ///
  /// @throws MalformedFileException when the file is no checkpoint, or its size is not what its
  ///     header says
  public static Llama read(Path file, Arena arena) throws IOException {
    MemorySegment content;
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      content = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
    if (content.byteSize() < HEADER) {
      throw new MalformedFileException(file, 0, "no room for a header of 7 numbers");
    }
    int[] n = IntStream.range(0, 7).map(i -> content.getAtIndex(INT, i)).toArray();
    boolean shared = n[5] > 0;
    try {
      var shape = new LlamaShape(n[0], n[1], n[2], n[3], n[4], Math.absExact(n[5]), n[6]);
      long bytes = bytes(shape, shared);
      if (bytes != content.byteSize()) {
        throw new IllegalArgumentException(
            "it wants a file of %,d bytes, this one has %,d".formatted(bytes, content.byteSize()));
      }
      return new Weights(shape, content).model(shared);
    } catch (IllegalArgumentException | ArithmeticException fault) {
      var failure =
          new MalformedFileException(
              file,
              0,
              "no checkpoint of llama2.c, or cut short: header %s: %s"
                  .formatted(IntStream.of(n).boxed().toList(), fault.getMessage()));
      failure.initCause(fault);
      throw failure;
    }
  }

  /// @throws ArithmeticException when they do not fit a long
  private static long bytes(LlamaShape s, boolean shared) {
    long square = Math.multiplyExact(2L * s.size(), s.size() + s.groupsSize());
    long block = Math.addExact(square, Math.multiplyExact(3L * s.size(), s.hidden()));
    long all = Math.multiplyExact(s.layers(), Math.addExact(block, 2L * s.size()));
    long table = Math.multiplyExact((long) s.vocabulary(), s.size());
    all = Math.addExact(all, Math.multiplyExact(table, shared ? 1 : 2));
    long angles = Math.multiplyExact((long) s.context(), s.headSize());
    all = Math.addExact(all, Math.addExact(angles, s.size()));
    return Math.addExact(HEADER, Math.multiplyExact(all, 4));
  }

  /// Takes weights in the order of the file.
  private static final class Weights {
    private final LlamaShape shape;
    private final MemorySegment content;
    private long offset = HEADER;

    Weights(LlamaShape shape, MemorySegment content) {
      this.shape = shape;
      this.content = content;
    }

    Literal next(int... dims) {
      var type = TensorType.f32(dims);
      var literal = Literal.of(type, content.asSlice(offset, type.bytes()));
      offset += type.bytes();
      return literal;
    }

    /// One for each layer.
    List<Literal> layers(int... dims) {
      return IntStream.range(0, shape.layers()).mapToObj(_ -> next(dims)).toList();
    }

    Llama model(boolean shared) {
      int size = shape.size();
      var embedding = next(shape.vocabulary(), size);
      var attentionNorms = layers(size);
      var wq = layers(size, size);
      var wk = layers(shape.groupsSize(), size);
      var wv = layers(shape.groupsSize(), size);
      var wo = layers(size, size);
      var networkNorms = layers(size);
      var w1 = layers(shape.hidden(), size);
      var w2 = layers(size, shape.hidden());
      var w3 = layers(shape.hidden(), size);
      var norm = next(size);
      next(shape.context(), shape.headSize()); // the angles, real and imaginary
      var classifier = shared ? embedding : next(shape.vocabulary(), size);
      var blocks = new ArrayList<Llama.Block>();
      for (int i = 0; i < shape.layers(); i++) {
        blocks.add(
            new Llama.Block(
                attentionNorms.get(i),
                wq.get(i),
                wk.get(i),
                wv.get(i),
                wo.get(i),
                networkNorms.get(i),
                w1.get(i),
                w2.get(i),
                w3.get(i)));
      }
      return new Llama(shape, embedding, blocks, norm, classifier);
    }
  }
}
