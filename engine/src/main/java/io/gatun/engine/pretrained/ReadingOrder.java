package io.gatun.engine.pretrained;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Boxes that come from top to bottom, put in rows: one that begins above the middle of a row's
/// first box is in that row.
final class ReadingOrder {
  private final List<List<RotatedBox>> rows = new ArrayList<>();

  void add(RotatedBox box) {
    if (rows.isEmpty() || box.y() > rows.getLast().getFirst().y() + lineHeight() / 2) {
      rows.add(new ArrayList<>());
    }
    rows.getLast().add(box);
  }

  private double lineHeight() {
    var first = rows.getLast().getFirst();
    return Math.min(first.width(), first.height());
  }

  void addAll(ReadingOrder other) {
    other.rows.forEach(row -> row.forEach(this::add));
  }

  /// Row by row, each from left to right.
  List<RotatedBox> boxes() {
    return rows.stream()
        .flatMap(row -> row.stream().sorted(Comparator.comparingDouble(RotatedBox::x)))
        .toList();
  }
}
