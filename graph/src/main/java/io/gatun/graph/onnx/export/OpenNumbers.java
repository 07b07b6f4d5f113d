package io.gatun.graph.onnx.export;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Writes the constants that follow open dimensions: numbers that are sums of multiples of them and
/// of their products, repetitions of one number and numbers that count up from 0.
///
/// @param samples the sizes of the dimensions that the constants are known for
/// @param dimensions names of vectors of `i64` that hold the dimensions
/// @param vectors what has been written
record OpenNumbers(
    Emitter out, Samples samples, List<String> dimensions, Map<List<Follower>, String> vectors) {
  /// As many numbers as fit a shape; longer constants that follow a dimension element by element
  /// are data.
  private static final int MOST = 64;

  OpenNumbers(Emitter out, Samples samples, List<String> dimensions) {
    this(out, samples, dimensions, new HashMap<>());
  }

  /// A value that is each of the literals at its size, or nothing.
  Optional<String> write(List<Literal> literals) {
    if (literals.stream().distinct().count() == 1) {
      return Optional.of(out.constant(literals.getFirst()));
    }
    boolean same = literals.stream().map(Literal::type).distinct().count() == 1;
    return same ? numbers(literals) : shape(literals).flatMap(dims -> filled(literals, dims));
  }

  /// The vector as the target of a reshape: at most one number that is left to the operator, where
  /// that does.
  Optional<String> target(List<Literal> literals) {
    var followers = followers(literals);
    boolean one =
        followers.isPresent()
            && followers.get().stream().filter(f -> !f.isFixed()).count() == 1
            && followers.get().stream().noneMatch(f -> f.isFixed() && f.offset() == 0);
    if (!one) return write(literals);
    return Optional.of(
        out.longs(followers.get().stream().map(f -> f.isFixed() ? (int) f.offset() : -1).toList()));
  }

  private Optional<List<Follower>> followers(List<Literal> literals) {
    var first = literals.getFirst();
    int count = (int) first.type().size();
    if (first.type().shape().rank() > 1 || count > MOST) return Optional.empty();
    boolean whole =
        literals.stream()
            .flatMapToDouble(x -> LongStream.range(0, count).mapToDouble(x::at))
            .allMatch(value -> value == Math.rint(value) && Math.abs(value) <= 1L << 31);
    if (!whole) return Optional.empty();
    return all(
        IntStream.range(0, count)
            .mapToObj(i -> literals.stream().map(x -> (long) x.at(i)).toList())
            .toList());
  }

  private Optional<List<Follower>> all(List<List<Long>> numbers) {
    var found = numbers.stream().map(row -> Follower.of(samples, row)).toList();
    return found.stream().allMatch(Optional::isPresent)
        ? Optional.of(found.stream().map(Optional::get).toList())
        : Optional.empty();
  }

  private Optional<List<Follower>> shape(List<Literal> literals) {
    var shapes = literals.stream().map(x -> x.type().shape()).toList();
    int rank = shapes.getFirst().rank();
    if (shapes.stream().anyMatch(shape -> shape.rank() != rank)) return Optional.empty();
    return all(
        IntStream.range(0, rank)
            .mapToObj(i -> shapes.stream().map(shape -> (long) shape.dim(i)).toList())
            .toList());
  }

  private Optional<String> numbers(List<Literal> literals) {
    var type = literals.getFirst().type();
    return followers(literals)
        .map(
            followers -> {
              var vector = vector(followers);
              var shaped = type.shape().rank() == 1 ? vector : out.reshape(vector, List.of());
              return type.dtype() == DType.I64 ? shaped : out.cast(shaped, type.dtype());
            });
  }

  private String vector(List<Follower> followers) {
    var known = vectors.get(followers);
    if (known != null) return known;
    var parts = new ArrayList<String>();
    var fixed = new ArrayList<Integer>();
    for (var follower : followers) {
      if (follower.isFixed()) {
        fixed.add(Math.toIntExact(follower.offset()));
        continue;
      }
      if (!fixed.isEmpty()) parts.add(out.longs(fixed));
      fixed.clear();
      parts.add(number(follower));
    }
    if (!fixed.isEmpty()) parts.add(out.longs(fixed));
    var vector =
        parts.size() == 1 ? parts.getFirst() : out.add("Concat", parts, Emitter.integer("axis", 0));
    vectors.put(followers, vector);
    return vector;
  }

  private String number(Follower follower) {
    var terms = new ArrayList<String>();
    for (int i = follower.factors().size() - 1; i > 0; i--) {
      long factor = follower.factors().get(i);
      if (factor == 0) continue;
      var product = Optional.<String>empty();
      for (int d = 0; d < dimensions.size(); d++) {
        if ((i >> d & 1) == 0) continue;
        String dimension = dimensions.get(d);
        product = Optional.of(product.map(p -> out.add("Mul", p, dimension)).orElse(dimension));
      }
      var term = product.orElseThrow();
      terms.add(factor == 1 ? term : out.add("Mul", term, one(factor)));
    }
    if (follower.offset() != 0) terms.add(one(follower.offset()));
    return terms.stream().reduce((a, b) -> out.add("Add", a, b)).orElseThrow();
  }

  private String one(long number) {
    return out.longs(List.of(Math.toIntExact(number)));
  }

  /// Constants whose shapes differ: one number everywhere, or numbers that count up from 0.
  private Optional<String> filled(List<Literal> literals, List<Follower> dims) {
    var first = literals.getFirst();
    if (literals.stream().anyMatch(x -> x.type().size() == 0)) return Optional.empty();
    var dtype = first.type().dtype();
    if (literals.stream().allMatch(x -> is(x, _ -> first.at(0)))) {
      return Optional.of(out.add("Expand", out.scalar(dtype, first.at(0)), vector(dims)));
    }
    if (literals.stream().allMatch(x -> is(x, i -> i))) return Optional.of(counted(dtype, dims));
    return Optional.empty();
  }

  private static boolean is(Literal literal, LongToDoubleFunction value) {
    return LongStream.range(0, literal.type().size())
        .allMatch(i -> Double.compare(literal.at(i), value.applyAsDouble(i)) == 0);
  }

  private String counted(DType dtype, List<Follower> dims) {
    var shape = vector(dims);
    var count = out.add("ReduceProd", List.of(shape), Emitter.integer("keepdims", 0));
    var zero = out.scalar(DType.I64, 0);
    var line = out.add("Range", zero, count, out.scalar(DType.I64, 1));
    var whole = out.add("Reshape", List.of(line, shape), Emitter.integer("allowzero", 1));
    return dtype == DType.I64 ? whole : out.cast(whole, dtype);
  }
}
