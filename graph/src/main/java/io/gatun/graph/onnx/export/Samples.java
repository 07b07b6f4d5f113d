package io.gatun.graph.onnx.export;

import java.util.ArrayList;
import java.util.List;

/// Sizes of open dimensions for which a graph is made: all choices of a low and a high one for each
/// dimension, and another of each to check by.
///
/// @param names of the dimensions
/// @param ranges the low, the high and the other size of each dimension
record Samples(List<String> names, List<List<Integer>> ranges) {
  /// How many dimensions can be open.
  static final int MOST = 3;

  /// Sizes that other dimensions seldom have: of equal ones two nodes may have become one.
  private static final List<List<Integer>> SIZES =
      List.of(List.of(11, 17, 29), List.of(37, 43, 59), List.of(67, 79, 97));

  /// Samples to try one after the other.
  static List<Samples> of(List<String> names) {
    var all = new ArrayList<Samples>();
    for (int i = 0; i < SIZES.size(); i++) {
      var ranges = new ArrayList<List<Integer>>();
      for (int d = 0; d < names.size(); d++) ranges.add(SIZES.get((i + d) % SIZES.size()));
      all.add(new Samples(names, ranges));
    }
    return all;
  }

  int dimensions() {
    return names.size();
  }

  int low(int d) {
    return ranges.get(d).get(0);
  }

  int high(int d) {
    return ranges.get(d).get(1);
  }

  /// Sizes of all dimensions: at `i` the high ones of the bits that are set in `i`, last the
  /// others.
  List<List<Integer>> sizes() {
    var all = new ArrayList<List<Integer>>();
    for (int i = 0; i < 1 << dimensions(); i++) {
      var sizes = new ArrayList<Integer>();
      for (int d = 0; d < dimensions(); d++) sizes.add((i >> d & 1) == 0 ? low(d) : high(d));
      all.add(sizes);
    }
    all.add(ranges.stream().map(List::getLast).toList());
    return all;
  }
}
