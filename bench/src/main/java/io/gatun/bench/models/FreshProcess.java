package io.gatun.bench.models;

import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/// Starts a [Probe] in a JVM of its own, with the options of the `gatun` command and a cache of its
/// own. The natives are unpacked there once; compiled plans and objects can be dropped.
///
/// @param folder for the cache and the figures
/// @param more options of the JVM
record FreshProcess(Path folder, int threads, List<String> more) {
  /// What readers must know of the JVM.
  static final String OPTIONS = "-XX:+UseSerialGC -Xms32m -XX:TieredStopAtLevel=1";

  private static final String NATIVES = "natives";

  /// Figures of a process.
  ///
  /// @param nanos from the begin of its main method to the first result
  /// @param peak resident bytes at most
  /// @param files of mapped files, resident at the end
  /// @param heap the JVM's for objects, at the end
  /// @param weights bytes of the model's
  /// @param arena bytes of the plans' intermediate values
  record Figures(double nanos, long peak, long files, long heap, long weights, long arena) {}

  FreshProcess(Path folder, int threads) {
    this(folder, threads, List.of());
  }

  /// Processes that find the JVM's cache of loaded classes, which one makes that runs this model.
  ///
  /// @throws IOException when it fails, or the class path has a folder: the JVM wants jars
  FreshProcess withClasses(Path model, Map<String, TensorType> inputs) throws IOException {
    var file = folder.resolve("classes.aot");
    Files.deleteIfExists(file);
    var making = new FreshProcess(folder, threads, List.of("-XX:AOTCacheOutput=" + file));
    making.run(Probe.Kind.GATUN, model, inputs);
    // AOTMode: without the cache the process fails, so that nothing else is measured.
    return new FreshProcess(folder, threads, List.of("-XX:AOTCache=" + file, "-XX:AOTMode=on"));
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  /// Drops all that was compiled.
  void forget() throws IOException {
    if (!Files.isDirectory(cache())) return;
    try (var inside = Files.list(cache())) {
      for (Path path : inside.filter(p -> !p.endsWith(NATIVES)).toList()) delete(path);
    }
  }

  static void delete(Path folder) throws IOException {
    try (var inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }

  /// Runs a model in a new process.
  ///
  /// @throws IOException when it fails; what it printed is in the message
  Figures run(Probe.Kind kind, Path model, Map<String, TensorType> inputs) throws IOException {
    var file = Files.createTempFile(folder, "figures", ".properties");
    var log = Files.createTempFile(folder, "probe", ".log");
    try {
      var builder = new ProcessBuilder(command(file, kind, model, inputs));
      builder.environment().put("GATUN_THREADS", Integer.toString(threads));
      int code = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
      if (code != 0)
        throw new IOException(kind + " ended with " + code + ": " + Files.readString(log));
      return figures(file);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.delete(file);
      Files.delete(log);
    }
  }

  private List<String> command(
      Path file, Probe.Kind kind, Path model, Map<String, TensorType> inputs) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(OPTIONS.split(" ")));
    command.addAll(more);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dgatun.cache=" + cache());
    command.add("-Dgatun.probe.threads=" + threads);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Probe.class.getName());
    command.addAll(List.of(file.toString(), kind.name(), model.toString()));
    inputs.forEach(
        (name, type) ->
            command.add(
                name
                    + "="
                    + type.dtype()
                    + ":"
                    + type.shape().dims().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining("x"))));
    return command;
  }

  /// What a [Probe] wrote.
  static Figures figures(Path file) throws IOException {
    var found = new Properties();
    try (var in = Files.newInputStream(file)) {
      found.load(in);
    }
    return new Figures(
        number(found, "nanos"),
        number(found, "peak"),
        number(found, "files"),
        number(found, "heap"),
        number(found, "weights"),
        number(found, "arena"));
  }

  private static long number(Properties found, String name) {
    return Long.parseLong(found.getProperty(name, "0"));
  }
}
