package io.gatun.engine.cli;

import io.gatun.engine.PlanDump;
import io.gatun.graph.pass.Pipeline;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Compiles a graph from its text.
@Command(
    name = "compile",
    description = {
      "Compiles a graph from its text and shows the plan.",
      "",
      "The plan says which operations one kernel computes, what each kernel costs, and how much"
          + " memory is needed. A graph is text like this:",
      "",
      "  %%0:f32[4,3] = input \"x\"",
      "  %%1:f32[4,3] = exp %%0",
      "  return \"y\" %%1",
      ""
    },
    footer = {
      "  gatun compile step.ir",
      "  gatun compile step.ir --dump out      every pass, the kernels, a page of the graph",
      "  gatun compile step.ir --json",
      ""
    })
final class Compile implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "Graph text.")
  private Path file;

  @Option(
      names = "--dump",
      paramLabel = "DIR",
      description =
          "Write the graph after each pass (NN-pass.ir), plan.txt, kernels/ with the generated"
              + " code, and graph.html.")
  private Path dump;

  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  private final Console console;

  Compile(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var graph = GraphFile.read(file);
    try (var device = devices.open()) {
      var written = Optional.ofNullable(dump).map(d -> new PlanDump(d, file.toString(), graph));
      long start = System.nanoTime();
      var plan =
          Compiler.compile(
              graph,
              device.target(),
              written.<Pipeline.Observer>map(d -> d).orElse(Pipeline.Observer.NONE));
      double seconds = (System.nanoTime() - start) * 1e-9;
      written.ifPresent(d -> d.plan(plan, device.source(plan)));
      console.out().print(json.wanted() ? json(plan, seconds) : PlanText.print(plan));
    }
    return 0;
  }

  private static String json(Plan plan, double seconds) {
    var cost = Cost.of(plan);
    var result = new LinkedHashMap<String, Object>();
    result.put("target", plan.target().name());
    result.put("nodes", plan.graph().nodes().size());
    result.put("kernels", plan.groups().size());
    result.put("steps", plan.steps().size());
    result.put("refused_fusions", plan.refusals().size());
    result.put("arena_bytes", plan.memory().arenaBytes());
    result.put("constant_bytes", PlanText.constantBytes(plan));
    result.put("flops", cost.flops());
    result.put("bytes", cost.bytes());
    result.put("seconds", seconds);
    return Json.text(result) + System.lineSeparator();
  }
}
