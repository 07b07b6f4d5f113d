package io.gatun.engine.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardTest {
  private static final Device DEVICE = Devices.open("reference");

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  /// `y = 2 x + 1`.
  private static Dataset line(int samples) {
    double[] x = IntStream.range(0, samples).mapToDouble(i -> i / (double) samples).toArray();
    double[] y = IntStream.range(0, samples).mapToDouble(i -> 2 * x[i] + 1).toArray();
    var type = TensorType.f32(samples, 1);
    return Dataset.of(Column.of("x", Literal.of(type, x)), Column.of("y", Literal.of(type, y)));
  }

  private static List<ParsedMessage> events(Path folder) throws IOException {
    var events = new ArrayList<ParsedMessage>();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) events.addAll(ParsedEvents.of(file));
    }
    return events;
  }

  private static List<ParsedMessage> values(List<ParsedMessage> events, String tag) {
    return events.stream()
        .filter(e -> e.has(5) && e.message(5).message(1).text(1).equals(tag))
        .toList();
  }

  @Test
  void aRunIsLogged() throws IOException {
    var network = Sequential.of(Shape.of(1), Dense.of(1));
    try (var model = network.compile(DEVICE, Compilation.of(Sgd.of(0.1), new MeanSquaredError()))) {
      var board = TensorBoard.to(folder).withGraph(model.trainingGraph(8, TensorType.f32(1)));
      var options =
          FitOptions.epochs(2).withBatchSize(8).withValidation(line(10)).withCallback(board);
      var history = model.fit(line(32), options);
      var events = events(folder.resolve("train"));
      var tags = new TreeSet<String>();
      for (var event : events) if (event.has(5)) tags.add(event.message(5).message(1).text(1));
      assertEquals(
          List.of(
              "dense/bias",
              "dense/kernel",
              "epoch/loss",
              "learning_rate",
              "loss",
              "samples_per_second",
              "waiting"),
          List.copyOf(tags));
      var losses = values(events, "loss");
      assertEquals(8, losses.size());
      assertEquals(
          (float) history.losses().getFirst().loss(),
          losses.getFirst().message(5).message(1).single(2));
      assertEquals(1, events.stream().filter(e -> e.has(4)).count());
      var validation = values(events(folder.resolve("validation")), "epoch/loss");
      assertEquals(List.of(4L, 8L), validation.stream().map(e -> e.integer(2)).toList());
      assertEquals(
          (float) history.last().validation().orElseThrow().loss(),
          validation.getLast().message(5).message(1).single(2));

      model.fit(line(32), options);
      var starts = events(folder.resolve("train")).stream().filter(e -> e.has(7)).toList();
      assertEquals(List.of(9L), starts.stream().map(e -> e.integer(2)).toList());
    }
  }
}
