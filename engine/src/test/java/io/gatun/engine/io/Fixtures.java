package io.gatun.engine.io;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.net.URISyntaxException;
import java.nio.file.Path;

/// Files made by src/test/python/make_io_fixtures.py. Most hold the numbers 0 to 5 as a 2 by 3
/// array.
final class Fixtures {
  private Fixtures() {}

  static Path file(String name) {
    try {
      return Path.of(Fixtures.class.getResource("/io/" + name).toURI());
    } catch (URISyntaxException broken) {
      throw new AssertionError(broken);
    }
  }

  static Literal ramp(DType dtype, double factor) {
    double[] values = new double[6];
    for (int i = 0; i < values.length; i++) values[i] = i * factor;
    return Literal.of(TensorType.of(dtype, 2, 3), values);
  }

  static Literal odd() {
    return Literal.of(TensorType.of(DType.BOOL, 2, 3), 0, 1, 0, 1, 0, 1);
  }
}
