package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Lines of text that reach the file at once, one write each: a process that is killed leaves whole
/// lines, but for the last.
final class LogFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final List<String> kept;

  /// Goes on in a file, of which only these lines stay.
  LogFile(Path file, Predicate<String> stays) {
    this.file = file;
    try {
      kept = whole(file).stream().filter(stays).toList();
      AtomicFile.writeText(file, text(kept));
      channel = FileChannel.open(file, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// The lines of a file, without one that was cut off.
  private static List<String> whole(Path file) throws IOException {
    if (!Files.exists(file)) return List.of();
    var text = Files.readString(file);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  static String text(List<String> lines) {
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  /// The lines that stayed.
  List<String> kept() {
    return kept;
  }

  /// Appends a line.
  void add(String line) {
    var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      AtomicFile.append(channel, bytes);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private EngineException failure(IOException e) {
    return new EngineException("the training log " + file + " cannot be written: " + e, e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(e);
    }
  }
}
