package io.gatun.engine.cli;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.cpu.CpuDevice;
import io.gatun.engine.cpu.ThreadPool;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where to compute.
public final class DeviceOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "${env:GATUN_DEVICE:-cpu}",
      description = "Device to compute on: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Names.class)
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the cpu device. Default: GATUN_THREADS, else one a processor.")
  private Integer threads;

  /// The names that help shows.
  static final class Names implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return Devices.names().iterator();
    }
  }

  /// Options that picocli fills in.
  public DeviceOptions() {}

  /// The name given.
  ///
  /// @throws ParameterException when there is no such device
  public String name() {
    if (!Devices.isKnown(device)) {
      throw new ParameterException(
          command.commandLine(),
          "--device: no device \"%s\"; choose one of %s".formatted(device, Devices.names()));
    }
    return device;
  }

  /// Opens the device.
  public Device open() {
    if (threads == null) return Devices.open(name());
    if (threads < 1 || threads > 4096) {
      throw new ParameterException(
          command.commandLine(), "--threads: " + threads + " is not 1 to 4096");
    }
    if (!name().equals("cpu")) {
      throw new ParameterException(
          command.commandLine(), "--threads is for the cpu device, not " + name());
    }
    return new CpuDevice(new ThreadPool(threads));
  }
}
