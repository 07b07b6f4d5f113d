package io.gatun.graph.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Small lists of integers: axes, shapes, paddings.
final class Ints {
  private Ints() {}

  static int saturate(long value) {
    return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  static List<Integer> repeat(int value, int count) {
    return Collections.nCopies(count, value);
  }

  /// `from`, `from + 1` ... `to - 1`.
  static List<Integer> range(int from, int to) {
    var list = new ArrayList<Integer>();
    for (int i = from; i < to; i++) list.add(i);
    return list;
  }

  static int product(List<Integer> list) {
    int product = 1;
    for (int value : list) product = Math.multiplyExact(product, value);
    return product;
  }

  static long sum(List<Integer> list) {
    return list.stream().mapToLong(Integer::longValue).sum();
  }

  /// Both lists, one after the other.
  static List<Integer> join(List<Integer> a, List<Integer> b) {
    var list = new ArrayList<>(a);
    list.addAll(b);
    return list;
  }
}
