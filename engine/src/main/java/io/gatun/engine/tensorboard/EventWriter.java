package io.gatun.engine.tensorboard;

import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Graph;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import javax.imageio.ImageIO;

/// Writes an event file of its own to a folder, where `tensorboard --logdir FOLDER` shows it: also
/// while it is being written. Names with slashes are shown in groups. Not for use by two threads.
///
/// @see <a href="https://www.tensorflow.org/tensorboard">TensorBoard</a>
public final class EventWriter implements AutoCloseable {
  private static final int STARTED = 1;
  private static final int TEXT = 7;

  private final Clock clock;
  private final RecordFile file;

  private EventWriter(RecordFile file, Clock clock) {
    this.clock = clock;
    this.file = file;
    file.add(event(0).text(3, "brain.Event:2").toBytes());
  }

  /// A new file in a folder, which is made where it is missing.
  ///
  /// @throws io.gatun.engine.EngineException when it cannot be written, also of the other methods
  public static EventWriter open(Path folder) {
    return open(folder, Clock.systemUTC());
  }

  static EventWriter open(Path folder, Clock clock) {
    var name =
        "events.out.tfevents.%010d.gatun.%d"
            .formatted(clock.instant().getEpochSecond(), ProcessHandle.current().pid());
    return new EventWriter(RecordFile.create(folder, name), clock);
  }

  /// The file.
  public Path path() {
    return file.path();
  }

  /// What files before this one in the folder tell of this step and later ones no longer holds: a
  /// run that was killed goes on from a checkpoint.
  public void startAt(long step) {
    file.add(event(step).message(7, new Message().integer(1, STARTED)).toBytes());
  }

  /// A point of a curve.
  public void scalar(String tag, long step, double value) {
    add(step, new Message().text(1, tag).single(2, (float) value));
  }

  /// A distribution.
  public void histogram(String tag, long step, Histogram histogram) {
    add(step, new Message().text(1, tag).message(5, histogram.message()));
  }

  /// The distribution of a tensor's elements.
  public void histogram(String tag, long step, Tensor tensor) {
    histogram(tag, step, Histogram.of(tensor));
  }

  public void image(String tag, long step, BufferedImage image) {
    var png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    image(tag, step, image.getWidth(), image.getHeight(), png.toByteArray());
  }

  /// An image in a file format that browsers show, as PNG.
  public void image(String tag, long step, int width, int height, byte[] encoded) {
    int colours = 3;
    var image =
        new Message().integer(1, height).integer(2, width).integer(3, colours).bytes(4, encoded);
    add(step, new Message().text(1, tag).message(4, image));
  }

  /// A text in Markdown.
  public void text(String tag, long step, String markdown) {
    var plugin = new Message().text(1, "text");
    var tensor =
        new Message()
            .integer(1, TEXT)
            .message(2, new Message().message(2, new Message().integer(1, 1)))
            .bytes(8, markdown.getBytes(StandardCharsets.UTF_8));
    add(
        step,
        new Message().text(1, tag).message(9, new Message().message(1, plugin)).message(8, tensor));
  }

  /// The graph of this file.
  public void graph(Graph graph) {
    file.add(event(0).bytes(4, GraphMessage.of(graph).toBytes()).toBytes());
  }

  private void add(long step, Message value) {
    file.add(event(step).message(5, new Message().message(1, value)).toBytes());
  }

  private Message event(long step) {
    return new Message().number(1, clock.millis() / 1000.0).integer(2, step);
  }

  @Override
  public void close() {
    file.close();
  }
}
