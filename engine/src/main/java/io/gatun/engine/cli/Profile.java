package io.gatun.engine.cli;

import io.gatun.engine.Executable;
import io.gatun.engine.StepObserver;
import io.gatun.engine.cpu.CpuDevice;
import io.gatun.engine.cuda.VirtualDevices;
import io.gatun.engine.profile.PlanProfile;
import io.gatun.engine.profile.RandomTensors;
import io.gatun.engine.profile.StepTrace;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.KernelReport;
import io.gatun.ptx.VirtualCudaDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Shows where the time of a model goes, or, on a virtual GPU, what its kernels do.
@Command(
    name = "profile",
    description = {
      "Shows where the time of a model or a graph goes.",
      "",
      "On a device that computes: time, share, GFLOP/s and GB/s of each step, the mean of some"
          + " runs; on the cpu device also the part of the roofline that a step reaches, that is of"
          + " the peak rate of multiply-adds or of the memory's bandwidth, whichever bounds it;"
          + " above 100 %% its arrays stay in a cache. Below a step stand the nodes of the file"
          + " that it was made from. The roofline is measured once, in about a second.",
      "",
      "On a virtual GPU, for each kernel: launches, instructions, flops, bytes,"
          + " sectors per request, bank conflicts, registers, occupancy, and the time below which"
          + " a model of that GPU says it cannot come, with the part that bounds it; then for each"
          + " step its kernels, and the tensors where one launch is for many. Inputs are random"
          + " numbers.",
      ""
    },
    footer = {
      "  gatun profile model.onnx --dim batch=8 --top 10",
      "  gatun profile model.onnx --trace out.json     opens in ui.perfetto.dev",
      "  gatun profile mnist-model",
      "  gatun profile --device virtual:a100 mnist-model --batch 64",
      "  gatun profile --device virtual:h100 step.ir",
      ""
    })
final class Profile implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private GraphSource source;
  @Mixin private DeviceOptions devices;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Runs that are timed; a virtual GPU makes one.")
  private int runs;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Show the N slowest steps, the slowest first.")
  private Integer top;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Write the runs as a Chrome trace, which ui.perfetto.dev opens.")
  private Path trace;

  @Option(
      names = "--measure-roofline",
      description = "Measure the roofline again: after a measurement on a busy machine.",
      showDefaultValue = Visibility.NEVER)
  private boolean measureAgain;

  @Mixin private JsonOption json;

  private final Console console;

  Profile(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    atLeastOne("--runs", runs);
    if (top != null) atLeastOne("--top", top);
    if (VirtualDevices.isName(devices.name())) virtual();
    else timed();
    return 0;
  }

  private void atLeastOne(String option, int value) {
    if (value < 1) throw wrong(option + ": " + value + " is below 1");
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private void timed() throws IOException {
    try (var device = devices.open()) {
      if (measureAgain) {
        if (!(device instanceof CpuDevice cpu)) {
          throw wrong("--measure-roofline is for the cpu device, not " + device.name());
        }
        cpu.roofline(true);
      }
      source.use(device, console, this::time);
    }
  }

  private void time(Executable executable, RandomTensors tensors) throws IOException {
    if (trace == null) {
      tell(executable.profile(tensors.inputs(), tensors.results(), runs));
      return;
    }
    var events = new StepTrace(executable.plan());
    var others = new StepObserver[] {events};
    tell(PlanProfile.of(executable, tensors.inputs(), tensors.results(), runs, others));
    events.write(trace, source.name());
    if (events.dropped() > 0) {
      console
          .err()
          .printf(
              "gatun: the trace lacks %,d events beyond the first million; use fewer --runs%n",
              events.dropped());
    }
  }

  private void tell(PlanProfile profile) {
    if (json.wanted()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("model", source.name());
      all.putAll((top == null ? profile : profile.slowest(top)).json());
      console.out().println(Json.text(all));
    } else {
      console.out().print(top == null ? profile.text() : profile.text(top));
    }
  }

  private void virtual() throws IOException {
    if (trace != null || json.wanted() || top != null || measureAgain) {
      throw wrong(
          "--trace, --json, --top and --measure-roofline are for devices that compute, not "
              + devices.name());
    }
    try (var device = VirtualDevices.open(devices.name(), ExecutionMode.COUNTING)) {
      source.use(
          device,
          console,
          (executable, tensors) -> {
            executable.run(tensors.inputs(), tensors.results());
            var report = ((VirtualCudaDriver) device.driver()).report();
            long launches = report.rows().stream().mapToLong(KernelReport.Row::launches).sum();
            console.out().print(report);
            executable.launches().forEach(console.out()::println);
            console.out().println(FusionSavings.of(executable.plan(), launches));
          });
    }
  }
}
