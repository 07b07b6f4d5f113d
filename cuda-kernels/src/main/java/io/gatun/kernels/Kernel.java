package io.gatun.kernels;

import io.gatun.cuda.Argument;
import io.gatun.cuda.LaunchGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/// A ready-made kernel: what it is called with, how it is launched and what it costs.
///
/// @param operation what it computes: kernels of one operation and type differ in the sizes that
///     they suit
/// @param name of the entry in the PTX
/// @param file that it is in, as `softmax.cu`
/// @param accepts the sizes that it is made for
/// @param flops floating-point operations of a launch
/// @param extraTraffic bytes that a launch moves beyond one access to each element of its arrays;
///     negative where it touches fewer
/// @param deterministic whether the same operands give the same bits in every run
public record Kernel(
    String operation,
    ElementType type,
    String name,
    String file,
    List<Parameter> parameters,
    Predicate<Sizes> accepts,
    Function<Sizes, LaunchGeometry> geometry,
    ToLongFunction<Sizes> flops,
    ToLongFunction<Sizes> extraTraffic,
    boolean deterministic) {

  public Kernel {
    parameters = List.copyOf(parameters);
  }

  /// A deterministic kernel for any sizes that touches each element of its arrays once.
  static Kernel of(
      String operation, ElementType type, String name, String file, List<Parameter> parameters) {
    return new Kernel(
        operation,
        type,
        name,
        file,
        parameters,
        _ -> true,
        _ -> LaunchGeometry.of(1, 256),
        _ -> 0,
        _ -> 0,
        true);
  }

  Kernel accepting(Predicate<Sizes> accepts) {
    return new Kernel(
        operation,
        type,
        name,
        file,
        parameters,
        accepts,
        geometry,
        flops,
        extraTraffic,
        deterministic);
  }

  Kernel launched(Function<Sizes, LaunchGeometry> geometry) {
    return new Kernel(
        operation,
        type,
        name,
        file,
        parameters,
        accepts,
        geometry,
        flops,
        extraTraffic,
        deterministic);
  }

  Kernel costing(ToLongFunction<Sizes> flops) {
    return new Kernel(
        operation,
        type,
        name,
        file,
        parameters,
        accepts,
        geometry,
        flops,
        extraTraffic,
        deterministic);
  }

  Kernel moving(ToLongFunction<Sizes> extraTraffic) {
    return new Kernel(
        operation,
        type,
        name,
        file,
        parameters,
        accepts,
        geometry,
        flops,
        extraTraffic,
        deterministic);
  }

  Kernel inAnyOrder() {
    return new Kernel(
        operation, type, name, file, parameters, accepts, geometry, flops, extraTraffic, false);
  }

  /// The arrays among the parameters, in order.
  public List<Parameter.Array> arrays() {
    return parameters.stream()
        .filter(Parameter.Array.class::isInstance)
        .map(Parameter.Array.class::cast)
        .toList();
  }

  /// Bytes that a launch must move between memory and the processor.
  public long bytes(Sizes sizes) {
    return arrays().stream().mapToLong(a -> a.traffic(sizes)).sum()
        + extraTraffic.applyAsLong(sizes);
  }

  /// The arguments of a launch: those of `values` by name, and for integers without one the size of
  /// that name.
  ///
  /// @throws IllegalArgumentException when one is missing or of another kind
  public List<Argument> arguments(Sizes sizes, Map<String, Argument> values) {
    var arguments = new ArrayList<Argument>();
    for (Parameter parameter : parameters) {
      Argument given = values.get(parameter.name());
      if (given == null && parameter instanceof Parameter.Int integer) {
        given = new Argument.Int(sizes.integer(integer.name()));
      }
      if (given == null || !fits(parameter, given)) {
        throw new IllegalArgumentException(
            "%s: wants an argument for %s, got %s".formatted(name, parameter, given));
      }
      arguments.add(given);
    }
    return arguments;
  }

  private static boolean fits(Parameter parameter, Argument argument) {
    return switch (parameter) {
      case Parameter.Array _ -> argument instanceof Argument.Pointer;
      case Parameter.Int _ -> argument instanceof Argument.Int;
      case Parameter.Float _ -> argument instanceof Argument.Float;
      case Parameter.Struct struct ->
          argument instanceof Argument.Bytes && argument.size() == struct.bytes();
    };
  }
}
