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
    var keys = remember("keys." + layers, k);
    var values = remember("values." + layers++, v);
    var from = tokens == k.dim(0) ? positions : last(positions);
    var y = Nn.attention(q.swapAxes(0, 1), keys, values, past(from));
    return y.swapAxes(0, 1).reshape(tokens, -1);
  }

  /// Which of the remembered positions tokens see, `bool[tokens, reach]`.
  ///
  /// @param from their own, `i32[tokens]`
  private Value past(Value from) {
    return tracer.iota(TensorType.of(DType.I32, reach), 0).le(from.expandDims(1));
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
