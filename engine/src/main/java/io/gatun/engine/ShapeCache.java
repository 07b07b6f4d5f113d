package io.gatun.engine;

import io.gatun.graph.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/// What is made for each list of input types when it is first asked for, and kept, up to a bound;
/// the least recently used goes first. Going beyond the bound is told with the types that missed.
/// Not for use by two threads at once.
final class ShapeCache<V> implements AutoCloseable {
  private final String name;
  private final int bound;
  private final Function<List<TensorType>, V> source;
  private final Consumer<V> closing;
  private final Consumer<String> warnings;
  private final Map<List<TensorType>, V> cache = new LinkedHashMap<>(16, 0.75f, true);
  private List<TensorType> latestTypes = List.of();
  private V latest;
  private long made;

  /// @param name for messages
  /// @param closing what is done with a value that is dropped
  /// @param warnings takes the messages
  ShapeCache(
      String name,
      int bound,
      Function<List<TensorType>, V> source,
      Consumer<V> closing,
      Consumer<String> warnings) {
    if (bound < 1) throw new EngineException("program \"" + name + "\": bound " + bound + " < 1");
    this.name = name;
    this.bound = bound;
    this.source = source;
    this.closing = closing;
    this.warnings = warnings;
  }

  /// The value for these types. Asking again with the same list object is free.
  V of(List<TensorType> types) {
    if (types == latestTypes && latest != null) return latest;
    var known = cache.get(types);
    latest = known != null ? known : make(List.copyOf(types));
    latestTypes = types;
    return latest;
  }

  /// How many values have been made.
  long made() {
    return made;
  }

  Stream<V> values() {
    return cache.values().stream();
  }

  private V make(List<TensorType> types) {
    if (cache.size() == bound) evict(types);
    var value = source.apply(types);
    made++;
    cache.put(types, value);
    return value;
  }

  private void evict(List<TensorType> missed) {
    var eldest = cache.keySet().iterator().next();
    warnings.accept(
        "program \"%s\": compilation %d, for inputs %s, drops the one for %s: more than %d shapes are in use; pad batches to a common size or raise the bound"
            .formatted(name, made + 1, missed, eldest, bound));
    closing.accept(cache.remove(eldest));
  }

  @Override
  public void close() {
    cache.values().forEach(closing);
    cache.clear();
    latest = null;
    latestTypes = List.of();
  }
}
