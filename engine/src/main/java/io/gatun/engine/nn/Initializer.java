package io.gatun.engine.nn;

import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/// The first values of a variable: a function of the model's seed and the variable's name and type,
/// the same on every machine.
public sealed interface Initializer extends Part {
  /// Every element `value`.
  record Constant(double value) implements Initializer {}

  /// Uniform in `[low, high)`.
  record Uniform(double low, double high) implements Initializer {
    public Uniform {
      Checks.range("uniform initializer: low", low, Double.NEGATIVE_INFINITY, Math.nextUp(high));
    }
  }

  /// Normal with this mean and standard deviation, not truncated.
  record Normal(double mean, double deviation) implements Initializer {
    public Normal {
      Checks.range("normal initializer: deviation", deviation, 0, Double.POSITIVE_INFINITY);
    }
  }

  /// Mean 0 and variance `scale / fan`. The fans are those of a kernel `[window..., in, out]`: `in`
  /// and `out` times the elements of the window.
  record VarianceScaling(double scale, Fan fan, boolean normal) implements Initializer {
    public VarianceScaling {
      Checks.range("variance scaling: scale", scale, 0, Double.POSITIVE_INFINITY);
    }
  }

  /// A random matrix with orthonormal rows, or, where there are fewer columns, orthonormal columns,
  /// times `gain` (Saxe et al. 2014). All axes but the last count rows.
  record Orthogonal(double gain) implements Initializer {}

  /// The last axis in equal parts, each filled with its number.
  record Parts(List<Double> values) implements Initializer {
    public Parts {
      values = List.copyOf(values);
      Checks.positive("parts initializer: number of values", values.size());
    }
  }

  /// Which connections a variance is divided by.
  enum Fan {
    IN,
    OUT,
    AVERAGE
  }

  @Override
  default String kind() {
    return switch (this) {
      case Constant _ -> "constant";
      case Uniform _ -> "uniform";
      case Normal _ -> "normal";
      case VarianceScaling _ -> "variance_scaling";
      case Orthogonal _ -> "orthogonal";
      case Parts _ -> "parts";
    };
  }

  @Override
  default Settings settings() {
    var none = Settings.none();
    return switch (this) {
      case Constant(var value) -> none.with("value", value);
      case Uniform(var low, var high) -> none.with("low", low).with("high", high);
      case Normal(var mean, var deviation) -> none.with("mean", mean).with("deviation", deviation);
      case VarianceScaling(var scale, var fan, var normal) ->
          none.with("scale", scale).with("fan", fan).with("normal", normal);
      case Orthogonal(var gain) -> none.with("gain", gain);
      case Parts(var values) -> none.with("values", values);
    };
  }

  /// Reads what [#settings] gave.
  static Initializer read(Fields f) throws IOException {
    return switch (f.text("kind")) {
      case "constant" -> new Constant(f.number("value"));
      case "uniform" -> new Uniform(f.number("low"), f.number("high"));
      case "normal" -> new Normal(f.number("mean"), f.number("deviation"));
      case "variance_scaling" ->
          new VarianceScaling(f.number("scale"), f.constant("fan", Fan.values()), f.flag("normal"));
      case "orthogonal" -> new Orthogonal(f.number("gain"));
      case "parts" -> new Parts(f.numbers("values"));
      default -> throw f.failure("kind", "a kind of initializer");
    };
  }

  static Initializer zeros() {
    return new Constant(0);
  }

  static Initializer ones() {
    return new Constant(1);
  }

  static Initializer constant(double value) {
    return new Constant(value);
  }

  static Initializer uniform(double low, double high) {
    return new Uniform(low, high);
  }

  static Initializer normal(double mean, double deviation) {
    return new Normal(mean, deviation);
  }

  /// Uniform within `sqrt(6 / (in + out))` (Glorot and Bengio 2010), also called Xavier.
  static Initializer glorotUniform() {
    return new VarianceScaling(1, Fan.AVERAGE, false);
  }

  /// Normal with variance `2 / (in + out)`, also called Xavier.
  static Initializer glorotNormal() {
    return new VarianceScaling(1, Fan.AVERAGE, true);
  }

  /// Uniform within `sqrt(6 / in)` (He et al. 2015).
  static Initializer heUniform() {
    return new VarianceScaling(2, Fan.IN, false);
  }

  /// Normal with variance `2 / in` (He et al. 2015).
  static Initializer heNormal() {
    return new VarianceScaling(2, Fan.IN, true);
  }

  /// A random orthogonal matrix, for recurrent kernels.
  static Initializer orthogonal() {
    return new Orthogonal(1);
  }

  /// The last axis in equal parts, each filled with its number: biases of several gates.
  static Initializer parts(double... values) {
    return new Parts(Arrays.stream(values).boxed().toList());
  }

  /// Writes the elements of a variable of this name and type.
  default void fill(MemorySegment data, TensorType type, long seed, String name) {
    var random = new HostRandom(HostRandom.key(seed, name));
    DoubleSupplier next =
        switch (this) {
          case Constant(var value) -> () -> value;
          case Uniform(var low, var high) -> () -> low + (high - low) * random.uniform();
          case Normal(var mean, var deviation) -> () -> mean + deviation * random.normal();
          case VarianceScaling(var scale, var fan, var normal) -> {
            double variance = scale / fan(type, fan);
            double deviation = Math.sqrt(variance);
            double limit = Math.sqrt(3 * variance);
            yield normal
                ? () -> deviation * random.normal()
                : () -> limit * (2 * random.uniform() - 1);
          }
          case Orthogonal(var gain) -> OrthogonalMatrix.of(type.shape(), gain, random);
          case Parts(var values) -> parts(type, values);
        };
    for (long i = 0; i < type.size(); i++) {
      Elements.setDouble(data, type.dtype(), i, next.getAsDouble());
    }
  }

  private static DoubleSupplier parts(TensorType type, List<Double> values) {
    int last = type.shape().dim(type.shape().rank() - 1);
    Checks.fits(last % values.size() == 0, "%d parts do not divide %s evenly", values.size(), type);
    var number = new int[1];
    return () -> values.get(number[0]++ % last / (last / values.size()));
  }

  private static double fan(TensorType type, Fan fan) {
    var shape = type.shape();
    int rank = shape.rank();
    double out = rank == 0 ? 1 : shape.dim(rank - 1);
    double in = rank < 2 ? out : shape.dim(rank - 2);
    double window = 1;
    for (int axis = 0; axis < rank - 2; axis++) window *= shape.dim(axis);
    double connections =
        switch (fan) {
          case IN -> in * window;
          case OUT -> out * window;
          case AVERAGE -> (in + out) / 2 * window;
        };
    return Math.max(1, connections);
  }
}
