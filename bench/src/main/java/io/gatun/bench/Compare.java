package io.gatun.bench;

import io.gatun.bench.Workload.ModelFile;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Measures Gatun and its peers interleaved in one process; see `bench/README.md`.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Measures Gatun and its peers in turn and prints ratios of their times.")
public final class Compare implements Callable<Integer> {
  @Parameters(description = "beginnings of the names of workloads; all where there is none")
  private List<String> names = List.of();

  @Option(
      names = "--model",
      description = "an ONNX file, with sizes as in FILE@batch=1,sequence=128; may be repeated")
  private List<String> models = List.of();

  @Option(names = "--list", description = "print the names of workloads and peers, and stop")
  private boolean list;

  @Option(names = "--peers", split = ",", description = "only these peers")
  private List<String> peers = List.of();

  @Option(names = "--pairs", description = "batches of each side (default ${DEFAULT-VALUE})")
  private int pairs = 30;

  @Option(names = "--batch-millis", description = "length of a batch (default ${DEFAULT-VALUE})")
  private long batchMillis = 25;

  @Option(
      names = "--settle-millis",
      description = "untimed runs before each batch (default ${DEFAULT-VALUE})")
  private long settleMillis = 10;

  @Option(
      names = "--warm-up-millis",
      description = "untimed runs before the first batch (default ${DEFAULT-VALUE})")
  private long warmUpMillis = 1000;

  @Option(names = "--device", description = "Gatun's device (default ${DEFAULT-VALUE})")
  private String deviceName = "cpu";

  @Option(
      names = "--python",
      description = "an interpreter with torch: adds the peers pytorch-python and pytorch-tuned")
  private Path python;

  @Option(names = "--python-script", description = "default: ${DEFAULT-VALUE}")
  private Path pythonScript = Path.of("bench/python/peer.py");

  @Option(names = "--out", description = "a file that the table is added to")
  private Path out;

  private final String command;

  private Compare(String command) {
    this.command = command;
  }

  /// Runs the command; threads are `GATUN_THREADS`, else one for each processor.
  public static void main(String... arguments) {
    var compare = new Compare("bench/run compare " + String.join(" ", arguments));
    System.exit(new CommandLine(compare).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    int threads = threads();
    var workloads = new ArrayList<Workload>(models.stream().map(ModelFile::parse).toList());
    if (models.isEmpty() || !names.isEmpty()) workloads.addAll(Workloads.matching(names));
    var opened = open(threads);
    try {
      if (list) {
        workloads.forEach(w -> System.out.println(w.name()));
        opened.forEach(p -> System.out.println("peer " + p.name() + ": " + p.version()));
        return 0;
      }
      var measurement =
          new Interleaved(
              pairs, batchMillis * 1_000_000, settleMillis * 1_000_000, warmUpMillis * 1_000_000);
      var versions = opened.stream().map(Peer::version).toList();
      var report = new Report(command, threads, deviceName, measurement, versions);
      System.out.println(report.text().strip());
      int failures = 0;
      try (var device = Devices.open(deviceName)) {
        for (var workload : workloads) {
          failures += compare(workload, device, opened, threads, measurement, report);
        }
      }
      if (out != null) {
        Files.writeString(
            out, report.text() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
      return failures == 0 ? 0 : 1;
    } finally {
      opened.forEach(Peer::close);
    }
  }

  private List<Peer> open(int threads) {
    var all = new ArrayList<Peer>();
    all.add(new MemoryPeer());
    for (var peer : ServiceLoader.load(Peer.class)) all.add(peer);
    if (python != null) {
      all.add(new PythonPeer(python, pythonScript, "python", threads));
      all.add(new PythonPeer(python, pythonScript, "tuned", threads));
    }
    var known = all.stream().map(Peer::name).toList();
    if (!known.containsAll(peers)) {
      throw new IllegalArgumentException(
          "there are the peers %s, you asked for %s; those of other projects are built by mvn -Ppeers"
              .formatted(known, peers));
    }
    return all.stream().filter(p -> peers.isEmpty() || peers.contains(p.name())).toList();
  }

  private static int threads() {
    var text = System.getenv("GATUN_THREADS");
    return text == null ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(text);
  }

  /// Measures one workload against all peers that know it; a failure is printed and counted, so
  /// that the others are still measured.
  private static int compare(
      Workload workload,
      Device device,
      List<Peer> peers,
      int threads,
      Interleaved measurement,
      Report report) {
    int failures = 0;
    for (var peer : peers) {
      try {
        var prepared = peer.prepare(workload, threads);
        if (prepared.isEmpty()) continue;
        try (var other = prepared.get();
            var gatun = new BoundGraph(device, workload.graph(), workload.sets()).subject()) {
          var times = measurement.settledFor(peer.spinning()).measure(gatun, other);
          var goal = Goals.ratio(workload, peer.name());
          System.out.println(report.add(workload, peer.name(), times, goal));
        }
      } catch (RuntimeException e) {
        failures++;
        System.err.println(workload.name() + " against " + peer.name() + " failed:");
        e.printStackTrace();
      }
    }
    return failures;
  }
}
