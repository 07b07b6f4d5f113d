package io.gatun.engine.cuda;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.CudaDriver;
import io.gatun.engine.cache.ContentKey;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import io.gatun.engine.cuda.lowering.KernelUnit;
import io.gatun.engine.cuda.lowering.Lowered;
import io.gatun.engine.cuda.lowering.SourceText;
import io.gatun.kernels.Kernel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// The kernels that a device has loaded, each compiled once however many plans use it.
///
/// What a plan lacks is compiled in as few runs of the compiler as there are processors, in units
/// that depend on the kernels alone, so that the same plan finds them in the cache on disk.
final class KernelLibrary {
  /// Kernels of one translation unit at most: compilers take longer than proportionally for more.
  private static final int MOST = 48;

  /// Kernels that are worth a translation unit of their own.
  private static final int LEAST = 6;

  /// Dynamic shared memory that a launch may have without asking.
  private static final int DEFAULT_SHARED_BYTES = 48 * 1024;

  private final CudaDriver driver;
  private final KernelCompiler compiler;
  private final Architecture architecture;
  private final Code code;
  private final Map<String, CudaDriver.Function> functions = new HashMap<>();
  private final Map<String, CudaDriver.Module> ready = new HashMap<>();
  private final List<CudaDriver.Module> modules = new ArrayList<>();

  KernelLibrary(CudaDriver driver, KernelCompiler compiler, Architecture architecture, Code code) {
    this.code = code;
    this.driver = driver;
    this.compiler = compiler;
    this.architecture = architecture;
  }

  /// Compiles and loads those of the units that are not there yet.
  void require(Collection<KernelUnit> units) {
    var missing = new TreeMap<String, KernelUnit>();
    for (KernelUnit unit : units) {
      if (!functions.containsKey(unit.symbol(unit.entries().getFirst()))) {
        missing.put(unit.key(), unit);
      }
    }
    var parts = parts(List.copyOf(missing.values()));
    var images =
        parts.parallelStream()
            .map(part -> compiler.compile(source(part), architecture, code))
            .toList();
    for (int i = 0; i < parts.size(); i++) {
      var module = driver.load(images.get(i));
      modules.add(module);
      for (KernelUnit unit : parts.get(i)) {
        for (String entry : unit.entries()) {
          String symbol = unit.symbol(entry);
          functions.put(symbol, driver.function(module, symbol));
        }
      }
    }
  }

  /// The function of a ready-made kernel: as it was compiled when Gatun was built, or, where
  /// there was no compiler then, compiled now.
  CudaDriver.Function ready(Kernel kernel) {
    return functions.computeIfAbsent(
        kernel.name(), name -> driver.function(readyModule(kernel.file()), name));
  }

  private CudaDriver.Module readyModule(String file) {
    return ready.computeIfAbsent(
        file,
        _ -> {
          byte[] image = ReadyImage.of(file, architecture, code, () -> compiler);
          var module = driver.load(image);
          modules.add(module);
          return module;
        });
  }

  /// Tells a kernel from what another source, or another compiler, would make of it.
  String fingerprint(KernelUnit unit) {
    return ContentKey.sha256(List.of(compiler.version(), SourceText.module(List.of(unit))));
  }

  private static KernelSource source(List<KernelUnit> units) {
    return KernelSource.of("kernels.cu", SourceText.module(units));
  }

  /// Equal shares, each of neighbours by key.
  private static List<List<KernelUnit>> parts(List<KernelUnit> units) {
    if (units.isEmpty()) return List.of();
    int count = Math.clamp(Math.ceilDiv(units.size(), LEAST), 1, 4);
    count = Math.max(count, Math.ceilDiv(units.size(), MOST));
    int parts = count;
    return IntStream.range(0, parts)
        .mapToObj(i -> units.subList(units.size() * i / parts, units.size() * (i + 1) / parts))
        .filter(part -> !part.isEmpty())
        .sorted(Comparator.comparing(part -> part.getFirst().key()))
        .toList();
  }

  /// The function of a symbol that has been required.
  private CudaDriver.Function function(String symbol) {
    var function = functions.get(symbol);
    if (function == null) throw new IllegalStateException(symbol + " has not been compiled");
    return function;
  }

  /// The launches of a kernel that has been required.
  ///
  /// @param name of what they do, for messages
  /// @param buffers how many buffers the kernel has
  List<Work> launches(
      String name, Lowered lowered, int buffers, Addresses addresses, long workspace) {
    var launches = new ArrayList<Work>();
    for (var launch : lowered.launches()) {
      String symbol = lowered.unit().symbol(launch.entry());
      var function = function(symbol);
      int shared = launch.geometry().sharedBytes();
      if (shared > DEFAULT_SHARED_BYTES) driver.allowSharedBytes(function, shared);
      launches.add(
          new Work.Kernel(
              name + " (" + symbol + ")",
              function,
              lowered,
              launch,
              buffers,
              addresses,
              workspace));
    }
    return launches;
  }

  void unload() {
    modules.forEach(driver::unload);
    modules.clear();
    functions.clear();
    ready.clear();
  }
}
