package io.gatun.engine.data;

/// An artifact of Maven that carries files, pinned by its version and the digest of its jar.
///
/// @param id group, name and version with colons between
record MavenArtifact(String id, DataFile jar) {
  /// Size of the download, for the user.
  String size() {
    return Math.max(1, Math.round(jar.bytes() / 1e6)) + " MB";
  }
}
