package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Block;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.List;

/// Attention of one sequence to another, as of a decoder to what an encoder gave (Vaswani et al.
/// 2017). Operands `x[n, time, features]`, which asks, and `memory[n, length, width]`, which is
/// asked; the result is `[n, time, features]`, see [MultiHeadAttention].
///
/// Variables: `query/kernel[features, features]`, `key_value/kernel[width, 2 features]` with keys
/// first, `projection/kernel[features, features]`, and a `bias` beside each.
public record CrossAttention(int heads, boolean useBias, Initializer kernelInitializer)
    implements Block {
  public CrossAttention {
    Checks.positive("cross_attention: heads", heads);
  }

  /// With biases and Glorot-uniform kernels.
  public static CrossAttention of(int heads) {
    return new CrossAttention(heads, true, Initializer.glorotUniform());
  }

  @Override
  public String kind() {
    return "cross_attention";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("heads", heads)
        .with("bias", useBias)
        .with("kernel_initializer", kernelInitializer);
  }

  /// Reads what [#settings] gave.
  public static CrossAttention read(Fields f) throws IOException {
    return new CrossAttention(
        f.integer("heads"), f.flag("bias"), f.initializer("kernel_initializer"));
  }

  @Override
  public Value apply(Scope scope, List<Value> operands) {
    Checks.fits(operands.size() == 2, "cross_attention: has two operands, not %d", operands.size());
    var x = operands.get(0);
    var memory = operands.get(1);
    Operands.sequences(kind(), x);
    Operands.sequences(kind(), memory);
    Operands.divides(kind(), heads, "heads", x);
    int size = x.dim(2);
    var q = dense(size).apply(scope.child("query"), x);
    var kv = dense(2 * size).apply(scope.child("key_value"), memory);
    var k = kv.slice(2, 0, size);
    var v = kv.slice(2, size, 2 * size);
    var joined = Nn.multiHeadAttention(q, k, v, heads, false);
    return dense(size).apply(scope.child("projection"), joined);
  }

  private Dense dense(int units) {
    return new Dense(units, Activation.LINEAR, useBias, kernelInitializer, Initializer.zeros());
  }
}
