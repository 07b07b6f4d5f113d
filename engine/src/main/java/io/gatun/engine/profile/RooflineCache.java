package io.gatun.engine.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.bindings.CacheDirectory;
import io.gatun.engine.cache.ContentKey;
import io.gatun.engine.cache.ObjectCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Rooflines that were measured, as small files of JSON by machine and number of threads. A folder
/// that cannot be read or written costs time, never a failure.
///
/// @param folder where they lie; empty where there is none
public record RooflineCache(Optional<Path> folder) {
  /// Names how they are measured; a new one where that changes.
  private static final String FORM = "roofline 1";

  /// Below the user's cache folder.
  public static RooflineCache user() {
    try {
      return new RooflineCache(Optional.of(CacheDirectory.user().folder("roofline")));
    } catch (IOException e) {
      return new RooflineCache(Optional.empty());
    }
  }

  /// What was measured on this machine with so many threads.
  public Optional<Roofline> get(String machine, int threads) {
    return file(machine, threads).filter(Files::isReadable).flatMap(RooflineCache::read);
  }

  /// Keeps what was measured.
  public void put(Roofline roofline) {
    file(roofline.machine(), roofline.threads()).ifPresent(file -> write(file, roofline));
  }

  private Optional<Path> file(String machine, int threads) {
    String key = ContentKey.sha256(List.of(FORM, machine, Integer.toString(threads)));
    return folder.map(f -> f.resolve(key + ".json"));
  }

  private static Optional<Roofline> read(Path file) {
    try {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      var roofline =
          new Roofline(
              json.path("machine").asText(),
              json.path("threads").asInt(),
              json.path("gflops").asDouble(),
              json.path("gigabytes_per_second").asDouble());
      return Optional.of(roofline).filter(r -> r.gflops() > 0 && r.gigabytes() > 0);
    } catch (IOException e) {
      // Damaged: measured anew.
      return Optional.empty();
    }
  }

  private static void write(Path file, Roofline roofline) {
    var json =
        new ObjectMapper()
            .createObjectNode()
            .put("machine", roofline.machine())
            .put("threads", roofline.threads())
            .put("gflops", roofline.gflops())
            .put("gigabytes_per_second", roofline.gigabytes());
    try {
      ObjectCache.writeAtomically(file, json.toPrettyString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      System.getLogger("io.gatun")
          .log(System.Logger.Level.DEBUG, () -> "the roofline is not cached: " + e);
    }
  }
}
