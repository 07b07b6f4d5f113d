package io.gatun.graph.testing;

import static io.gatun.graph.tensor.DType.BF16;
import static io.gatun.graph.tensor.DType.BOOL;
import static io.gatun.graph.tensor.DType.F16;
import static io.gatun.graph.tensor.DType.F32;
import static io.gatun.graph.tensor.DType.F64;
import static io.gatun.graph.tensor.DType.I16;
import static io.gatun.graph.tensor.DType.I32;
import static io.gatun.graph.tensor.DType.I64;
import static io.gatun.graph.tensor.DType.I8;
import static io.gatun.graph.tensor.DType.U8;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/// Samples of every op: element types, shapes (empty, one, prime), attributes and special values at
/// which a device or a pass may go wrong. The same samples come out each time.
public final class OpSamples extends SampleList {
  private static final Shape[] SHAPES = {
    Shape.of(), Shape.of(0), Shape.of(1), Shape.of(17), Shape.of(3, 0, 2), Shape.of(2, 3, 5)
  };

  private OpSamples() {}

  /// One op of every kind of record: what [#of] can be asked for.
  public static List<Op> kinds() {
    var type = TensorType.f32(1);
    var none = List.<Integer>of();
    var window = Window.of();
    return List.of(
        new Input("x", type),
        new Constant(Literal.of(type, 1)),
        new Iota(type, 0),
        new Random(Random.Kind.BITS, type.shape()),
        new Unary(Unary.Kind.NEG),
        new Binary(Binary.Kind.ADD),
        new Select(),
        new Cast(F32),
        new Reshape(type.shape()),
        new Transpose(none),
        new Broadcast(type.shape()),
        new Slice(none, none, none),
        new Pad(none, none, none, 0),
        new Concat(0),
        new Reverse(none),
        new Windows(window, 0),
        new FoldWindows(window, type.shape()),
        new Reduce(Reduce.Kind.SUM, none, false),
        new MatMul(false, false),
        new Conv(window, 1),
        new ConvGradInput(window, 1, type.shape()),
        new ConvGradFilter(window, 1, type.shape()),
        new Gather(0, false),
        new ScatterAdd(0, false),
        new ArgSort(0, false),
        new Scan(new Graph(List.of(), List.of()), 0, 0, 0, false, 0),
        new Composite("none", 1, new Graph(List.of(), List.of()), 0, Optional.empty()));
  }

  /// Samples of all kinds.
  public static List<OpSample> all() {
    return kinds().stream().flatMap(op -> of(op).stream()).toList();
  }

  /// Samples of the kind of record that `op` is; its attributes do not matter.
  public static List<OpSample> of(Op op) {
    var made = new OpSamples();
    switch (op) {
      case Input _ -> made.inputs();
      case Constant _ -> made.constants();
      case Iota _ -> made.iotas();
      case Random _ -> made.randoms();
      case Unary _ -> made.unaries();
      case Binary _ -> made.binaries();
      case Select _ -> made.selects();
      case Cast _ -> made.casts();
      case Reshape _ -> made.reshapes();
      case Transpose _ -> made.transposes();
      case Broadcast _ -> made.broadcasts();
      case Slice _ -> made.slices();
      case Pad _ -> made.pads();
      case Concat _ -> made.concats();
      case Reverse _ -> made.reverses();
      case Windows _ -> made.samples.addAll(SpatialSamples.windows());
      case FoldWindows _ -> made.samples.addAll(SpatialSamples.folds());
      case Conv _ -> made.samples.addAll(SpatialSamples.convolutions());
      case ConvGradInput _ -> made.samples.addAll(SpatialSamples.inputGradients());
      case ConvGradFilter _ -> made.samples.addAll(SpatialSamples.filterGradients());
      case Reduce _ -> made.reductions();
      case MatMul _ -> made.products();
      case Gather _ -> made.samples.addAll(IndexedSamples.picks(false));
      case ScatterAdd _ -> made.samples.addAll(IndexedSamples.picks(true));
      case ArgSort _ -> made.samples.addAll(IndexedSamples.sorts());
      case Scan _ -> made.samples.addAll(ScanSamples.all());
      case Composite _ -> made.samples.addAll(CompositeSamples.all());
    }
    return made.samples;
  }

  private void inputs() {
    for (DType dtype : DType.values()) {
      var x = special(dtype, 2, 3);
      add(new Input("a \"name\"\\\n", x.type()), x);
    }
  }

  private void constants() {
    for (DType dtype : DType.values()) {
      for (int size : new int[] {0, 1, 13, 65}) add(new Constant(Literal.of(special(dtype, size))));
      add(new Constant(Literal.of(random(dtype))));
    }
  }

  private void iotas() {
    for (DType dtype : DType.values()) {
      if (dtype != BOOL) add(new Iota(TensorType.of(dtype, 2, 300, 3), 1));
    }
    add(new Iota(TensorType.f32(0), 0));
    add(new Iota(TensorType.of(I32, 1, 1), 1));
  }

