package io.gatun.cuda;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Where the programs of a CUDA toolkit are: below `CUDA_HOME` or `CUDA_PATH`, on the `PATH`, or
/// where toolkits are usually installed.
public final class CudaToolkit {
  private CudaToolkit() {}

  /// The programs of this name that this machine has, as `nvcc` or `ptxas`, the best place first.
  public static Stream<Path> programs(String name) {
    return programs(name, System.getenv());
  }

  /// As [#programs(String)], by other variables than the process's.
  public static Stream<Path> programs(String name, Map<String, String> environment) {
    var folders = new ArrayList<Path>();
    for (var variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      var home = environment.getOrDefault(variable, "");
      if (!home.isBlank()) folders.add(Path.of(home, "bin"));
    }
    for (var folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!folder.isBlank()) folders.add(Path.of(folder));
    }
    folders.add(Path.of("/usr/local/cuda/bin"));
    folders.add(Path.of("/opt/cuda/bin"));
    boolean isWindows = File.separatorChar == '\\';
    return folders.stream()
        .map(folder -> folder.resolve(isWindows ? name + ".exe" : name))
        .filter(Files::isExecutable);
  }
}
