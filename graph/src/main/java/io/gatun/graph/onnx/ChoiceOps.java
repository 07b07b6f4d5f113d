package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Operators whose result's shape depends on the data, so that the data must be known.
final class ChoiceOps {
  private ChoiceOps() {}

  static void register(Registry r) {
    r.one("NonZero", ChoiceOps::nonZero);
    r.one("Compress", ChoiceOps::compress);
    r.many("Unique", ChoiceOps::unique);
    r.one("NonMaxSuppression", c -> new Suppression(c).selected());
  }

  private static NdArray longs(List<Long> list, int... dims) {
    return NdArray.ofLongs(TensorType.of(DType.I64, dims), (int i) -> list.get(i));
  }

  /// Coordinates of the elements that are not 0: `[rank, count]`.
  private static Value nonZero(Call c) {
    var x = c.known(0);
    var shape = x.type().shape();
    var places = IntStream.range(0, x.size()).filter(i -> x.at(i) != 0).boxed().toList();
    var coordinates = new ArrayList<Long>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      for (int place : places) coordinates.add((long) shape.index(place)[axis]);
    }
    return c.constant(longs(coordinates, shape.rank(), places.size()));
  }

  private static Value compress(Call c) {
    boolean flat = !c.attributes().has("axis");
    var x = flat ? c.in(0).reshape(Math.toIntExact(c.in(0).type().size())) : c.in(0);
    int axis = flat ? 0 : c.axis(x, 0);
    var condition = c.known(1);
    var picked = new ArrayList<Long>();
    for (int i = 0; i < Math.min(condition.size(), x.dim(axis)); i++) {
      if (condition.longAt(i) != 0) picked.add((long) i);
    }
    return x.take(c.constant(longs(picked, picked.size())), axis);
  }

  /// Slices along the axis, or all elements: the distinct ones, where each stands first, the number
  /// of each among the distinct, and how often each occurs.
  private static List<Value> unique(Call c) {
    boolean flat = !c.attributes().has("axis");
    var x = flat ? c.in(0).reshape(Math.toIntExact(c.in(0).type().size())) : c.in(0);
    int axis = flat ? 0 : c.axis(x, 0);
    int count = x.dim(axis);
    var order = new ArrayList<>(List.of(axis));
    Ints.range(0, x.rank()).stream().filter(a -> a != axis).forEach(order::add);
    var sorted = ArithmeticOps.ordered(c, x.permute(Ints.array(order)));
    var slices = c.known("input 0", sorted);
    int size = count == 0 ? 0 : slices.size() / count;
    Comparator<Integer> byValue = (i, j) -> compare(slices, i * size, j * size, size);
    var numbers = new TreeMap<Integer, Integer>(byValue);
    for (int i = 0; i < count; i++) numbers.putIfAbsent(i, 0);
    // The keys are the first of equal slices, in the order of values.
    var first = new ArrayList<>(numbers.keySet());
    if (!c.attributes().flag("sorted", true)) first.sort(Comparator.naturalOrder());
    for (int n = 0; n < first.size(); n++) numbers.put(first.get(n), n);
    long[] inverse = new long[count];
    long[] counts = new long[first.size()];
    for (int i = 0; i < count; i++) {
      int number = numbers.get(i);
      inverse[i] = number;
      counts[number]++;
    }
    var places = c.vector(first);
    return List.of(
        x.take(places, axis),
        places,
        c.constant(NdArray.ofLongs(TensorType.of(DType.I64, count), inverse)),
        c.constant(NdArray.ofLongs(TensorType.of(DType.I64, counts.length), counts)));
  }

  /// NaNs are equal and last, zeros of both signs are equal.
  private static int compare(NdArray x, int a, int b, int size) {
    for (int i = 0; i < size; i++) {
      int order =
          x.type().dtype().isFloat()
              ? Double.compare(x.at(a + i) + 0.0, x.at(b + i) + 0.0)
              : Long.compare(x.longAt(a + i), x.longAt(b + i));
      if (order != 0) return order;
    }
    return 0;
  }
}
