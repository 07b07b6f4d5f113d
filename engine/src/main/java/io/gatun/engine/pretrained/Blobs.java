package io.gatun.engine.pretrained;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Groups of neighbouring points of a map that are above a threshold.
///
/// @param values row by row
record Blobs(float[] values, int width, int height, double threshold) {
  /// The points of each group by their position in the map; a point has eight neighbours.
  List<List<Integer>> groups() {
    boolean[] seen = new boolean[values.length];
    var groups = new ArrayList<List<Integer>>();
    for (int start = 0; start < values.length; start++) {
      if (seen[start] || !(values[start] > threshold)) continue;
      var group = new ArrayList<Integer>();
      var open = new ArrayDeque<>(List.of(start));
      seen[start] = true;
      while (!open.isEmpty()) {
        int at = open.pop();
        group.add(at);
        for (int next : neighbours(at)) {
          if (seen[next] || !(values[next] > threshold)) continue;
          seen[next] = true;
          open.push(next);
        }
      }
      groups.add(group);
    }
    return groups;
  }

  private List<Integer> neighbours(int at) {
    var result = new ArrayList<Integer>(8);
    int x = at % width;
    int y = at / width;
    for (int i = Math.max(0, y - 1); i <= Math.min(height - 1, y + 1); i++) {
      for (int j = Math.max(0, x - 1); j <= Math.min(width - 1, x + 1); j++) {
        if (i != y || j != x) result.add(i * width + j);
      }
    }
    return result;
  }
}
