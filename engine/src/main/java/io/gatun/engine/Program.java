package io.gatun.engine;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// A graph whose shapes are open: compiled for each list of input types when it is first asked for,
/// and kept in a bounded cache of executables, the least recently used going first. Going beyond
/// the bound logs a warning that names the types that missed. Not for use by two threads at once.
public final class Program implements AutoCloseable {
  /// Executables kept unless the caller says otherwise.
  public static final int DEFAULT_BOUND = 8;

  private final Function<List<TensorType>, Graph> source;
  private final ShapeCache<Executable> cache;

  /// @param name for messages
  /// @param bound most executables kept at a time
  /// @param source the graph for inputs of these types
  public Program(String name, Device device, int bound, Function<List<TensorType>, Graph> source) {
    this(name, device, bound, source, Program::warn);
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
    this.source = source;
    cache =
        new ShapeCache<>(
            name,
            bound,
            types -> device.compile(name, source.apply(types)),
            Executable::close,
            warnings);
  }

  static void warn(String text) {
    System.getLogger(Program.class.getName()).log(System.Logger.Level.WARNING, text);
  }

  /// The executable for inputs of these types. It stays open until the program is closed or as many
  /// others as the bound have been asked for. Asking again with the same list object is free.
  public Executable of(List<TensorType> types) {
    return cache.of(types);
  }

  /// The graph for inputs of these types, made anew.
  public Graph graph(List<TensorType> types) {
    return source.apply(types);
  }

  /// How often a graph has been compiled.
  public long compilations() {
    return cache.made();
  }

  /// Bytes of the arenas of all executables that are kept, as their plans say.
  public long arenaBytes() {
    return cache.values().mapToLong(Executable::arenaBytes).sum();
  }

  /// Closes the executables.
  @Override
  public void close() {
    cache.close();
  }
}
