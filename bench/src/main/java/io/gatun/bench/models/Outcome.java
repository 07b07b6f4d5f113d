package io.gatun.bench.models;

import java.util.Optional;

/// What became of a [Row]: a line of the page.
sealed interface Outcome {
  /// Name of the row.
  String row();

  /// It was measured.
  ///
  /// @param peer what it is compared with
  /// @param other the peer's figure
  /// @param note what a reader should know of it
  record Measured(
      String row,
      String peer,
      Figure gatun,
      Optional<Figure> other,
      Optional<Score> score,
      String note)
      implements Outcome {}

  /// It was not, and what the user can do about that.
  record Skipped(String row, String cure) implements Outcome {}

  /// It failed, or gave other values than the peer.
  record Failed(String row, String why) implements Outcome {}
}
