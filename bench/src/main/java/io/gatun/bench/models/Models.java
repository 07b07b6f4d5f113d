package io.gatun.bench.models;

import io.gatun.bench.Interleaved;
import io.gatun.bench.Machine;
import io.gatun.bench.Peer;
import io.gatun.bench.PythonPeer;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.cpu.CpuDevice;
import io.gatun.engine.cpu.ThreadPool;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Measures real models beside what people run them with today; see `bench/README.md`.
@Command(
    name = "gatun bench models",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    showDefaultValues = true,
    description = {
      "Measures real models beside ONNX Runtime and PyTorch, in one run.",
      "",
      "The two sides of a row take turns in short batches, on the same file with the same inputs,"
          + " which differ from run to run; their values are compared first.",
      ""
    })
public final class Models implements Callable<Integer> {
  private static final String CPU = "cpu";
  private static final Path PEER_ON_GPU =
      Path.of(System.getProperty("gatun.bench.root", ""), "bench/python/gpu_peer.py");

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "NAME",
      description = "Beginnings of the names of models; all where there is none.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private List<String> names = List.of();

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = {
        "What Gatun runs on. On a GPU (cuda, cuda:1) other models are measured, beside PyTorch in"
            + " the Python that GATUN_BENCH_PYTHON names; \"virtual\" tries that without one."
      })
  private String device;

  @Option(
      names = "--list",
      description = "Print the names and goals, and stop.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private boolean list;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "15",
      description = "Batches of each side.")
  private int rounds;

  @Option(
      names = "--batch-millis",
      paramLabel = "N",
      defaultValue = "60",
      description = "Length of a batch; half of it runs untimed before.")
  private long batchMillis;

  @Option(
      names = "--warm-up-millis",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Untimed runs before the first batch.")
  private long warmUpMillis;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads of each side.")
  private int threads;

  @Option(
      names = "--files",
      paramLabel = "DIR",
      description = "Where the files of BERT-base and ResNet-50 are kept; else they are temporary.")
  private Path files;

  @Option(names = "--out", paramLabel = "FILE", description = "A page that the table is added to.")
  private Path out;

  @Option(
      names = "--json",
      description = "Print the result as JSON.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private boolean json;

  private final Function<String, List<Row>> rowsOf;
  private final List<Peer> peers;
  private final PrintStream result;
  private final PrintStream progress;
  private final String commandLine;

  /// @param rowsOf what is measured on a device of this name
  Models(
      Function<String, List<Row>> rowsOf,
      List<Peer> peers,
      PrintStream result,
      PrintStream progress,
      String commandLine) {
    this.rowsOf = rowsOf;
    this.peers = new ArrayList<>(peers);
    this.result = result;
    this.progress = progress;
    this.commandLine = commandLine;
  }

  /// Runs the command.
  public static void main(String... arguments) {
    var peers = new ArrayList<Peer>();
    ServiceLoader.load(Peer.class).forEach(peers::add);
    System.exit(run(Models::rows, peers, System.out, System.err, arguments));
  }

  private static List<Row> rows(String device) {
    return device.equals(CPU) ? Rows.all() : GpuRows.all();
  }

  /// Runs the command with these rows; answers the exit code.
  static int run(
      Function<String, List<Row>> rows,
      List<Peer> peers,
      PrintStream result,
      PrintStream progress,
      String... arguments) {
    var text = "./gatun bench models " + String.join(" ", arguments);
    return new CommandLine(new Models(rows, peers, result, progress, text.strip()))
        .setOut(new PrintWriter(result, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(progress, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  @Override
  public Integer call() throws IOException {
    if (rounds < 1 || threads < 1 || batchMillis < 1) {
      throw new ParameterException(
          command.commandLine(), "--rounds, --threads and --batch-millis: at least 1");
    }
    var wanted = wanted();
    if (list) {
      for (Row row : wanted) result.println(row.name() + " " + row.goal().text());
      return 0;
    }
    var folder = files == null ? Files.createTempDirectory("gatun-models") : files.toAbsolutePath();
    try {
      Files.createDirectories(folder);
      return measure(wanted, folder);
    } finally {
      if (files == null) FreshProcess.delete(folder);
      peers.forEach(Peer::close);
    }
  }

  private List<Row> wanted() {
    var rows = rowsOf.apply(device);
    for (String name : names) {
      if (rows.stream().noneMatch(row -> row.name().startsWith(name))) {
        throw new ParameterException(
            command.commandLine(),
            "no model \"%s\"; there are %s".formatted(name, rows.stream().map(Row::name).toList()));
      }
    }
    return rows.stream()
        .filter(row -> names.isEmpty() || names.stream().anyMatch(row.name()::startsWith))
        .toList();
  }

  private int measure(List<Row> wanted, Path folder) throws IOException {
    if (!device.equals(CPU)) pythonPeer().ifPresent(peers::add);
    var measurement =
        new Interleaved(
            rounds, batchMillis * 1_000_000, batchMillis * 500_000, warmUpMillis * 1_000_000);
    var facts = facts(measurement);
    facts.forEach(progress::println);
    var outcomes = new ArrayList<Outcome>();
    try (var opened = open()) {
      var session = new Session(opened, threads, peers, measurement, folder);
      for (Row row : wanted) {
        progress.println(row.name() + " ...");
        var outcome = outcome(row, session);
        progress.println(Page.line(outcome));
        outcomes.add(outcome);
      }
    }
    var where = device.equals(CPU) ? threads + " threads" : device;
    var title = "Models, %s, %s".formatted(where, LocalDate.now());
    var page = new Page(title, facts, outcomes);
    result.println(json ? page.json() : page.text());
    if (out != null) {
      Files.writeString(
          out, "\n" + page.text(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    return outcomes.stream().anyMatch(o -> o instanceof Outcome.Failed) ? 1 : 0;
  }

  private Device open() {
    try {
      return device.equals(CPU) ? new CpuDevice(new ThreadPool(threads)) : Devices.open(device);
    } catch (EngineException e) {
      throw new ParameterException(command.commandLine(), "--device: " + e.getMessage());
    }
  }

  private Optional<Peer> pythonPeer() {
    var python = System.getenv("GATUN_BENCH_PYTHON");
    if (python == null) return Optional.empty();
    try {
      return Optional.of(new PythonPeer(Path.of(python), PEER_ON_GPU, "cuda", threads));
    } catch (IllegalStateException | UncheckedIOException e) {
      throw new ParameterException(
          command.commandLine(),
          "GATUN_BENCH_PYTHON=%s is no Python that can import torch: %s"
              .formatted(python, e.getMessage()));
    }
  }

  /// A failure is a line of the page, so that the others are still measured.
  private Outcome outcome(Row row, Session session) {
    try {
      return row.measure(session);
    } catch (IOException | RuntimeException e) {
      e.printStackTrace(progress);
      var lines = Optional.ofNullable(e.getMessage()).orElse(e.toString()).lines();
      return new Outcome.Failed(row.name(), lines.findFirst().orElse(""));
    }
  }

  private List<String> facts(Interleaved measurement) {
    var facts = new ArrayList<String>();
    facts.add("command: `%s`".formatted(commandLine));
    facts.add("machine: " + Machine.text() + Machine.load());
    facts.add(
        "Gatun on JDK %s (%s)"
            .formatted(Runtime.version(), System.getProperty("java.vm.vendor").split(" ")[0]));
    peers.forEach(peer -> facts.add(peer.version()));
    facts.add(measurement.text() + "; score: ratio of medians");
    return facts;
  }
}
