package io.gatun.engine;

import io.gatun.engine.profile.RecordedExecutable;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.pass.Pipeline;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import java.io.PrintStream;

/// Compiles and loads a graph, telling of it what the options ask for.
///
/// @param log takes the text
record Loading(DebugOptions options, PrintStream log) {
  /// Compiles `graph` for `device` and loads it there.
  ///
  /// @param name of the program, for messages and folders
  Executable load(String name, Graph graph, Device device) {
    if (!options.any()) {
      return new RecordedExecutable(
          name, device.load(name, Compiler.compile(graph, device.target())));
    }
    var dump = options.dump().map(folder -> PlanDump.below(folder, name, graph));
    Pipeline.Observer observer = dump.<Pipeline.Observer>map(d -> d).orElse(Pipeline.Observer.NONE);
    if (options.level() >= 5) {
      log("traced " + name, GraphText.print(graph));
      observer = observer.andThen((_, pass, g) -> log("after " + pass, GraphText.print(g)));
    }
    var plan = Compiler.compile(graph, device.target(), observer);
    dump.ifPresent(d -> d.plan(plan, device.source(plan)));
    tell(name, plan, device);
    var executable = new RecordedExecutable(name, device.load(name, plan));
    return options.watchesSteps()
        ? new WatchedExecutable(name, executable, options, log)
        : executable;
  }

  private void tell(String name, Plan plan, Device device) {
    if (options.level() >= 1) log("program \"" + name + "\"", PlanText.summary(plan));
    if (options.level() >= 3) log("fusions refused", PlanDump.lines(plan.refusals()));
    if (options.level() >= 4) log("kernels", device.source(plan));
  }

  private void log(String title, String text) {
    log.println("--- " + title);
    log.print(text);
    log.flush();
  }
}
