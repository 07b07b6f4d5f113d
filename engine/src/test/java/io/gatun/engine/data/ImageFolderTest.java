package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.io.SampleImages;
import io.gatun.engine.train.Batches;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path root;

  /// A file of one colour.
  private Path image(String path, int width, int height, int rgb) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var pen = image.createGraphics();
    pen.setColor(new Color(rgb));
    pen.fillRect(0, 0, width, height);
    pen.dispose();
    var ending = path.substring(path.lastIndexOf('.') + 1);
    return file(path, SampleImages.encoded(image, ending.equals("jpeg") ? "jpg" : ending));
  }

  private Path file(String path, byte[] content) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private ImageFolder read(ImageOptions options) throws IOException {
    return ImageFolder.read(root, options, Arena.ofAuto());
  }

  private String refusal(ImageOptions options) {
    return assertThrows(IOException.class, () -> read(options)).getMessage();
  }

  private static List<Integer> labels(ImageFolder folder) {
    var labels = new ArrayList<Integer>();
    for (int i = 0; i < folder.labels().rows(); i++) {
      labels.add(folder.labels().data().getAtIndex(ValueLayout.JAVA_INT, i));
    }
    return labels;
  }

  /// Red of the first pixel of each image.
  private static List<Integer> reds(ImageFolder folder) {
    var reds = new ArrayList<Integer>();
    long row = folder.images().data().byteSize() / folder.images().rows();
    for (int i = 0; i < folder.images().rows(); i++) {
      reds.add(folder.images().data().get(ValueLayout.JAVA_BYTE, i * row) & 0xff);
    }
    return reds;
  }

  @Test
  void classesAndFilesComeInOrder() throws IOException {
    var names = List.of("b/2.png", "b/10.png", "a/z.png", "a/deeper/x.bmp", "c/one.gif");
    for (int i = 0; i < names.size(); i++) image(names.get(i), 3, 2, (i + 1) << 20);
    for (int threads = 1; threads < 4; threads++) {
      var folder = read(ImageOptions.rgb().withThreads(threads));
      assertEquals(List.of("a", "b", "c"), folder.classes());
      assertEquals(TensorType.of(DType.U8, 5, 2, 3, 3), folder.images().type());
      assertEquals(TensorType.of(DType.I32, 5), folder.labels().type());
      assertEquals(List.of(0, 0, 1, 1, 2), labels(folder));
      assertEquals(List.of(64, 48, 32, 16, 80), reds(folder));
      assertEquals(root.resolve("b/10.png"), folder.files().get(2));
      assertEquals(List.of(), folder.skipped());
    }
  }

  @Test
  void batchesAreBetweenZeroAndOne() throws IOException {
    image("a/1.png", 1, 1, 0xff3300);
    image("b/1.png", 1, 1, 0x00ff00);
    try (var batches = Batches.inOrder(read(ImageOptions.rgb()).dataset(), 2)) {
      var batch = batches.next();
      assertArrayEquals(new float[] {1, 0.2f, 0, 0, 1, 0}, batch.tensors().get(0).toFloats());
      assertArrayEquals(new float[] {0, 1}, batch.tensors().get(1).toFloats());
    }
  }

  @Test
  void greyImagesHaveOneChannel() throws IOException {
    image("a/1.png", 4, 3, 0x808080);
    var folder = read(ImageOptions.greyscale());
    assertEquals(TensorType.of(DType.U8, 1, 3, 4, 1), folder.images().type());
    assertEquals(List.of(128), reds(folder));
  }

  @Test
  void imagesOfSeveralSizesNeedOneThatIsNamed() throws IOException {
    var first = image("a/1.png", 4, 3, 0x101010);
    image("a/2.png", 4, 3, 0x202020);
    var second = image("b/1.jpeg", 9, 8, 0x404040);
    image("b/2.png", 5, 5, 0x404040);
    for (var options : List.of(ImageOptions.rgb(), ImageOptions.rgb().skippingUnreadable())) {
      for (int threads = 1; threads < 4; threads++) {
        var message = refusal(options.withThreads(threads));
        assertTrue(
            message.startsWith(first + " has 4 x 3 pixels, " + second + " has 9 x 8;"), message);
      }
    }
    var folder = read(ImageOptions.rgb().withSize(6, 7));
    assertEquals(TensorType.of(DType.U8, 4, 6, 7, 3), folder.images().type());
    assertEquals(List.of(16, 32, 64, 64), reds(folder));
  }

  @Test
  void unreadableImagesAreNamedOrLeftOut() throws IOException {
    var bad = file("a/0.png", "not an image".getBytes());
    image("a/1.png", 2, 2, 0x110000);
    var cut = image("a/2.png", 2, 2, 0x220000);
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 20));
    image("b/1.png", 2, 2, 0x330000);
    image("b/2.png", 2, 2, 0x440000);
    for (int threads = 1; threads < 4; threads++) {
      var strict = refusal(ImageOptions.rgb().withSize(2, 2).withThreads(threads));
      assertTrue(strict.startsWith(bad.toString()), strict);
      for (var options : List.of(ImageOptions.rgb(), ImageOptions.rgb().withSize(2, 2))) {
        var folder = read(options.skippingUnreadable().withThreads(threads));
        assertEquals(List.of(0x11, 0x33, 0x44), reds(folder));
        assertEquals(List.of(0, 1, 1), labels(folder));
        assertEquals(3, folder.files().size());
        assertEquals(List.of(bad, cut), folder.skipped().stream().map(s -> s.file()).toList());
        assertTrue(folder.skipped().get(1).reason().contains("truncated"));
      }
    }
  }

  @Test
  void aClassWithoutImagesIsRefused() throws IOException {
    image("a/1.png", 2, 2, 0);
    Files.createDirectories(root.resolve("b"));
    assertTrue(refusal(ImageOptions.rgb()).startsWith(root.resolve("b") + " holds no image;"));
    file("b/notes.txt", new byte[1]);
    assertTrue(refusal(ImageOptions.rgb()).contains("only 1 files with other endings"));
    file("b/x.png", new byte[1]);
    assertTrue(refusal(ImageOptions.rgb().skippingUnreadable()).contains("no image of class b"));
    Files.delete(root.resolve("a/1.png"));
    file("a/x.png", new byte[1]);
    assertTrue(refusal(ImageOptions.rgb().skippingUnreadable()).contains("no image can be read"));
  }

  @Test
  void foldersWithoutClassesAreRefused() throws IOException {
    assertTrue(refusal(ImageOptions.rgb()).contains("has no class folders"));
    image("loose.png", 2, 2, 0);
    assertTrue(refusal(ImageOptions.rgb()).contains("a folder of its own"));
    assertThrows(
        IOException.class,
        () -> ImageFolder.read(root.resolve("absent"), ImageOptions.rgb(), Arena.ofAuto()));
  }

  @Test
  void whatIsNoImageIsReported() throws IOException {
    image("a/1.png", 2, 2, 0);
    file("a/.hidden.png", new byte[1]);
    file("a/.cache/x.png", new byte[1]);
    file(".git/x.png", new byte[1]);
    var notes = file("a/notes.txt", new byte[1]);
    var loose = file("readme.md", new byte[1]);
    var folder = read(ImageOptions.rgb());
    assertEquals(1, folder.files().size());
    assertEquals(List.of(notes, loose), folder.skipped().stream().map(s -> s.file()).toList());
  }

  @Test
  void linksInCirclesAreFound() throws IOException {
    image("a/1.png", 2, 2, 0);
    image("b/1.png", 2, 2, 0x110000);
    var link = Files.createSymbolicLink(root.resolve("a/again"), root.resolve("a"));
    var message = refusal(ImageOptions.rgb());
    assertTrue(message.startsWith(link + ": a link to a folder that it lies in"), message);
    var folder = read(ImageOptions.rgb().skippingUnreadable());
    assertEquals(2, folder.files().size());
    assertEquals(link, folder.skipped().getFirst().file());
    Files.delete(link);
    Files.createSymbolicLink(root.resolve("a/0.png"), root.resolve("nowhere.png"));
    assertTrue(refusal(ImageOptions.rgb()).contains("not a regular file"));
  }

  @Test
  void linkedFoldersAndFilesCount() throws IOException {
    image("a/1.png", 2, 2, 0x110000);
    Files.createSymbolicLink(root.resolve("b"), root.resolve("a"));
    assertEquals(List.of(0, 1), labels(read(ImageOptions.rgb())));
  }

  @Test
  void classesMayBeThoseOfAnotherFolder() throws IOException {
    image("cat/1.png", 2, 2, 0);
    image("ant/1.png", 2, 2, 0);
    var options = ImageOptions.rgb().withClasses(List.of("dog", "cat", "ant"));
    assertEquals(List.of(2, 1), labels(read(options)));
    image("bee/1.png", 2, 2, 0);
    assertTrue(refusal(options).startsWith(root.resolve("bee") + " is none of the classes"));
    assertThrows(IllegalArgumentException.class, () -> options.withClasses(List.of("cat", "cat")));
  }

  @Test
  void progressCountsEachFile() throws IOException {
    for (int i = 0; i < 20; i++) image("a/%02d.png".formatted(i), 2, 2, 0);
    file("a/05.png", new byte[1]);
    for (var options : List.of(ImageOptions.rgb(), ImageOptions.rgb().withSize(1, 1))) {
      var seen = new ArrayList<List<Integer>>();
      var thread = Thread.currentThread();
      read(
          options
              .skippingUnreadable()
              .withProgress(
                  (done, files, skipped) -> {
                    assertEquals(thread, Thread.currentThread());
                    seen.add(List.of(done, files, skipped));
                  }));
      assertEquals(20, seen.size());
      for (int i = 0; i < 20; i++) assertEquals(List.of(i + 1, 20), seen.get(i).subList(0, 2));
      assertEquals(List.of(20, 20, 1), seen.getLast());
    }
  }

  @Test
  void interruptionEndsTheReading() throws IOException {
    for (int i = 0; i < 5; i++) image("a/" + i + ".png", 2, 2, 0);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedIOException.class, () -> read(ImageOptions.rgb().withSize(1, 1)));
    assertTrue(Thread.interrupted());
  }

  @Test
  void confinedMemoryIsRefused() throws IOException {
    image("a/1.png", 2, 2, 0);
    try (var arena = Arena.ofConfined()) {
      var failure =
          assertThrows(
              IllegalArgumentException.class,
              () -> ImageFolder.read(root, ImageOptions.rgb(), arena));
      assertTrue(failure.getMessage().contains("Arena.ofAuto()"));
    }
  }
}
