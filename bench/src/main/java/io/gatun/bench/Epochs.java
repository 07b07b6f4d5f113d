package io.gatun.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Whole training runs side by side: `gatun train NAME` and the same in PyTorch, in turn, each in a
/// process of its own. The first epoch of a process warms it up and is not compared.
///
/// `bench/run epochs NAME DATA [ROUNDS [EPOCHS [THREADS]]]`, with `GATUN_BENCH_PYTHON` naming a
/// Python that can import `torch`.
public final class Epochs {
  private record Side(String name, List<String> command) {}

  private final String name;
  private final int rounds;
  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();
  private final Map<String, List<Double>> losses = new LinkedHashMap<>();
  private final Map<String, Double> peaks = new LinkedHashMap<>();
  private String notes = "";

  private Epochs(String name, int rounds) {
    this.name = name;
    this.rounds = rounds;
  }

  /// See the class.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 2) {
      System.err.println("bench/run epochs NAME DATA [ROUNDS [EPOCHS [THREADS]]]");
      System.exit(2);
    }
    var data = arguments[1];
    int rounds = number(arguments, 2, 3);
    int epochs = number(arguments, 3, 3);
    int threads = number(arguments, 4, 2);
    var python = System.getenv().getOrDefault("GATUN_BENCH_PYTHON", "python3");
    var bench = new Epochs(arguments[0], rounds);
    var sides = sides(arguments[0], data, epochs, threads, python);
    for (int round = 0; round < rounds; round++) {
      for (var side : sides) bench.run(side, round);
    }
    System.out.print(bench.report(threads));
  }

  private static int number(String[] arguments, int index, int otherwise) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
  }

  private static List<Side> sides(String name, String data, int epochs, int threads, String python)
      throws IOException {
    var out = Files.createTempDirectory("gatun-epochs");
    var option = name.startsWith("char-") ? "--text" : "--data";
    var gatun = List.of("./gatun", "train", name, option, data, "--out", out.toString(), "--json");
    var peer = List.of(python, "bench/python/epochs.py", name, "--data", data);
    var common =
        List.of("--epochs", Integer.toString(epochs), "--threads", Integer.toString(threads));
    return List.of(
        new Side("gatun", and(gatun, common)),
        new Side("pytorch", and(peer, common)),
        new Side("pytorch-tuned", and(and(peer, common), List.of("--tuned"))));
  }

  private static List<String> and(List<String> a, List<String> b) {
    var all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private void run(Side side, int round) throws IOException, InterruptedException {
    var command = and(side.command(), List.of("--seed", Integer.toString(round)));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes());
    int code = process.waitFor();
    // 1 is a goal that was missed, as by a run of few epochs; there is a result all the same.
    if (code > 1 || !output.contains("epoch_seconds")) {
      throw new IOException(String.join(" ", command) + " ended with " + code + ": " + output);
    }
    var json = new ObjectMapper().readTree(output.substring(output.indexOf('{')));
    var times = doubles(json.path("epoch_seconds"));
    seconds.computeIfAbsent(side.name(), _ -> new ArrayList<>()).addAll(rest(times));
    var epochLosses = doubles(json.path("epoch_losses"));
    losses.computeIfAbsent(side.name(), _ -> new ArrayList<>()).add(epochLosses.getLast());
    peaks.merge(side.name(), json.path("peak_megabytes").doubleValue(), Math::max);
    if (json.has("planned_megabytes")) {
      notes =
          String.format(
              Locale.ROOT,
              "gatun's variables and arenas by the plans: %.1f MB; waiting for data: %s",
              json.path("planned_megabytes").doubleValue(),
              json.path("waiting_for_data"));
    }
    System.err.printf(
        Locale.ROOT,
        "%s %s seed %d: %s s, losses %s%n",
        side.name(),
        name,
        round,
        times,
        epochLosses);
  }

  private static List<Double> doubles(JsonNode list) {
    var numbers = new ArrayList<Double>();
    list.forEach(item -> numbers.add(item.doubleValue()));
    return numbers;
  }

  /// Without the first, unless there is but one.
  private static List<Double> rest(List<Double> times) {
    return times.size() == 1 ? times : times.subList(1, times.size());
  }

  private String report(int threads) {
    var text = new StringBuilder();
    text.append("### epochs of %s, %d threads, %d rounds%n%n".formatted(name, threads, rounds));
    text.append(
        "| | s an epoch, median (least-greatest) | gatun's ratio | last loss | peak MB |\n");
    text.append("|---|---:|---:|---:|---:|\n");
    double own = median(seconds.get("gatun"));
    seconds.forEach(
        (side, times) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.3f (%.3f-%.3f) | %s | %s | %.0f |%n",
                    side,
                    median(times),
                    least(times),
                    greatest(times),
                    side.equals("gatun") ? "" : ratio(own, times),
                    shown(losses.get(side)),
                    peaks.get(side))));
    return text.append("\n").append(notes).append("\n").toString();
  }

  private String ratio(double own, List<Double> peer) {
    var mine = seconds.get("gatun");
    return String.format(
        Locale.ROOT,
        "**%.3f** (%.2f-%.2f)",
        own / median(peer),
        least(mine) / greatest(peer),
        greatest(mine) / least(peer));
  }

  private static String shown(List<Double> values) {
    return String.format(Locale.ROOT, "%.4f-%.4f", least(values), greatest(values));
  }

  private static double median(List<Double> values) {
    return quantile(values, 0.5);
  }

  private static double least(List<Double> values) {
    return quantile(values, 0);
  }

  private static double greatest(List<Double> values) {
    return quantile(values, 1);
  }

  private static double quantile(List<Double> values, double q) {
    return Comparison.quantile(values.stream().mapToDouble(d -> d).toArray(), q);
  }
}
