package io.gatun.engine.cpu.llvm;

import io.gatun.bindings.CacheDirectory;
import io.gatun.bindings.NativeLibraries;
import io.gatun.bindings.Resolution;
import io.gatun.engine.cache.ContentKey;
import io.gatun.engine.cache.ObjectCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The processor of this machine as LLVM describes it: what code is generated for.
///
/// LLVM's answer is kept in the cache folder under a hash of what the operating system says of the
/// processor, so that a later start knows it without opening libLLVM.
///
/// @param name LLVM's name: `sapphirerapids`, `neoverse-v2`
/// @param features LLVM's feature list: `+avx2,+avx512f,-amx-fp16`
/// @param triple the target triple of the generated objects, always an ELF one
/// @param llvm which build of LLVM said so; a part of the keys of compiled objects
public record HostCpu(String name, String features, String triple, String llvm) {

  /// The processor that this JVM runs on.
  ///
  /// @throws io.gatun.bindings.MissingNativeLibraryException if LLVM has to be asked and is absent
  public static HostCpu current() {
    return Current.CPU;
  }

  /// A text that changes when another processor or another LLVM would be described, known without
  /// asking LLVM where possible.
  public static String fingerprint() {
    var identity = NativeLibraries.identity("llvm");
    var processor = processor();
    if (identity.isPresent() && processor.isPresent()) return identity.get() + processor.get();
    var cpu = current();
    return String.join("\n", cpu.name(), cpu.features(), cpu.triple(), cpu.llvm());
  }

  /// Whether LLVM may use an instruction set: `avx512f`, `avx2`, `fma`, `avx512bf16`, `neon`, ...
  public boolean has(String feature) {
    return featureSet().contains("+" + feature);
  }

  /// Bytes of the widest vector register that generated loops use.
  public int vectorBytes() {
    return has("avx512f") ? 64 : has("avx") ? 32 : 16;
  }

  private Set<String> featureSet() {
    return Arrays.stream(features.split(",")).collect(Collectors.toSet());
  }

  private static final class Current {
    static final HostCpu CPU = detect();
  }

  private static HostCpu detect() {
    Optional<String> identity = NativeLibraries.identity("llvm");
    Optional<String> processor = processor();
    if (identity.isEmpty() || processor.isEmpty()) {
      Resolution llvm = NativeLibraries.require("llvm");
      return LlvmCompiler.hostCpu(llvm.chosen().orElseThrow());
    }
    try {
      String key = ContentKey.sha256(List.of("cpu 1", identity.get(), processor.get()));
      Path file = CacheDirectory.user().folder("cpu").resolve(key + ".txt");
      if (Files.isReadable(file)) {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() == 4 && lines.get(3).equals(identity.get())) {
          return new HostCpu(lines.get(0), lines.get(1), lines.get(2), lines.get(3));
        }
      }
      HostCpu cpu = LlvmCompiler.hostCpu(identity.get());
      ObjectCache.writeAtomically(
          file,
          String.join("\n", cpu.name(), cpu.features(), cpu.triple(), cpu.llvm())
              .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return cpu;
    } catch (IOException e) {
      // Without the cache the answer only takes longer.
      return LlvmCompiler.hostCpu(identity.get());
    }
  }

  /// What Linux says of the first processor, without the lines that change from moment to moment.
  private static Optional<String> processor() {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return Optional.empty();
    }
    try (BufferedReader reader = Files.newBufferedReader(info)) {
      var text = new StringBuilder(System.getProperty("os.arch"));
      for (String line = reader.readLine();
          line != null && !line.isBlank();
          line = reader.readLine()) {
        if (!line.startsWith("cpu MHz") && !line.startsWith("bogomips")) {
          text.append('\n').append(line);
        }
      }
      return Optional.of(text.toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