  private void randoms() {
    for (Random.Kind kind : Random.Kind.values()) {
      for (Shape shape : SHAPES) add(new Random(kind, shape), random(I64), random(I64));
      add(new Random(kind, Shape.of(1000)), special(I64), special(I64));
    }
  }

  private void unaries() {
    for (Unary.Kind kind : Unary.Kind.values()) {
      var op = new Unary(kind);
      for (DType dtype : DType.values()) {
        if (!accepts(op, TensorType.of(dtype))) continue;
        add(op, special(dtype, 101));
        add(op, random(dtype, 5, 7));
      }
      var dtype = kind == Unary.Kind.NOT ? I32 : F32;
      for (Shape shape : SHAPES) add(op, SampleArrays.random(new TensorType(dtype, shape), seed++));
    }
  }

  private void binaries() {
    for (Binary.Kind kind : Binary.Kind.values()) {
      var op = new Binary(kind);
      for (DType dtype : DType.values()) {
        var type = TensorType.of(dtype);
        if (!accepts(op, type, type)) continue;
        add(op, special(dtype, 307), special(dtype, 307));
        add(op, random(dtype, 5, 7), random(dtype, 5, 7));
        add(op, random(dtype, 0), random(dtype, 0));
        add(op, random(dtype), random(dtype));
      }
    }
  }

  private static boolean accepts(Op op, TensorType... types) {
    try {
      op.infer(List.of(types));
      return true;
    } catch (GraphException _) {
      return false;
    }
  }

  private void selects() {
    for (DType dtype : DType.values()) {
      add(new Select(), random(BOOL, 4, 5), special(dtype, 4, 5), special(dtype, 4, 5));
    }
    for (Shape shape : SHAPES) {
      var f32 = new TensorType(F32, shape);
      var condition = SampleArrays.random(f32.with(BOOL), seed++);
      add(
          new Select(),
          condition,
          SampleArrays.random(f32, seed++),
          SampleArrays.random(f32, seed++));
    }
  }

