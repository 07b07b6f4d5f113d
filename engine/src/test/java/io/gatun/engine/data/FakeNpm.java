package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A shell script in place of npm.
final class FakeNpm {
  private FakeNpm() {}

  static NpmSource of(Path folder, NpmPackage wanted, String script) throws IOException {
    Path npm = Files.createDirectories(folder.resolve("bin")).resolve("npm");
    Files.writeString(npm, "#!/bin/sh\n" + script + "\n");
    assertTrue(npm.toFile().setExecutable(true));
    return NpmSource.onPath("/nowhere:" + npm.getParent(), wanted).orElseThrow();
  }

  /// "Fetches" the archive that lies in `folder`, under another name.
  static NpmSource copying(Path folder, NpmPackage wanted) throws IOException {
    return of(folder, wanted, "cp " + folder.resolve(wanted.archive().name()) + " other-1.tgz");
  }
}
