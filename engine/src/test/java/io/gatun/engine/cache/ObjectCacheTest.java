package io.gatun.engine.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCacheTest {
  @TempDir Path folder;

  @Test
  void theOldestEntriesMakeRoom() throws Exception {
    var cache = new ObjectCache(folder, 3000);
    for (int i = 0; i < 5; i++) {
      cache.put("k" + i, new byte[900]);
      Files.setLastModifiedTime(folder.resolve("k" + i + ".o"), FileTime.fromMillis(1000L * i));
    }
    assertTrue(cache.get("k0").isEmpty());
    assertTrue(cache.get("k1").isEmpty());
    assertArrayEquals(new byte[900], cache.get("k4").orElseThrow());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void aDamagedEntryIsAbsentAndGone() throws Exception {
    var cache = new ObjectCache(folder, 3000);
    cache.put("k", new byte[] {1, 2, 3});
    Path file = folder.resolve("k.o");
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1]++;
    Files.write(file, content);
    assertTrue(cache.get("k").isEmpty());
    assertTrue(Files.notExists(file));
  }

  @Test
  void aFolderThatCannotBeWrittenCostsNoFailure() {
    var cache = new ObjectCache(folder.resolve("absent"), 3000);
    cache.put("k", new byte[] {1});
    assertTrue(cache.get("k").isEmpty());
  }
}
