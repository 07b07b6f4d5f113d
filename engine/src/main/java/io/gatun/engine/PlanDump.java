package io.gatun.engine;

import io.gatun.engine.profile.GraphPage;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.kernel.KernelText;
import io.gatun.graph.pass.Pipeline;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import io.gatun.graph.plan.Refusal;
import io.gatun.graph.plan.Step;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Writes what the compiler made of a graph into a folder: `00-traced.ir`, then `NN-pass.ir` after
/// each pass, `plan.txt`, `refusals.txt`, one `kernels/NN.txt` for each kernel,
/// `kernels/source.txt` where the device generates code, and `graph.html`, a page without links to
/// anything else.
public final class PlanDump implements Pipeline.Observer {
  private final Path folder;
  private final String title;

  /// A dump into an existing or new folder, whose files of the same names are overwritten.
  ///
  /// @param title heading of the page
  public PlanDump(Path folder, String title, Graph traced) {
    this.folder = folder;
    this.title = title;
    write("00-traced.ir", GraphText.print(traced));
  }

  /// A dump into a new folder below `parent`: `name`, or `name-2`, `name-3` ... where it exists. Of
  /// a name that is a path, its last part.
  static PlanDump below(Path parent, String title, Graph traced) {
    String last = title.substring(title.lastIndexOf('/') + 1).replaceAll("[^\\w.+-]+", "_");
    String name = last.chars().allMatch(c -> c == '.') ? "program" : last;
    try {
      Files.createDirectories(parent);
      for (int i = 1; ; i++) {
        Path folder = parent.resolve(i == 1 ? name : name + "-" + i);
        try {
          return new PlanDump(Files.createDirectory(folder), title, traced);
        } catch (FileAlreadyExistsException e) {
          // an earlier compilation of the same program
          continue;
        }
      }
    } catch (IOException e) {
      throw failure(parent, e);
    }
  }

  @Override
  public void after(int index, String pass, Graph graph) {
    write("%02d-%s.ir".formatted(index + 1, pass), GraphText.print(graph));
  }

  /// Writes everything about the plan.
  ///
  /// @param source the generated code; may be empty
  public void plan(Plan plan, String source) {
    write("plan.txt", PlanText.print(plan));
    write("refusals.txt", lines(plan.refusals()));
    kernels("kernels/", plan);
    if (!source.isEmpty()) write("kernels/source.txt", source);
    write("graph.html", GraphPage.html(title, plan, Optional.empty()));
  }

  /// One file for each kernel, those of a loop's body under its number.
  private void kernels(String prefix, Plan plan) {
    int number = 0;
    for (Step step : plan.steps()) {
      var name = prefix + "%02d".formatted(number);
      switch (step) {
        case Step.Launch(Group group) -> write(name + ".txt", KernelText.print(group.kernel()));
        case Step.Loop loop -> kernels(name + "-", loop.body());
        case Step.Copy _ -> number--;
      }
      number++;
    }
  }

  static String lines(List<Refusal> refusals) {
    return refusals.stream().map(r -> r + "\n").collect(Collectors.joining());
  }

  private void write(String name, String text) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static EngineException failure(Path path, IOException e) {
    return new EngineException("dump: cannot write " + path + ": " + e, e);
  }
}
