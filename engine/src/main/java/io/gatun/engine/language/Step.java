package io.gatun.engine.language;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;

/// One step of a [Decoder] while it is being traced: the tokens that it reads, and the keys and
/// values of all tokens before them, which lie in inputs of the graph and are updated in place.
///
/// The graph's other inputs are `ids i32[tokens]`; `position i32[]`, the place of the first of them
/// in the text; and `count i32[]`, how many of them count: those after are padding.
///
/// Attention looks at the first `reach` places only, so that a text that has not filled more does
/// not read what is empty. Steps of any reach work on the same keys and values.
public final class Step {
  private final Tracer tracer;
  private final int context;
  private final int reach;
  private final Value ids;
  private final Value positions;
  private final Value count;
  private final Value counted;
  private int layers;

  /// @param reach no token that counts stands at this place or after it
  Step(Tracer tracer, int tokens, int context, int reach) {
    this.tracer = tracer;
    this.context = context;
    this.reach = reach;
    var type = TensorType.of(DType.I32, tokens);
    ids = tracer.input("ids", type);
    positions = tracer.iota(type, 0).add(tracer.input("position", TensorType.of(DType.I32)));
    count = tracer.input("count", TensorType.of(DType.I32));
    counted = tracer.iota(type, 0).lt(count);
  }

  /// The tokens of this step, `i32[tokens]`.
  public Value ids() {
    return ids;
  }

  /// Their places in the text, `i32[tokens]`.
  public Value positions() {
    return positions;
  }

  /// A weight.
  public Value constant(Literal weight) {
    return tracer.constant(weight);
  }

  /// The row of the last token: `x[tokens, ...]` as `[1, ...]`.
  public Value last(Value x) {
    return x.dim(0) == 1 ? x : x.take(count.sub(1).reshape(1), 0);
  }

  /// Attention of each token to itself and all before it, also those of earlier steps. Several
  /// heads of `q` may share one of `k` and `v` (Ainslie et al., "GQA", 2023).
  ///
  /// @param q `f32[tokens, heads, size]`; or `f32[1, heads, size]` of the last token
  /// @param k `f32[tokens, groups, size]`, where `groups` divides `heads`
  /// @param v `f32[tokens, groups, size]`
  /// @return `f32[tokens, heads * size]`, or a row for the last token
  public Value attend(Value q, Value k, Value v) {
    int tokens = q.dim(0);
    int heads = q.dim(1);
    int size = q.dim(2);
    int groups = k.dim(1);
    var keys = remember("keys." + layers, k);
    var values = remember("values." + layers++, v);
    // The heads of a group are rows of one product: the keys are read once, not repeated.
    var rows = q.reshape(tokens, groups, heads / groups, size).permute(1, 2, 0, 3);
    var from = tokens == k.dim(0) ? positions : last(positions);
    var y = Nn.attention(rows.reshape(groups, -1, size), keys, values, past(from, heads / groups));
    return y.reshape(groups, heads / groups, tokens, size)
        .permute(2, 0, 1, 3)
        .reshape(tokens, heads * size);
  }

  /// Which of the remembered positions tokens see, `bool[repeats * tokens, reach]`.
  ///
  /// @param from their own, `i32[tokens]`
  private Value past(Value from, int repeats) {
    var places = tracer.iota(TensorType.of(DType.I32, reach), 0);
    var past = places.le(from.expandDims(1));
    return past.broadcastTo(repeats, past.dim(0), reach).reshape(-1, reach);
  }

  /// Writes the rows of this step where they belong. What lies there is zero, so that adding is
  /// writing, and only these rows are touched.
  ///
  /// @return the rows so far and zeros, `[groups, reach, size]`
  private Value remember(String name, Value rows) {
    var all = tracer.input(name, TensorType.f32(rows.dim(1), context, rows.dim(2)));
    var known = rows.where(counted.reshape(-1, 1, 1), 0).swapAxes(0, 1);
    var next = all.scatterAdd(positions, known, 1);
    tracer.update(all, next);
    return next.slice(1, 0, reach);
  }
}
