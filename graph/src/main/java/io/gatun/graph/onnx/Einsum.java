package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Einstein's summation, `ij,jk->ik`: operands are multiplied two at a time, each time as one
/// batched matrix product over the labels that nothing later needs.
final class Einsum {
  /// A value and the label of each of its axes.
  private record Labelled(Value value, List<Character> labels) {
    int axis(char label) {
      return labels.indexOf(label);
    }

    /// Without the axes whose labels are not needed: they are summed.
    Labelled keep(List<Character> needed) {
      var axes = Ints.range(0, labels.size()).stream().filter(a -> !needed.contains(labels.get(a)));
      int[] summed = axes.mapToInt(a -> a).toArray();
      if (summed.length == 0) return this;
      return new Labelled(value.sum(summed), labels.stream().filter(needed::contains).toList());
    }

    /// With the axes in the order of these labels.
    Value ordered(List<Character> order) {
      return value.permute(order.stream().mapToInt(this::axis).toArray());
    }

    List<Integer> dims(List<Character> some) {
      return some.stream().map(label -> value.dim(axis(label))).toList();
    }
  }

  private final List<Labelled> operands = new ArrayList<>();
  private final List<Character> result = new ArrayList<>();

  /// @param equation with labels of one letter and `...`
  Einsum(String equation, List<Value> values) {
    var sides = equation.replace(" ", "").split("->", -1);
    var terms = sides[0].split(",", -1);
    OnnxException.check(
        terms.length == values.size() && sides.length <= 2,
        "equation \"%s\" does not fit %d operands",
        equation,
        values.size());
    int ellipsis = 0;
    var counts = new TreeMap<Character, Integer>();
    for (int i = 0; i < terms.length; i++) {
      int open = values.get(i).rank() - terms[i].length() + 3;
      if (terms[i].contains("...")) ellipsis = Math.max(ellipsis, open);
      var labels = labels(terms[i], open);
      OnnxException.check(
          labels.size() == values.get(i).rank(),
          "equation \"%s\": \"%s\" does not fit %s",
          equation,
          terms[i],
          values.get(i).type());
      labels.forEach(label -> counts.merge(label, 1, Integer::sum));
      operands.add(diagonal(values.get(i), labels));
    }
    operands.replaceAll(operand -> operand.keep(stretched(operand)));
    if (sides.length == 2) {
      result.addAll(labels(sides[1], ellipsis));
    } else {
      result.addAll(labels("...", ellipsis));
      counts.forEach((label, n) -> addSingle(label, n));
    }
  }

  /// The labels without those of axes of size 1 that another operand has more of: as in NumPy these
  /// broadcast.
  private List<Character> stretched(Labelled operand) {
    return operand.labels().stream()
        .filter(label -> operand.value().dim(operand.axis(label)) != 1 || !isLonger(label))
        .toList();
  }

  private boolean isLonger(char label) {
    return operands.stream()
        .anyMatch(o -> o.labels().contains(label) && o.value().dim(o.axis(label)) > 1);
  }

  private void addSingle(char label, int count) {
    if (count == 1 && Character.isLetter(label)) result.add(label);
  }

  /// One label a letter; the axes of the ellipsis are numbered from the last, `0`.
  private static List<Character> labels(String term, int ellipsis) {
    var labels = new ArrayList<Character>();
    for (int i = 0; i < term.length(); i++) {
      if (term.startsWith("...", i)) {
        for (int axis = ellipsis - 1; axis >= 0; axis--) labels.add((char) ('0' + axis));
        i += 2;
      } else {
        OnnxException.check(
            Character.isLetter(term.charAt(i)), "\"%s\" has a label that is no letter", term);
        labels.add(term.charAt(i));
      }
    }
    return labels;
  }

  /// Where a label stands twice only the diagonal counts: elements beside it become 0 and the
  /// second axis is summed.
  private static Labelled diagonal(Value value, List<Character> all) {
    var labels = new ArrayList<>(all);
    for (int second = labels.size() - 1; second > 0; second--) {
      int first = labels.indexOf(labels.get(second));
      if (first == second) continue;
      var type = new TensorType(DType.I32, value.shape());
      var beside =
          Value.iota(value.builder(), type, first).ne(Value.iota(value.builder(), type, second));
      value = beside.select(value.scalar(0), value).sum(second);
      labels.remove(second);
    }
    return new Labelled(value, labels);
  }

  Value value() {
    var product = operands.getFirst();
    for (int i = 1; i < operands.size(); i++) {
      var needed = new ArrayList<>(result);
      operands.subList(i + 1, operands.size()).forEach(o -> needed.addAll(o.labels()));
      product = multiply(product, operands.get(i), needed);
    }
    return product.keep(result).ordered(result);
  }

  private static Labelled multiply(Labelled left, Labelled right, List<Character> needed) {
    var ofA = new ArrayList<>(needed);
    ofA.addAll(right.labels());
    var ofB = new ArrayList<>(needed);
    ofB.addAll(left.labels());
    var a = left.keep(ofA);
    var b = right.keep(ofB);
    var both = a.labels().stream().filter(b.labels()::contains).toList();
    var batch = both.stream().filter(needed::contains).toList();
    var summed = both.stream().filter(label -> !needed.contains(label)).toList();
    var rows = a.labels().stream().filter(label -> !both.contains(label)).toList();
    var columns = b.labels().stream().filter(label -> !both.contains(label)).toList();
    var x = matrix(a, batch, rows, summed);
    var y = matrix(b, batch, summed, columns);
    var product = x.matmul(y);
    var dims = new ArrayList<>(product.shape().dims().subList(0, batch.size()));
    dims.addAll(a.dims(rows));
    dims.addAll(b.dims(columns));
    return new Labelled(product.reshape(new Shape(dims)), join(batch, rows, columns));
  }

  @SafeVarargs
  private static List<Character> join(List<Character>... lists) {
    var joined = new ArrayList<Character>();
    for (var list : lists) joined.addAll(list);
    return joined;
  }

  /// `[batch..., rows, columns]`
  private static Value matrix(
      Labelled x, List<Character> batch, List<Character> rows, List<Character> columns) {
    var dims = new ArrayList<>(x.dims(batch));
    dims.add(Ints.product(x.dims(rows)));
    dims.add(Ints.product(x.dims(columns)));
    return x.ordered(join(batch, rows, columns)).reshape(new Shape(dims));
  }
}
