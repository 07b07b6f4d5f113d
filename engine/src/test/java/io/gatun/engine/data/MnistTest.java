package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @TempDir Path folder;

  private final List<String> log = new ArrayList<>();

  private Mnist load() throws IOException {
    return Mnist.load(Optional.of(folder), log::add, Arena.ofAuto());
  }

  @Test
  void readsTheFolderOfTheUser() throws IOException {
    SmallMnist.write(folder);
    var mnist = load();
    assertEquals(TensorType.of(DType.U8, 6, 28, 28), mnist.train().images().type());
    assertEquals(TensorType.of(DType.U8, 4), mnist.test().labels().type());
    assertEquals(5, mnist.train().label(5));
    assertEquals(4, log.size(), "says that the files are not the original ones: " + log);
  }

  @Test
  void readsCompressedFilesAndDottedNames() throws IOException {
    var files = SmallMnist.write(folder);
    Path images = folder.resolve(files.get(0).name());
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve(images.getFileName() + ".gz")))) {
      Files.copy(images, out);
    }
    Files.delete(images);
    Files.move(folder.resolve("t10k-labels-idx1-ubyte"), folder.resolve("t10k-labels.idx1-ubyte"));
    assertEquals(6, load().train().count());
  }

  @Test
  void normalisesToTheNearestFloat() throws IOException {
    SmallMnist.write(folder);
    var pixels = load().train().normalised(Arena.ofAuto());
    assertEquals(TensorType.f32(6, 28, 28), pixels.type());
    for (int i = 0; i < pixels.type().size(); i++) {
      assertEquals(i % 256 / 255f, (float) pixels.at(i));
    }
  }

  @Test
  void saysWhichFileIsMissingAndWhatToDo() throws IOException {
    SmallMnist.write(folder);
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    var failure = assertThrows(NoSuchFileException.class, this::load);
    assertTrue(failure.getMessage().contains("t10k-labels-idx1-ubyte"), failure.getMessage());
    assertTrue(failure.getMessage().contains("copy them there"), failure.getMessage());
  }

  @Test
  void saysWhichFileIsBroken() throws IOException {
    SmallMnist.write(folder);
    Path labels = folder.resolve("train-labels-idx1-ubyte");
    byte[] bytes = Files.readAllBytes(labels);
    bytes[9] = 10;
    Files.write(labels, bytes);
    var failure = assertThrows(IOException.class, this::load);
    assertEquals(
        labels
            + ": at byte 9: label 10; there are 10 classes; delete the broken file, then fetch or"
            + " copy it again",
        failure.getMessage());
    Files.copy(folder.resolve("train-images-idx3-ubyte"), folder.resolve("x"));
    Files.delete(labels);
    Files.move(folder.resolve("x"), labels);
    failure = assertThrows(IOException.class, this::load);
    assertTrue(failure.getMessage().contains("must be u8[6], not u8[6,28,28]"), failure.toString());
  }

  @Test
  void decodesTheRealDigitsQuickly() throws IOException {
    try (var arena = Arena.ofConfined()) {
      var cached = Mnist.cached(arena);
      assumeTrue(
          cached.isPresent(),
          "skipped: MNIST is not cached; run './gatun train mnist' once to fetch it");
      var mnist = cached.orElseThrow();
      assertEquals(60_000, mnist.train().count());
      assertEquals(10_000, mnist.test().count());
      assertEquals(List.of(5, 0, 4), List.of(0, 1, 2).stream().map(mnist.train()::label).toList());
      assertEquals(List.of(7, 2, 1), List.of(0, 1, 2).stream().map(mnist.test()::label).toList());
      var thread = ManagementFactory.getThreadMXBean();
      long start = thread.getCurrentThreadCpuTime();
      var pixels = mnist.train().normalised(arena);
      double seconds = (thread.getCurrentThreadCpuTime() - start) * 1e-9;
      for (int i = 0; i < 784; i++) {
        assertEquals((float) (mnist.train().images().at(i) / 255), (float) pixels.at(i));
      }
      assertTrue(seconds < 0.6, "decoding took " + seconds + " s of CPU; 0.1 s is usual");
    }
  }
}
