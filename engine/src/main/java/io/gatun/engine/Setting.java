package io.gatun.engine;

import java.util.Map;

/// The environment variables that Gatun reads: all of them.
public enum Setting {
  DEBUG(
      "GATUN_DEBUG",
      "1 plan summary and stack traces; 2 time, GB/s and GFLOP/s of each step; 3 refused fusions;"
          + " 4 kernel source; 5 graph after each pass"),
  DUMP("GATUN_DUMP", "folder for graphs after each pass, plans, kernels and a page of each graph"),
  VALIDATE("GATUN_VALIDATE", "1 runs every step on the reference too, stops at a difference"),
  THREADS("GATUN_THREADS", "threads of the CPU device; one for each processor where unset"),
  DEVICE("GATUN_DEVICE", "device where none is named; cpu where unset"),
  LIBRARIES("GATUN_LIBRARIES", "off does without cuBLASLt and cuDNN; on where unset"),
  TF32(
      "GATUN_TF32",
      "on rounds factors of f32 products and convolutions on NVIDIA GPUs to 10 bits, for their"
          + " tensor cores; off where unset"),
  PLANS("GATUN_PLANS", "off keeps no plans of model files in the cache folder; on where unset"),
  CACHE("GATUN_CACHE", "folder of natives, compiled kernels and data sets; ~/.cache/gatun"),
  NATIVE_PATH("GATUN_NATIVE_PATH", "folders where native libraries are looked for first"),
  JAVA_HOME("GATUN_JAVA_HOME", "the JDK 25 that the launcher takes");

  private final String variable;
  private final String meaning;

  Setting(String variable, String meaning) {
    this.variable = variable;
    this.meaning = meaning;
  }

  /// Name of the environment variable.
  public String variable() {
    return variable;
  }

  /// Whether this switch is on.
  ///
  /// @param otherwise what it is where it is not set
  /// @throws EngineException where it has another value than `on` and `off`
  public boolean isOn(Map<String, String> environment, boolean otherwise) {
    var value = environment.getOrDefault(variable, "");
    return switch (value) {
      case "" -> otherwise;
      case "on" -> true;
      case "off" -> false;
      default ->
          throw new EngineException("%s=%s is neither on nor off".formatted(variable, value));
    };
  }

  /// What it does, in a line.
  public String meaning() {
    return meaning;
  }
}
