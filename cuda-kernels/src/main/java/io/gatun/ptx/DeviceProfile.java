package io.gatun.ptx;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.DeviceProperties;
import java.util.List;
import java.util.Optional;

/// A GPU as data: what programs may use of it ([#properties]) and how fast its pipes can run at
/// most. Peak rates are those of the vendor's tables, without sparsity; the driver's limits are
/// those of the table "Technical Specifications per Compute Capability" of the CUDA C++ Programming
/// Guide, lanes those of its table "Throughput of Native Arithmetic Instructions".
///
/// Sources: NVIDIA A100 Tensor Core GPU Architecture (white paper, 2020), table 5; NVIDIA Ampere
/// GA102 GPU Architecture (2020), table 9; NVIDIA Ada GPU Architecture (2022), table 2 and appendix
/// A; NVIDIA H100 Tensor Core GPU Architecture (2022), table 3 and data sheet of the SXM5 board.
///
/// @param name short name, as the user writes it: `h100`
/// @param properties the driver's figures
/// @param floatLanes f32 multiply-adds that a multiprocessor can start in one clock
/// @param doubleLanes f64 multiply-adds a multiprocessor and clock
/// @param specialLanes approximate transcendental functions a multiprocessor and clock
/// @param halfTensorFlops dense flop/s of the tensor cores, bf16 or f16 with sums in f32
/// @param tf32TensorFlops dense flop/s of the tensor cores, tf32 with sums in f32
public record DeviceProfile(
    String name,
    DeviceProperties properties,
    int floatLanes,
    int doubleLanes,
    int specialLanes,
    double halfTensorFlops,
    double tf32TensorFlops) {
  private static final int KIBIBYTE = 1 << 10;
  private static final int MEBIBYTE = 1 << 20;
  private static final long GIBIBYTE = 1L << 30;

  /// Threads of a warp, on every GPU.
  public static final int WARP = 32;

  /// A100-SXM4-40GB, `sm_80`.
  public static final DeviceProfile A100 =
      new DeviceProfile(
          "a100",
          new DeviceProperties(
              "virtual A100-SXM4-40GB",
              new Architecture(8, 0),
              108,
              40 * GIBIBYTE,
              1024,
              2048,
              32,
              65536,
              164 * KIBIBYTE,
              48 * KIBIBYTE,
              163 * KIBIBYTE,
              40 * MEBIBYTE,
              1_215_000,
              5120,
              1_410_000,
              true,
              true),
          64,
          32,
          16,
          312e12,
          156e12);

  /// GeForce RTX 3090, `sm_86`.
  public static final DeviceProfile RTX3090 =
      new DeviceProfile(
          "rtx3090",
          new DeviceProperties(
              "virtual GeForce RTX 3090",
              new Architecture(8, 6),
              82,
              24 * GIBIBYTE,
              1024,
              1536,
              16,
              65536,
              100 * KIBIBYTE,
              48 * KIBIBYTE,
              99 * KIBIBYTE,
              6 * MEBIBYTE,
              9_751_000,
              384,
              1_695_000,
              true,
              true),
          128,
          2,
          16,
          71e12,
          35.6e12);

  /// GeForce RTX 4090, `sm_89`.
  public static final DeviceProfile RTX4090 =
      new DeviceProfile(
          "rtx4090",
          new DeviceProperties(
              "virtual GeForce RTX 4090",
              new Architecture(8, 9),
              128,
              24 * GIBIBYTE,
              1024,
              1536,
              24,
              65536,
              100 * KIBIBYTE,
              48 * KIBIBYTE,
              99 * KIBIBYTE,
              72 * MEBIBYTE,
              10_501_000,
              384,
              2_520_000,
              true,
              true),
          128,
          2,
          16,
          165.2e12,
          82.6e12);

  /// H100-SXM5-80GB, `sm_90`. Its tensor cores' peak is stated for 1.83 GHz, the rest for 1.98.
  public static final DeviceProfile H100 =
      new DeviceProfile(
          "h100",
          new DeviceProperties(
              "virtual H100-SXM5-80GB",
              new Architecture(9, 0),
              132,
              80 * GIBIBYTE,
              1024,
              2048,
              32,
              65536,
              228 * KIBIBYTE,
              48 * KIBIBYTE,
              227 * KIBIBYTE,
              50 * MEBIBYTE,
              2_619_000,
              5120,
              1_980_000,
              true,
              true),
          128,
          64,
          16,
          989.4e12,
          494.7e12);

  /// All profiles, by architecture.
  public static List<DeviceProfile> all() {
    return List.of(A100, RTX3090, RTX4090, H100);
  }

  /// The profile of a short name such as `a100`.
  ///
  /// @throws IllegalArgumentException when there is none of this name; lists those there are
  public static DeviceProfile named(String name) {
    return all().stream()
        .filter(profile -> profile.name.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no virtual GPU \"%s\"; there are %s"
                        .formatted(name, all().stream().map(DeviceProfile::name).toList())));
  }

  /// The first profile of an architecture.
  public static Optional<DeviceProfile> of(Architecture architecture) {
    return all().stream()
        .filter(profile -> profile.architecture().equals(architecture))
        .findFirst();
  }

  /// Compute capability.
  public Architecture architecture() {
    return properties.architecture();
  }

  /// Clock of the multiprocessors in Hz.
  public double clock() {
    return properties.coreClock() * 1e3;
  }

  /// Peak flop/s in f32 without tensor cores; a multiply-add is two.
  public double floatFlops() {
    return 2.0 * floatLanes * properties.multiprocessors() * clock();
  }

  /// Peak bytes a second of the device memory: two transfers a clock on every line of the bus.
  public double memoryBandwidth() {
    return 2e3 * properties.memoryClock() * properties.memoryBusBits() / 8;
  }
}
