package io.gatun.bench.models;

import java.io.IOException;

/// A model and what is measured of it.
interface Row {
  /// The name in tables and on the command line.
  String name();

  /// What it is meant to keep to.
  Goal goal();

  /// Measures it.
  ///
  /// @throws IOException when a file cannot be read or written
  Outcome measure(Session session) throws IOException;
}
