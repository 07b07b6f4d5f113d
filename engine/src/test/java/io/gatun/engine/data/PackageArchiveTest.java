package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageArchiveTest {
  private static final long SEED = 5;

  @TempDir Path folder;

  private static Map<String, Integer> sizes(PackageArchive archive) throws IOException {
    var sizes = new TreeMap<String, Integer>();
    archive.read((name, content) -> sizes.put(name, content.readAllBytes().length));
    return sizes;
  }

  private SmallPackage small() {
    byte[] noise = new byte[3000];
    new Random(SEED).nextBytes(noise);
    return new SmallPackage(folder)
        .with("package/index.js", new byte[10])
        .with("package/data/a/b.txt", noise)
        .with("package/data/c.txt", new byte[7]);
  }

  @Test
  void showsTheDataFiles() throws IOException {
    assertEquals(Map.of("a/b.txt", 3000, "c.txt", 7), sizes(PackageArchive.of(small().write())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../escaped", "/etc/passwd", "package/data/../../x", "package\\..\\x", ".."})
  void refusesNamesThatLeadOut(String name) throws IOException {
    var archive = PackageArchive.of(small().with(name, new byte[3]).write());
    var failure = assertThrows(IOException.class, () -> sizes(archive));
    assertTrue(failure.getMessage().contains("leads out of the archive"), failure.getMessage());
  }

  @Test
  void refusesGiants() throws IOException {
    Path file = small().write();
    assertEquals(2, sizes(new PackageArchive(file, PackageArchive.DATA, 3000, 3017)).size());
    var entry =
        assertThrows(
            IOException.class,
            () -> sizes(new PackageArchive(file, PackageArchive.DATA, 2999, 3017)));
    assertTrue(entry.getMessage().contains("'package/data/a/b.txt' has 3,000 bytes"));
    assertThrows(
        IOException.class, () -> sizes(new PackageArchive(file, PackageArchive.DATA, 3000, 3016)));
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    Path file = small().write();
    byte[] whole = Files.readAllBytes(file);
    for (int size = 0; size < whole.length - 200; size += 13) {
      Files.write(file, Arrays.copyOf(whole, size));
      var failure =
          assertThrows(
              IOException.class, () -> sizes(PackageArchive.of(file)), "cut to " + size + " bytes");
      assertTrue(failure.getMessage().startsWith(file + " cannot be unpacked"));
    }
  }
}
