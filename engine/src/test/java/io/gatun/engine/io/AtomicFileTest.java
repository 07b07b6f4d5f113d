package io.gatun.engine.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  private static AtomicFile.Content text(String text) {
    return channel -> AtomicFile.append(channel, ByteBuffer.wrap(text.getBytes()));
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void replacesTheOldFileAndLeavesNothingElse() throws IOException {
    var file = folder.resolve("model");
    AtomicFile.write(file, text("old"));
    AtomicFile.write(file, text("new"));
    assertEquals("new", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void leavesTheOldFileWholeWhenTheDiskIsFull() throws IOException {
    var file = folder.resolve("model");
    AtomicFile.write(file, text("old"));
    AtomicFile.Content full =
        channel -> {
          AtomicFile.append(channel, ByteBuffer.allocate(1000));
          throw new IOException("No space left on device");
        };
    var failure = assertThrows(IOException.class, () -> AtomicFile.write(file, full));
    assertTrue(failure.getMessage().contains("cannot write " + file), failure.getMessage());
    assertTrue(failure.getMessage().contains("No space left on device"), failure.getMessage());
    assertTrue(failure.getMessage().endsWith("the old file is unchanged"), failure.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void removesTheTemporaryFileAfterAnyFailure() throws IOException {
    AtomicFile.Content broken =
        _ -> {
          throw new IllegalStateException("broken");
        };
    var file = folder.resolve("model");
    assertThrows(IllegalStateException.class, () -> AtomicFile.write(file, broken));
    assertEquals(List.of(), files());
  }

  @Test
  void createsMissingFoldersAndFollowsLinks() throws IOException {
    var file = folder.resolve("a/b/model");
    AtomicFile.write(file, text("x"));
    var link = Files.createSymbolicLink(folder.resolve("link"), file);
    AtomicFile.write(link, text("y"));
    assertEquals("y", Files.readString(file));
    assertTrue(Files.isSymbolicLink(link));
  }
}
