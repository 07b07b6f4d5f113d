package io.gatun.engine.cli;

import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.StepTimes;
import io.gatun.engine.cuda.VirtualDevices;
import io.gatun.graph.ir.Graph;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.KernelReport;
import io.gatun.ptx.VirtualCudaDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Shows where the time of a model goes, or, on a virtual GPU, what its kernels do.
@Command(
    name = "profile",
    description = {
      "Shows where the time of a model or a graph goes.",
      "",
      "On a device that computes: time, share, GFLOP/s and GB/s of each step, the mean of some"
          + " runs. On a virtual GPU, for each kernel: launches, instructions, flops, bytes,"
          + " sectors per request, bank conflicts, registers, occupancy, and the time below which"
          + " a model of that GPU says it cannot come, with the part that bounds it. Inputs are"
          + " random numbers.",
      ""
    },
    footer = {
      "  gatun profile mnist-model",
      "  gatun profile --device virtual:a100 mnist-model --batch 64",
      "  gatun profile --device virtual:h100 step.ir",
      ""
    })
final class Profile implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private DeviceOptions devices;

  @Parameters(
      paramLabel = "MODEL",
      description = "Folder that 'gatun train' wrote, a model file, or graph text.")
  private Path path;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Samples in a run of a model.")
  private int batch;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Runs that are timed; a virtual GPU makes one.")
  private int runs;

  private final Console console;

  Profile(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    atLeastOne("--batch", batch);
    atLeastOne("--runs", runs);
    if (VirtualDevices.isName(devices.name())) virtual();
    else timed();
    return 0;
  }

  private void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new ParameterException(command.commandLine(), option + ": " + value + " is below 1");
    }
  }

  private void timed() throws IOException {
    try (var device = devices.open()) {
      profiled(
          device,
          (executable, tensors) -> {
            var times = new StepTimes(executable.plan());
            executable.run(tensors.inputs(), tensors.results());
            for (int i = 0; i < runs; i++) {
              executable.run(tensors.inputs(), tensors.results(), times);
            }
            console.out().print(times.text());
          });
    }
  }

  private void virtual() throws IOException {
    try (var device = VirtualDevices.open(devices.name(), ExecutionMode.COUNTING)) {
      profiled(
          device,
          (executable, tensors) -> {
            executable.run(tensors.inputs(), tensors.results());
            var report = ((VirtualCudaDriver) device.driver()).report();
            long launches = report.rows().stream().mapToLong(KernelReport.Row::launches).sum();
            console.out().print(report);
            console.out().println(FusionSavings.of(executable.plan(), launches));
          });
    }
  }

  /// Compiles what was named for the device and hands it on.
  private void profiled(Device device, BiConsumer<Executable, RandomTensors> use)
      throws IOException {
    boolean isModel = Files.isDirectory(path) || path.toString().endsWith(".safetensors");
    if (!isModel) {
      profiled(device, GraphFile.read(path), use);
      return;
    }
    try (var model = SavedModel.load(path, device)) {
      profiled(device, model.inferenceGraph(batch), use);
    }
  }

  private void profiled(Device device, Graph graph, BiConsumer<Executable, RandomTensors> use) {
    try (var executable = device.compile(path.toString(), graph);
        var tensors = RandomTensors.of(executable.plan())) {
      use.accept(executable, tensors);
    }
  }
}
