package io.gatun.bindings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is known beforehand of each native library: file names, where they come from, what must be
/// open first and what to do where it is missing.
enum NativeLibrary {
  LLVM(
      List.of("libLLVM.so", "libLLVM.so.20.1", "libLLVM-20.so"),
      List.of("llvm/%s/libLLVM.so"),
      List.of(),
      Siblings.NONE,
      "put org.bytedeco:llvm (with the classifier of this platform) on the class path, or name the"
          + " folder of an LLVM 20 libLLVM.so with GATUN_NATIVE_PATH or -Dgatun.native.path"),
  ONEDNN(
      List.of("libdnnl.so.3"),
      List.of("dnnl/%s/libdnnl.so.3", "dnnl/%s/libgomp.so.1"),
      List.of(),
      new Siblings("libgomp.so.1"),
      "put org.bytedeco:dnnl (with the classifier of this platform) on the class path, or name the"
          + " folder of libdnnl.so.3 with GATUN_NATIVE_PATH or -Dgatun.native.path"),
  CUDA(
      List.of("libcuda.so.1"),
      List.of(),
      List.of(),
      Siblings.NONE,
      "install the NVIDIA driver; it comes with libcuda.so.1"),
  NVRTC(
      List.of("libnvrtc.so.13", "libnvrtc.so.12"),
      List.of(),
      List.of(),
      // Opened after the library, its built-ins are not found and every compilation fails with 7.
      new Siblings("libnvrtc-builtins.so"),
      Cures.TOOLKIT),
  CUBLASLT(List.of("libcublasLt.so.13"), List.of(), List.of(), Siblings.NONE, Cures.TOOLKIT),
  CUBLAS(List.of("libcublas.so.13"), List.of(), List.of(CUBLASLT), Siblings.NONE, Cures.TOOLKIT),
  CUDNN(
      List.of("libcudnn.so.9"),
      List.of(),
      List.of(CUBLASLT, CUBLAS),
      Siblings.NONE,
      "install cuDNN 9 for CUDA 13, or name the folder of libcudnn.so.9 with GATUN_NATIVE_PATH or"
          + " -Dgatun.native.path"),
  NCCL(
      List.of("libnccl.so.2"),
      List.of(),
      List.of(),
      Siblings.NONE,
      "install NCCL 2, or name the folder of libnccl.so.2 with GATUN_NATIVE_PATH or"
          + " -Dgatun.native.path");

  /// Files of the same folder that are opened first, by the start of their names.
  record Siblings(String... prefixes) {
    static final Siblings NONE = new Siblings();
  }

  private static final class Cures {
    static final String TOOLKIT =
        "install the CUDA 13 toolkit, or name the folder of its libraries with GATUN_NATIVE_PATH"
            + " or -Dgatun.native.path";
  }

  private final List<String> fileNames;
  private final List<String> resources;
  private final List<NativeLibrary> prerequisites;
  private final Siblings siblings;
  private final String cure;

  NativeLibrary(
      List<String> fileNames,
      List<String> resources,
      List<NativeLibrary> prerequisites,
      Siblings siblings,
      String cure) {
    this.fileNames = fileNames;
    this.resources = resources;
    this.prerequisites = prerequisites;
    this.siblings = siblings;
    this.cure = cure;
  }

  static Optional<NativeLibrary> named(String name) {
    return Arrays.stream(values()).filter(library -> library.label().equals(name)).findAny();
  }

  static String names() {
    return Arrays.stream(values()).map(NativeLibrary::label).collect(Collectors.joining(", "));
  }

  String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /// File names by preference; each is also the soname that the dynamic linker is asked for.
  List<String> fileNames() {
    return fileNames;
  }

  /// Resources of the class path that hold the library (first) and what it needs beside it; empty
  /// where no jar carries it.
  List<String> resources() {
    return resources.stream().map(r -> "org/bytedeco/" + r.formatted(platform())).toList();
  }

  /// Libraries opened before this one where they are present.
  List<NativeLibrary> prerequisites() {
    return prerequisites;
  }

  Siblings siblings() {
    return siblings;
  }

  String cure() {
    return cure;
  }

  private static String platform() {
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
    String os = System.getProperty("os.name");
    return (os.startsWith("Mac") ? "macosx-" : os.startsWith("Windows") ? "windows-" : "linux-")
        + architecture;
  }
}
