package io.gatun.graph.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Static dimensions of a tensor, outermost first; data is row-major. A scalar has rank 0.
public record Shape(List<Integer> dims) {
  /// Checks that no dimension is negative and that the element count fits a long
  /// (zero dimensions left out, so that strides fit too).
  public Shape {
    dims = List.copyOf(dims);
    long size = 1;
    for (int dim : dims) {
      if (dim < 0) throw new IllegalArgumentException("negative dimension in " + dims);
      if (dim > 0 && size > Long.MAX_VALUE / dim) {
        throw new IllegalArgumentException("more elements than a long counts in " + dims);
      }
      size *= Math.max(dim, 1);
    }
  }

  public static Shape of(int... dims) {
    return new Shape(Arrays.stream(dims).boxed().toList());
  }

  /// The shape that a user writes as `1x3x224x224`; empty where the text is none.
  public static Optional<Shape> parse(String text) {
    if (!text.matches("[0-9]{1,9}(x[0-9]{1,9})*")) return Optional.empty();
    return Optional.of(new Shape(Stream.of(text.split("x")).map(Integer::valueOf).toList()));
  }

  public int rank() {
    return dims.size();
  }

  public int dim(int axis) {
    return dims.get(axis);
  }

  /// Number of elements.
  public long size() {
    long size = 1;
    for (int axis = 0; axis < dims.size(); axis++) size *= dims.get(axis);
    return size;
  }

  /// Elements from one index of each axis to the next, row-major.
  public long[] strides() {
    long[] strides = new long[rank()];
    long step = 1;
    for (int axis = rank() - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= dim(axis);
    }
    return strides;
  }

  /// This shape with the axis replaced.
  public Shape with(int axis, int dim) {
    var copy = new ArrayList<>(dims);
    copy.set(axis, dim);
    return new Shape(copy);
  }

  /// This shape without the given axes.
  public Shape without(List<Integer> axes) {
    return new Shape(
        IntStream.range(0, rank()).filter(i -> !axes.contains(i)).mapToObj(dims::get).toList());
  }

  /// Axis counted from the end when negative; throws when there is no such axis.
  public int axis(int axis) {
    if (axis < -rank() || axis >= rank()) {
      throw new IllegalArgumentException("no axis " + axis + " in a shape of rank " + rank());
    }
    return axis < 0 ? axis + rank() : axis;
  }

  /// Coordinates of the element at row-major position `flat`.
  public int[] index(long flat) {
    int[] index = new int[rank()];
    for (int axis = rank() - 1; axis >= 0; axis--) {
      index[axis] = (int) (flat % dim(axis));
      flat /= dim(axis);
    }
    return index;
  }

  /// Row-major position of the element at these coordinates.
  public int flat(int... index) {
    int flat = 0;
    for (int axis = 0; axis < index.length; axis++) flat = flat * dim(axis) + index[axis];
    return flat;
  }

  /// The shape that both broadcast to by NumPy's rule: aligned at the last axis, 1 stretches.
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    var dims = new ArrayList<Integer>();
    for (int axis = 0; axis < rank; axis++) {
      int m = axis < rank - a.rank() ? 1 : a.dim(axis - rank + a.rank());
      int n = axis < rank - b.rank() ? 1 : b.dim(axis - rank + b.rank());
      if (m != n && m != 1 && n != 1) {
        throw new IllegalArgumentException("shapes " + a + " and " + b + " do not broadcast");
      }
      dims.add(m == 1 ? n : m);
    }
    return new Shape(dims);
  }

  @Override
  public String toString() {
    return dims.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
