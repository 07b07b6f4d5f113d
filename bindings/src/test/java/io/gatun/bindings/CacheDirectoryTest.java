package io.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheDirectoryTest {
  @TempDir Path folder;

  private CacheDirectory choose(Map<String, String> environment, Map<String, String> properties) {
    Map<String, String> all = new HashMap<>();
    all.put("user.home", folder.resolve("home").toString());
    all.put("user.name", System.getProperty("user.name"));
    all.put("java.io.tmpdir", folder.toString());
    all.putAll(properties);
    return CacheDirectory.choose(environment, all::get);
  }

  @Test
  void theMoreSpecificSettingWins() {
    var environment = new HashMap<String, String>();
    assertEquals(folder.resolve("home/.cache/gatun"), choose(environment, Map.of()).root());
    environment.put("XDG_CACHE_HOME", folder.resolve("xdg").toString());
    assertEquals(folder.resolve("xdg/gatun"), choose(environment, Map.of()).root());
    environment.put("GATUN_CACHE", folder.resolve("own").toString());
    assertEquals(folder.resolve("own"), choose(environment, Map.of()).root());
    var property = Map.of("gatun.cache", folder.resolve("property").toString());
    CacheDirectory cache = choose(environment, property);
    assertEquals(folder.resolve("property"), cache.root());
    assertEquals(Optional.empty(), cache.note());
    assertTrue(Files.isDirectory(cache.root()));
  }

  @Test
  void anUnwritableFolderFallsBackToThePrivateTemporaryOneAndSaysSo() throws Exception {
    Path blocked = Files.writeString(folder.resolve("file"), "").resolve("below");
    Map<String, String> environment = Map.of("GATUN_CACHE", blocked.toString());
    CacheDirectory cache = choose(environment, Map.of());
    assertEquals(folder.resolve("gatun-" + System.getProperty("user.name")), cache.root());
    assertTrue(cache.note().orElseThrow().contains("GATUN_CACHE"));
    assertEquals(cache.root(), choose(environment, Map.of()).root());
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cache.root())));
  }

  @Test
  void aTemporaryFolderOpenToOthersIsNotTrusted() throws Exception {
    Path planted =
        Files.createDirectory(folder.resolve("gatun-" + System.getProperty("user.name")));
    Files.setPosixFilePermissions(planted, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path blocked = Files.writeString(folder.resolve("file"), "").resolve("below");
    CacheDirectory cache = choose(Map.of("GATUN_CACHE", blocked.toString()), Map.of());
    assertNotEquals(planted, cache.root());
    assertTrue(Files.isWritable(cache.root()));
  }
}
