package io.gatun.engine.cuda.library;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A contraction of the graph that is a [MatrixProduct]: its operands are plain matrices, and what
/// follows the sum is a scaling, another matrix, a bias and RELU, or less.
///
/// @param c the matrix that is added; where there is none, the product's `beta` is 0
public record ProductMatch(
    MatrixProduct product, Place a, Place b, Optional<Place> c, Place d, Optional<Place> bias) {
  private static final int ALIGNMENT = 16;

  /// Where an operand starts: a buffer of the kernel, and elements from its start.
  public record Place(int buffer, long offset) {}

  /// The product that a contraction is; empty where it is none that a library could be asked for.
  ///
  /// @param precision for f32 factors
  public static Optional<ProductMatch> of(ContractKernel kernel, Precision precision) {
    boolean isEmpty =
        List.of(kernel.batch(), kernel.m(), kernel.n(), kernel.k()).stream()
            .anyMatch(variables -> !fits(ContractKernel.size(variables)));
    return isEmpty || kernel.stores().size() != 1
        ? Optional.empty()
        : new Matcher(kernel).match(precision);
  }

  private static boolean fits(long size) {
    return size > 0 && size <= Integer.MAX_VALUE;
  }

  private record Operand(Matrix matrix, Place place) {}

  private record Matcher(ContractKernel kernel) {
    Optional<ProductMatch> match(Precision precision) {
      var store = kernel.stores().getFirst();
      var a = load(kernel.a()).flatMap(l -> operand(l, kernel.m(), kernel.k()));
      var b = load(kernel.b()).flatMap(l -> operand(l, kernel.k(), kernel.n()));
      var type = kernel.buffers().get(store.buffer()).type().dtype();
      var d =
          operand(new Read(store.buffer(), store.offset(), type), kernel.m(), kernel.n())
              .filter(operand -> !operand.matrix().transposed())
              .filter(operand -> operand.matrix().batchStride() != 0 || size(kernel.batch()) == 1);
      if (a.isEmpty() || b.isEmpty() || d.isEmpty()) return Optional.empty();
      return Tail.of(kernel, store, type)
          .map(tail -> match(precision, a.get(), b.get(), d.get(), tail));
    }

    private ProductMatch match(Precision precision, Operand a, Operand b, Operand d, Tail tail) {
      var product =
          new MatrixProduct(
              size(kernel.batch()),
              size(kernel.m()),
              size(kernel.n()),
              size(kernel.k()),
              a.matrix(),
              b.matrix(),
              d.matrix(),
              precision,
              tail.alpha(),
              tail.beta(),
              tail.epilogue());
      return new ProductMatch(product, a.place(), b.place(), tail.c(), d.place(), tail.bias());
    }

    private Optional<Operand> operand(Read read, List<Var> rows, List<Var> columns) {
      var rowStride = stride(read.offset(), rows);
      var columnStride = stride(read.offset(), columns);
      var batchStride = stride(read.offset(), kernel.batch());
      boolean isPlain =
          read.offset().terms().keySet().stream().allMatch(atom -> atom instanceof Var);
      if (!isPlain
          || !read.isAligned()
          || rowStride.isEmpty()
          || columnStride.isEmpty()
          || batchStride.isEmpty()) {
        return Optional.empty();
      }
      int height = size(rows);
      int width = size(columns);
      boolean byRows = width == 1 || columnStride.getAsLong() == 1;
      boolean byColumns = height == 1 || rowStride.getAsLong() == 1;
      long leading =
          byRows
              ? height == 1 ? width : rowStride.getAsLong()
              : width == 1 ? height : columnStride.getAsLong();
      if (!byRows && !byColumns || leading < (byRows ? width : height)) return Optional.empty();
      return Optional.of(
          new Operand(
              new Matrix(read.type(), !byRows, leading, batchStride.getAsLong()),
              new Place(read.buffer(), read.offset().constant())));
    }
  }

  private static int size(List<Var> variables) {
    return Math.toIntExact(ContractKernel.size(variables));
  }

  /// Elements from one step of some variables, counted together, to the next; empty where the steps
  /// differ.
  private static OptionalLong stride(Index offset, List<Var> variables) {
    long stride = 0;
    long next = 0;
    boolean isFirst = true;
    for (var variable : variables.reversed()) {
      if (variable.extent() == 1) continue;
      long own = offset.coefficient(variable);
      if (!isFirst && own != next) return OptionalLong.empty();
      if (isFirst) stride = own;
      isFirst = false;
      next = own * variable.extent();
    }
    return stride < 0 ? OptionalLong.empty() : OptionalLong.of(stride);
  }

  private record Read(int buffer, Index offset, DType type) {
    /// Whether it starts at a multiple of 16 bytes, where its buffer does.
    boolean isAligned() {
      return offset.constant() * type.bytes() % ALIGNMENT == 0;
    }
  }

  /// An unconditional load, also below a widening that keeps each value as it is.
  private static Optional<Read> load(Expr value) {
    var inner = widened(value);
    return inner.op() instanceof ExprOp.Load(int buffer, Index offset, var bounds)
            && bounds.isEmpty()
        ? Optional.of(new Read(buffer, offset, inner.dtype()))
        : Optional.empty();
  }

  private static Expr widened(Expr value) {
    boolean isExact =
        value.op() instanceof ExprOp.Convert
            && value.dtype() == DType.F32
            && (value.argument(0).dtype() == DType.F16 || value.argument(0).dtype() == DType.BF16);
    return isExact ? value.argument(0) : value;
  }

  /// What follows the sum: `relu(alpha * sum + beta * c + bias)` or a part of it.
  private record Tail(
      float alpha, float beta, Optional<Place> c, Optional<Place> bias, boolean hasRelu) {

    static Optional<Tail> of(ContractKernel kernel, Store store, DType type) {
      // The library rounds to the result's type itself.
      var value =
          store.value().op() instanceof ExprOp.Convert ? store.value().argument(0) : store.value();
      var below = belowRelu(value);
      var tail = new Tail(0, 0, Optional.empty(), Optional.empty(), below.isPresent());
      for (var term : terms(below.orElse(value), 1)) {
        var more = tail.with(kernel, store, type, term);
        if (more.isEmpty()) return Optional.empty();
        tail = more.get();
      }
      return tail.alpha == 0 ? Optional.empty() : Optional.of(tail);
    }

    Epilogue epilogue() {
      return bias.isPresent()
          ? hasRelu ? Epilogue.RELU_BIAS : Epilogue.BIAS
          : hasRelu ? Epilogue.RELU : Epilogue.NONE;
    }

    /// One of several values that are added up.
    private record Term(Expr value, int sign) {}

    private Optional<Tail> with(ContractKernel kernel, Store store, DType type, Term term) {
      float factor = term.sign();
      var value = term.value();
      if (value.op() instanceof ExprOp.Bin(var kind) && kind == Binary.Kind.MUL) {
        var first = number(value.argument(0));
        var number = first.or(() -> number(term.value().argument(1)));
        if (number.isEmpty()) return Optional.empty();
        factor *= number.get().floatValue();
        value = value.argument(first.isPresent() ? 1 : 0);
      }
      if (widened(value).op() instanceof ExprOp.Folded) {
        return alpha == 0 && factor != 0
            ? Optional.of(new Tail(factor, beta, c, bias, hasRelu))
            : Optional.empty();
      }
      var read = load(value).filter(r -> r.type() == type && r.isAligned());
      if (read.isEmpty()) return Optional.empty();
      var place = new Place(read.get().buffer(), read.get().offset().constant());
      if (c.isEmpty() && factor != 0 && read.get().offset().equals(store.offset())) {
        return Optional.of(new Tail(alpha, factor, Optional.of(place), bias, hasRelu));
      }
      return bias.isEmpty() && factor == 1 && isRow(read.get().offset(), kernel)
          ? Optional.of(new Tail(alpha, beta, c, Optional.of(place), hasRelu))
          : Optional.empty();
    }

    /// Whether an offset counts the columns and depends on nothing else.
    private static boolean isRow(Index offset, ContractKernel kernel) {
      return offset.terms().keySet().stream().allMatch(kernel.n()::contains)
          && (size(kernel.n()) == 1 || stride(offset, kernel.n()).equals(OptionalLong.of(1)));
    }

    /// `x` where a value is `max(x, 0)` or a choice that means it.
    private static Optional<Expr> belowRelu(Expr value) {
      return switch (value.op()) {
        case ExprOp.Bin(var kind) when kind == Binary.Kind.MAX && isZero(value.argument(1)) ->
            Optional.of(value.argument(0));
        case ExprOp.Bin(var kind) when kind == Binary.Kind.MAX && isZero(value.argument(0)) ->
            Optional.of(value.argument(1));
        case ExprOp.Choose() -> belowChoice(value);
        case ExprOp.Bin _,
            ExprOp.Number _,
            ExprOp.Load _,
            ExprOp.OfIndex _,
            ExprOp.Within _,
            ExprOp.Un _,
            ExprOp.Convert _,
            ExprOp.Draw _,
            ExprOp.Folded _ ->
            Optional.empty();
      };
    }

    /// `x <= 0 ? 0 : x` or `x > 0 ? x : 0`; they differ in a NaN, which the library may make 0.
    private static Optional<Expr> belowChoice(Expr choice) {
      var test = choice.argument(0);
      if (!(test.op() instanceof ExprOp.Bin(var kind)) || !isZero(test.argument(1))) {
        return Optional.empty();
      }
      boolean keepsSecond = kind == Binary.Kind.LE || kind == Binary.Kind.LT;
      boolean keepsFirst = kind == Binary.Kind.GT || kind == Binary.Kind.GE;
      var kept = choice.argument(keepsSecond ? 2 : 1);
      var zero = choice.argument(keepsSecond ? 1 : 2);
      return (keepsSecond || keepsFirst) && isZero(zero) && kept == test.argument(0)
          ? Optional.of(kept)
          : Optional.empty();
    }

    private static List<Term> terms(Expr value, int sign) {
      boolean isSum = value.op() instanceof ExprOp.Bin(var kind) && kind == Binary.Kind.ADD;
      boolean isDifference = value.op() instanceof ExprOp.Bin(var kind) && kind == Binary.Kind.SUB;
      if (!isSum && !isDifference) return List.of(new Term(value, sign));
      var terms = new ArrayList<>(terms(value.argument(0), sign));
      terms.addAll(terms(value.argument(1), isSum ? sign : -sign));
      return terms;
    }

    private static boolean isZero(Expr value) {
      return number(value).filter(n -> n == 0).isPresent();
    }

    private static Optional<Double> number(Expr value) {
      return value.op() instanceof ExprOp.Number(double number)
          ? Optional.of(number)
          : Optional.empty();
    }
  }
}