  private void casts() {
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        add(new Cast(to), special(from, 67));
        add(new Cast(to), random(from, 3, 5));
      }
    }
    add(new Cast(F16), random(F32, 0));
    // Halfway cases and those next to them, which a second rounding would move.
    double tie = 1 + 0x1p-11;
    var f64 = TensorType.of(F64, 3);
    add(new Cast(F16), NdArray.of(f64, tie, tie + 0x1p-40, tie - 0x1p-40));
    double wide = 1 + 0x1p-8;
    add(new Cast(BF16), NdArray.of(f64, wide, wide + 0x1p-40, wide - 0x1p-40));
  }

  private void reshapes() {
    for (DType dtype : DType.values()) add(new Reshape(Shape.of(3, 4)), special(dtype, 2, 6));
    add(new Reshape(Shape.of()), random(F32, 1, 1));
    add(new Reshape(Shape.of(1, 1, 1)), random(F32));
    add(new Reshape(Shape.of(5, 0)), random(F32, 0, 3));
    add(new Reshape(Shape.of(7, 1, 5)), random(F32, 35));
  }

  private void transposes() {
    for (DType dtype : DType.values()) add(new Transpose(List.of(1, 0)), special(dtype, 3, 5));
    add(new Transpose(List.of()), random(F32));
    add(new Transpose(List.of(0)), random(F32, 7));
    add(new Transpose(List.of(2, 0, 1)), random(F32, 2, 3, 5));
    add(new Transpose(List.of(0, 3, 1, 2)), random(F32, 2, 3, 5, 7));
    add(new Transpose(List.of(1, 0)), random(F32, 0, 3));
    add(new Transpose(List.of(1, 0)), random(F32, 127, 33));
  }

  private void broadcasts() {
    for (DType dtype : DType.values()) add(new Broadcast(Shape.of(4, 3)), special(dtype, 3));
    add(new Broadcast(Shape.of()), random(F32));
    add(new Broadcast(Shape.of(2, 3)), random(F32));
    add(new Broadcast(Shape.of(5, 3)), random(F32, 5, 1));
    add(new Broadcast(Shape.of(2, 5, 3)), random(F32, 1, 5, 1));
    add(new Broadcast(Shape.of(0, 3)), random(F32, 1, 3));
    add(new Broadcast(Shape.of(31, 17)), random(F32, 17));
  }

  private void slices() {
    for (DType dtype : DType.values()) {
      add(new Slice(List.of(1, 0), List.of(4, 5), List.of(2, 1)), special(dtype, 4, 5));
    }
    add(new Slice(List.of(), List.of(), List.of()), random(F32));
    add(new Slice(List.of(3), List.of(3), List.of(7)), random(F32, 5));
    add(new Slice(List.of(0), List.of(7), List.of(Integer.MAX_VALUE)), random(F32, 7));
    add(new Slice(List.of(2), List.of(31), List.of(3)), random(F32, 37));
    add(new Slice(List.of(1, 0, 2), List.of(2, 3, 5), List.of(1, 2, 2)), random(F32, 2, 3, 5));
  }

  private void pads() {
    for (DType dtype : DType.values()) {
      var one = List.of(1, 0);
      add(new Pad(one, List.of(2, 1), List.of(0, 2), 1), special(dtype, 2, 3));
      add(new Pad(one, one, one, Double.NEGATIVE_INFINITY), random(dtype, 2, 3));
    }
    add(new Pad(List.of(), List.of(), List.of(), 0), random(F32));
    add(new Pad(List.of(2), List.of(1), List.of(3), Double.NaN), random(F32, 0));
    add(new Pad(List.of(0), List.of(0), List.of(4), -0.0), random(F32, 1));
    add(new Pad(List.of(0), List.of(0), List.of(0), 0.1), random(F32, 13));
  }

  private void concats() {
    for (DType dtype : DType.values()) {
      add(new Concat(1), special(dtype, 2, 3), special(dtype, 2, 1), special(dtype, 2, 5));
    }
    add(new Concat(0), random(F32, 3));
    add(new Concat(0), random(F32, 0, 2), random(F32, 3, 2), random(F32, 0, 2));
    add(new Concat(2), random(F32, 2, 3, 1), random(F32, 2, 3, 7));
    add(new Concat(0), random(F32, 0), random(F32, 0));
  }

  private void reverses() {
    for (DType dtype : DType.values()) add(new Reverse(List.of(1)), special(dtype, 2, 5));
    add(new Reverse(List.of()), random(F32));
    add(new Reverse(List.of(0, 2)), random(F32, 2, 3, 5));
    add(new Reverse(List.of(0)), random(F32, 0));
    add(new Reverse(List.of(0)), random(F32, 1));
  }

  private void reductions() {
    for (Reduce.Kind kind : Reduce.Kind.values()) {
      for (DType dtype : DType.values()) {
        var op = new Reduce(kind, List.of(1), false);
        if (!accepts(op, TensorType.of(dtype, 1, 1))) continue;
        add(op, random(dtype, 3, 17));
        // A product may overflow halfway in a narrow type and not in the reference's doubles.
        add(op, kind == Reduce.Kind.PROD ? random(dtype, 41, 3) : special(dtype, 41, 3));
        add(op, random(dtype, 0, 3));
      }
      for (boolean keep : new boolean[] {false, true}) {
        for (int axis = 0; axis < 3; axis++) {
          add(new Reduce(kind, List.of(axis), keep), random(F32, 2, 5, 3));
        }
        add(new Reduce(kind, List.of(0), keep), random(F32, 1));
        add(new Reduce(kind, List.of(1), keep), random(F32, 7, 127));
        if (kind == Reduce.Kind.ARGMAX || kind == Reduce.Kind.ARGMIN) continue;
        add(new Reduce(kind, List.of(), keep), random(F32, 3));
        add(new Reduce(kind, List.of(0, 2), keep), random(F32, 2, 5, 3));
        add(new Reduce(kind, List.of(0, 1, 2), keep), random(F32, 2, 5, 3));
        add(new Reduce(kind, List.of(1), keep), random(F32, 3, 0));
        add(new Reduce(kind, List.of(0), keep), random(I32, 0));
      }
    }
    add(
        new Reduce(Reduce.Kind.ARGMAX, List.of(0), false),
        NdArray.of(TensorType.f32(5), 1, 3, -0., 3, 0));
  }

  private void products() {
    for (int flags = 0; flags < 4; flags++) {
      boolean ta = flags % 2 == 1;
      boolean tb = flags / 2 == 1;
      var op = new MatMul(ta, tb);
      int[][] sizes = {
        {1, 1, 1}, {2, 3, 5}, {7, 31, 13}, {1, 64, 9}, {0, 3, 2}, {2, 0, 3}, {33, 17, 65}
      };
      for (int[] s : sizes) add(op, stored(F32, ta, s[0], s[1]), stored(F32, tb, s[1], s[2]));
      add(op, stored(F32, ta, 2, 3, 5, 7), stored(F32, tb, 2, 3, 7, 1));
      for (DType dtype : List.of(F64, F16, BF16, I64, I32, I16, I8, U8)) {
        add(op, stored(dtype, ta, 3, 5), stored(dtype, tb, 5, 2));
      }
    }
    var plain = new MatMul(false, false);
    for (DType dtype : List.of(F32, I64, I8))
      add(plain, special(dtype, 3, 4), special(dtype, 4, 2));
  }

  private NdArray stored(DType dtype, boolean transposed, int... dims) {
    if (transposed) {
      int last = dims[dims.length - 1];
      dims[dims.length - 1] = dims[dims.length - 2];
      dims[dims.length - 2] = last;
    }
    return random(dtype, dims);
  }
}
