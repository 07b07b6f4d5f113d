package io.gatun.engine.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// A web server that offers the files gzip-compressed.
///
/// @param folder address that the file names are appended to
/// @param size of the download, for the user
record MirrorSource(URI folder, String size) implements DataSource {
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofMinutes(2);

  @Override
  public String announcement() {
    return "downloading it (" + size + ") from " + folder;
  }

  @Override
  public void fetch(List<DataFile> files, Path target) throws IOException {
    try (var client =
        HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(Redirect.NORMAL).build()) {
      for (var file : files) fetch(client, file, target.resolve(file.name()));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while downloading from " + folder);
    }
  }

  private void fetch(HttpClient client, DataFile file, Path target)
      throws IOException, InterruptedException {
    URI address = folder.resolve(file.name() + ".gz");
    var request = HttpRequest.newBuilder(address).timeout(ANSWER).build();
    try {
      var response = client.send(request, BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        if (response.statusCode() != 200) {
          throw new IOException("HTTP status " + response.statusCode());
        }
        try (var content = new GZIPInputStream(body)) {
          file.copy(content, target);
        }
      }
    } catch (IOException failure) {
      String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
      throw new IOException(address + ": " + reason, failure);
    }
  }
}
