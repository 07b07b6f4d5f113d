package io.gatun.engine;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// A graph whose shapes are open: compiled for each list of input types when it is first asked for,
/// and kept in a bounded cache of executables, the least recently used going first. Going beyond
/// the bound logs a warning that names the types that missed. Not for use by two threads at once.
public final class Program implements AutoCloseable {
  /// Executables kept unless the caller says otherwise.
  public static final int DEFAULT_BOUND = 8;

  private static final System.Logger LOG = System.getLogger(Program.class.getName());

  private final String name;
  private final Device device;
  private final int bound;
  private final Function<List<TensorType>, Graph> source;
  private final Consumer<String> warnings;
  private final Map<List<TensorType>, Executable> cache = new LinkedHashMap<>(16, 0.75f, true);
  private List<TensorType> latestTypes = List.of();
  private Executable latest;
  private long compilations;

  /// @param name for messages
  /// @param bound most executables kept at a time
  /// @param source the graph for inputs of these types
  public Program(String name, Device device, int bound, Function<List<TensorType>, Graph> source) {
    this(name, device, bound, source, text -> LOG.log(System.Logger.Level.WARNING, text));
  }

  /// A program that keeps [#DEFAULT_BOUND] executables.
  public Program(String name, Device device, Function<List<TensorType>, Graph> source) {
    this(name, device, DEFAULT_BOUND, source);
  }

  Program(
      String name,
      Device device,
      int bound,
      Function<List<TensorType>, Graph> source,
      Consumer<String> warnings) {
    if (bound < 1) throw new EngineException("program \"" + name + "\": bound " + bound + " < 1");
    this.name = name;
    this.device = device;
    this.bound = bound;
    this.source = source;
    this.warnings = warnings;
  }

  /// The executable for inputs of these types. It stays open until the program is closed or as many
  /// others as the bound have been asked for. Asking again with the same list object is free.
  public Executable of(List<TensorType> types) {
    if (types == latestTypes && latest != null) return latest;
    var known = cache.get(types);
    latest = known != null ? known : compile(List.copyOf(types));
    latestTypes = types;
    return latest;
  }

  /// The graph for inputs of these types, made anew.
  public Graph graph(List<TensorType> types) {
    return source.apply(types);
  }

  /// How often a graph has been compiled.
  public long compilations() {
    return compilations;
  }

  /// Bytes of the arenas of all executables that are kept, as their plans say.
  public long arenaBytes() {
    return cache.values().stream().mapToLong(e -> e.plan().memory().arenaBytes()).sum();
  }

  private Executable compile(List<TensorType> types) {
    if (cache.size() == bound) evict(types);
    var executable = device.compile(name, source.apply(types));
    compilations++;
    cache.put(types, executable);
    return executable;
  }

  private void evict(List<TensorType> missed) {
    var eldest = cache.keySet().iterator().next();
    warnings.accept(
        "program \"%s\": compilation %d, for inputs %s, drops the one for %s: more than %d shapes are in use; pad batches to a common size or raise the bound"
            .formatted(name, compilations + 1, missed, eldest, bound));
    cache.remove(eldest).close();
  }

  /// Closes the executables.
  @Override
  public void close() {
    cache.values().forEach(Executable::close);
    cache.clear();
    latest = null;
    latestTypes = List.of();
  }
}
