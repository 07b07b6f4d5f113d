package io.gatun.engine.memory;

import io.gatun.graph.tensor.Literal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What a device has made of constants, as packed weights, once for all plans that want the same.
/// It is released when the last of them has given it back.
public final class SharedConstants {
  /// Memory and how it is released.
  public record Block(long address, Runnable release) {}

  /// A plan's right to a block.
  public final class Held implements AutoCloseable {
    private final Entry entry;
    private final List<Literal> sources;
    private boolean closed;

    private Held(Entry entry, List<Literal> sources) {
      this.entry = entry;
      this.sources = sources;
      entry.holders.add(this);
    }

    /// Where the block lies.
    public long address() {
      return entry.block.address();
    }

    /// Gives the right back, once; the last one releases the block.
    @Override
    public void close() {
      release(this);
    }

    /// Only constants of open plans are looked at: others may be gone.
    private boolean isOf(List<Literal> others) {
      return sources.stream().allMatch(s -> s.data().scope().isAlive()) && sources.equals(others);
    }
  }

  private record Key(String form, int hash) {}

  private static final class Entry {
    private final Key key;
    private final Block block;
    private final List<Held> holders = new ArrayList<>();

    private Entry(Key key, Block block) {
      this.key = key;
      this.block = block;
    }
  }

  private final Map<Key, List<Entry>> entries = new HashMap<>();

  /// Nothing yet.
  public SharedConstants() {}

  /// The block of this form of these constants.
  ///
  /// @param form what is made of them: equal where the same is made
  /// @param make makes the block where there is none yet
  public synchronized Held acquire(String form, List<Literal> sources, Supplier<Block> make) {
    var key = new Key(form, sources.hashCode());
    var same = entries.getOrDefault(key, List.of());
    for (var entry : same) {
      if (entry.holders.getFirst().isOf(sources)) return new Held(entry, sources);
    }
    var entry = new Entry(key, make.get());
    entries.computeIfAbsent(key, _ -> new ArrayList<>()).add(entry);
    return new Held(entry, sources);
  }

  private synchronized void release(Held held) {
    if (held.closed) return;
    held.closed = true;
    var entry = held.entry;
    entry.holders.remove(held);
    if (!entry.holders.isEmpty()) return;
    var same = entries.get(entry.key);
    same.remove(entry);
    if (same.isEmpty()) entries.remove(entry.key);
    entry.block.release().run();
  }

  /// How many blocks there are.
  public synchronized int size() {
    return entries.values().stream().mapToInt(List::size).sum();
  }
}
