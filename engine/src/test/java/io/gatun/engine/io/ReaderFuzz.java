package io.gatun.engine.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// Feeds a reader with seeded mutations of a good file: truncations, flipped bytes, hostile numbers
/// in binary and in text, doubled pieces. Whatever comes in, only an [IOException] may come out,
/// and neither heap nor arena may grow beyond a small multiple of the file.
public final class ReaderFuzz {
  private static final int CASES = 3000;
  private static final long HEAP_FLOOR = 2 << 20;
  private static final long[] HOSTILE = {
    0,
    1,
    -1,
    0x7f,
    0xff,
    0xffff,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 7,
    1L << 32,
    1L << 40
  };
  private static final String[] HOSTILE_TEXT = {
    "-1",
    "0",
    "2147483648",
    "9223372036854775807",
    "99999999999999999999999",
    "1e308",
    "NaN",
    "1,1,1,1,1,1,1,1",
    "[[[[[[[[",
    "'",
    "\"",
    "}",
    ")"
  };

  /// Reads a whole file.
  public interface Reader {
    void read(Path file, Arena arena) throws IOException;
  }

  private final Path file;
  private final Reader reader;
  private final long expansion;

  /// `expansion`: most bytes that one byte of the file may become in the arena.
  public ReaderFuzz(Path folder, long expansion, Reader reader) {
    this.file = folder.resolve("fuzzed");
    this.reader = reader;
    this.expansion = expansion;
  }

  public void run(Path good) throws IOException {
    byte[] original = Files.readAllBytes(good);
    int refused = 0;
    for (int seed = 0; seed < CASES; seed++) {
      byte[] mutated = mutate(original.clone(), new Random(seed));
      Files.write(file, mutated);
      if (refuses(mutated.length, good.getFileName() + ", seed " + seed)) refused++;
    }
    assertTrue(refused > CASES / 4, "only " + refused + " of " + CASES + " mutations were noticed");
  }

  private boolean refuses(long size, String what) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean refused = false;
    try (var arena = new CountingArena()) {
      try {
        reader.read(file, arena);
      } catch (IOException expected) {
        refused = true;
        assertTrue(expected.getMessage().contains(file.toString()), what + ": message " + expected);
      } catch (RuntimeException | Error escaped) {
        throw new AssertionError(what + ": escaped " + escaped, escaped);
      }
      assertTrue(
          arena.bytes <= expansion * size + 4096,
          what + ": " + arena.bytes + " bytes in the arena for a file of " + size);
    }
    long heap = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(heap < HEAP_FLOOR + 100 * size, what + ": " + heap + " bytes on the heap");
    return refused;
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && bytes.length > 8; i++) bytes = change(bytes, random);
    return bytes;
  }

  private static byte[] change(byte[] bytes, Random random) {
    // Half of all changes hit the first bytes, where headers lie.
    int reach = random.nextBoolean() ? Math.min(bytes.length, 160) : bytes.length;
    int at = random.nextInt(reach);
    switch (random.nextInt(6)) {
      case 0 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[at] = (byte) random.nextInt(256);
      case 3 -> {
        var order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        long value = HOSTILE[random.nextInt(HOSTILE.length)];
        var buffer = ByteBuffer.wrap(bytes).order(order);
        int start = Math.min(at, bytes.length - 8);
        if (random.nextBoolean()) {
          buffer.putLong(start, value);
        } else {
          buffer.putInt(start, (int) value);
        }
      }
      case 4 -> {
        int from = random.nextInt(at + 1);
        return splice(bytes, at, Arrays.copyOfRange(bytes, from, at), at);
      }
      default -> {
        return replaceNumber(bytes, at, random);
      }
    }
    return bytes;
  }

  private static byte[] replaceNumber(byte[] bytes, int at, Random random) {
    int start = at;
    while (start < bytes.length && (bytes[start] < '0' || bytes[start] > '9')) start++;
    int end = start;
    while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') end++;
    String text = HOSTILE_TEXT[random.nextInt(HOSTILE_TEXT.length)];
    return splice(bytes, start, text.getBytes(StandardCharsets.UTF_8), end);
  }

  private static byte[] splice(byte[] bytes, int start, byte[] middle, int end) {
    var buffer = ByteBuffer.allocate(start + middle.length + bytes.length - end);
    buffer.put(bytes, 0, start).put(middle).put(bytes, end, bytes.length - end);
    return buffer.array();
  }

  /// A confined arena that counts what is allocated in it (mappings are not).
  private static final class CountingArena implements Arena {
    private final Arena arena = Arena.ofConfined();
    private long bytes = 0;

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      bytes += byteSize;
      assertTrue(byteSize < 1 << 28, "asked for " + byteSize + " bytes");
      return arena.allocate(byteSize, byteAlignment);
    }

    @Override
    public MemorySegment.Scope scope() {
      return arena.scope();
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}
