package io.gatun.engine.data;

import io.gatun.engine.io.MalformedFileException;
import io.gatun.engine.io.Npy;
import io.gatun.engine.io.Npz;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.Literal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/// Data sets from files and arrays in one call. Samples lie along the first axis; `f64`, in which
/// NumPy keeps numbers unless told otherwise, becomes `f32` here, since models compute in it; other
/// types stay, mapped where the file can be. Files and arrays that hold no sample, and numbers that
/// are not finite, are refused.
public final class Datasets {
  private static final String INPUT = "input";
  private static final String TARGET = "target";

  private Datasets() {}

  /// Inputs and targets from two npy files.
  public static Dataset npy(Path input, Path target, Arena arena) throws IOException {
    return checked(
        input,
        column(INPUT, Npy.read(input, arena), input, arena),
        column(TARGET, Npy.read(target, arena), target, arena));
  }

  /// Inputs and targets from the arrays of these names in an npz file.
  public static Dataset npz(Path file, String input, String target, Arena arena)
      throws IOException {
    var arrays = Npz.read(file, arena);
    return checked(
        file,
        column(input, array(arrays, input, file), file, arena),
        column(target, array(arrays, target, file), file, arena));
  }

  private static Literal array(SortedMap<String, Literal> arrays, String name, Path file)
      throws IOException {
    if (!arrays.containsKey(name)) {
      throw new MalformedFileException(
          file, 0, "no array '" + name + "'; the file has " + arrays.keySet());
    }
    return arrays.get(name);
  }

  private static Column column(String name, Literal array, Path file, Arena arena)
      throws IOException {
    if (array.type().shape().rank() == 0 || array.type().shape().dim(0) == 0) {
      throw new MalformedFileException(file, 0, "array of " + array.type() + " holds no sample");
    }
    return Column.of(name, array.type().dtype() == DType.F64 ? narrowed(array, arena) : array);
  }

  private static Literal narrowed(Literal array, Arena arena) {
    var type = array.type().with(DType.F32);
    var data = arena.allocate(type.bytes(), 64);
    for (long i = 0; i < type.size(); i++) {
      float value = (float) Elements.getDouble(array.data(), DType.F64, i);
      data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    return Literal.of(type, data);
  }

  private static Dataset checked(Path file, Column input, Column target) throws IOException {
    try {
      if (input.rows() != target.rows()) {
        throw new IllegalArgumentException(
            "%d rows of input %s for %d rows of target %s"
                .formatted(input.rows(), input.type(), target.rows(), target.type()));
      }
      return checked(input, target);
    } catch (IllegalArgumentException fault) {
      var failure = new MalformedFileException(file, 0, fault.getMessage());
      failure.initCause(fault);
      throw failure;
    }
  }

  private static Dataset checked(Column input, Column target) {
    if (input.rows() == 0) throw new IllegalArgumentException("a data set needs a sample");
    var data = Dataset.of(input, target);
    Features.requireFinite(data);
    return data;
  }

  /// Features `f32[n,k]` and labels `i32[n]`, copied into `arena`.
  public static Dataset of(float[][] inputs, int[] labels, Arena arena) {
    return checked(Column.of(INPUT, inputs, arena), Column.of(TARGET, labels, arena));
  }

  /// Features `f32[n,k]` and targets `f32[n,m]`, copied into `arena`.
  public static Dataset of(float[][] inputs, float[][] targets, Arena arena) {
    return checked(Column.of(INPUT, inputs, arena), Column.of(TARGET, targets, arena));
  }

  /// Features and labels of a table: all columns of numbers but the target, as `f32[rows,k]`, and
  /// the label of each row's class as `i32[rows]`.
  ///
  /// @param target the column of classes
  public static Dataset classes(Table table, String target, Arena arena) {
    var labels = table.labels(target);
    return checked(inputs(table, target, arena), labels.column(target, arena));
  }

  /// Features and targets of a table: all columns of numbers but the target, as `f32[rows,k]`, and
  /// the target as `f32[rows,1]`.
  ///
  /// @param target a column of numbers
  public static Dataset numbers(Table table, String target, Arena arena) {
    var answers = table.features(target, List.of(target), arena);
    return checked(inputs(table, target, arena), answers);
  }

  private static Column inputs(Table table, String target, Arena arena) {
    var names = table.numbers().keySet().stream().filter(n -> !n.equals(target)).toList();
    if (names.isEmpty()) {
      throw new IllegalArgumentException("table: no column of numbers besides \"" + target + "\"");
    }
    return table.features(INPUT, names, arena);
  }
}
