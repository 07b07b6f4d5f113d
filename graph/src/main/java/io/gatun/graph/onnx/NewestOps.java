package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Operators of opsets 26 to 28: gates, state-space layers, bits as they are.
final class NewestOps {
  private NewestOps() {}

  static void register(Registry r) {
    r.one("SwiGLU", c -> gate(c).mul(c.in(1)));
    r.any("BitCast", NewestOps::bits);
    r.many("CausalConvWithState", NewestOps::causal);
    r.many("LinearAttention", NewestOps::linear);
  }

  private static Value gate(Call c) {
    double alpha = c.attributes().number("alpha", 1);
    var x = c.in(0);
    return alpha == 1 ? Nn.silu(x) : x.mul(x.mul(alpha).sigmoid());
  }

  /// The same bits as another type. Integers of one width keep their values or wrap; others must be
  /// known.
  private static List<OnnxValue.Tensor> bits(Call c) {
    var to = ElementType.of(c.attributes().integer("to", 0));
    var from = c.type(0);
    OnnxException.check(
        to.bits() == from.bits(), "attribute to: %s has another width than %s", to, from);
    if (to == from) return List.of(new OnnxValue.Tensor(c.in(0), to));
    if (from.isInteger() && to.isInteger()) {
      return List.of(new OnnxValue.Tensor(CastOps.convert(c, c.in(0), to, false), to));
    }
    OnnxException.check(
        (from.isPlain() || from.isInteger()) && (to.isPlain() || to.isInteger()),
        "attribute to: from %s to %s is not supported",
        from,
        to);
    // Integers that are held wider go by the signed ones of their width.
    var source = from.isPlain() ? from : signed(from);
    var target = to.isPlain() ? to : signed(to);
    var bits = c.known("input 0", CastOps.convert(c, c.in(0), source, false));
    var type = new TensorType(target.dtype(), c.in(0).shape());
    var value = Value.constant(c.builder(), Literal.of(type, Literal.of(bits).data()));
    return List.of(new OnnxValue.Tensor(CastOps.convert(c, value, to, false), to));
  }

  private static ElementType signed(ElementType type) {
    return switch (type) {
      case UINT16 -> ElementType.INT16;
      case UINT32 -> ElementType.INT32;
      case ElementType _ -> throw OnnxException.of("%s has no bits of its own", type);
    };
  }

  /// A convolution by channel over the past, of which the last `k - 1` places are carried on.
  private static List<Value> causal(Call c) {
    var x = c.in(0);
    var w = c.in(1);
    OnnxException.check(
        x.rank() == 3 && w.rank() == 3 && w.dim(0) == x.dim(1) && w.dim(1) == 1,
        "wants [batch, channels, length] and a weight [channels, 1, k], got %s and %s",
        x.type(),
        w.type());
    int kept = w.dim(2) - 1;
    var padded = c.has(3) ? Value.concat(2, c.in(3), x) : x.pad(2, kept, 0, 0);
    int length = x.dim(2);
    var y = x.scalar(0).broadcastTo(x.shape());
    for (int tap = 0; tap <= kept; tap++) {
      y = y.add(padded.slice(2, tap, tap + length).mul(w.slice(2, tap, tap + 1).reshape(-1, 1)));
    }
    if (c.has(2)) y = y.add(c.in(2).reshape(-1, 1));
    var activated =
        switch (c.attributes().text("activation", "none")) {
          case "none" -> y;
          case "silu", "swish" -> Nn.silu(y);
          case String name ->
              throw OnnxException.of("attribute activation: \"%s\" is not none or silu", name);
        };
    return List.of(activated, padded.slice(2, length, length + kept));
  }

  /// `[batch, time, heads * d]` as `[time, batch, heads, d]`.
  private static Value byTime(Value x, int heads) {
    OnnxException.check(
        x.rank() == 3 && heads > 0 && x.dim(2) % heads == 0,
        "wants [batch, time, heads * size] for %d heads, got %s",
        heads,
        x.type());
    return ElementwiseOps.wide(x)
        .reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads)
        .permute(1, 0, 2, 3);
  }

  /// The recurrence of linear attention, in `f32` at least: the state is a matrix of keys by
  /// values.
  private static List<Value> linear(Call c) {
    var a = c.attributes();
    int queries = a.integer("q_num_heads", 0);
    int heads = a.integer("kv_num_heads", 0);
    var rule = a.text("update_rule", "gated_delta");
    OnnxException.check(
        List.of("linear", "gated", "delta", "gated_delta").contains(rule),
        "attribute update_rule: \"%s\" is not linear, gated, delta or gated_delta",
        rule);
    OnnxException.check(
        heads > 0 && queries > 0 && queries % heads == 0,
        "q_num_heads %d is no multiple of kv_num_heads %d",
        queries,
        heads);
    boolean gated = rule.startsWith("gated");
    boolean delta = rule.endsWith("delta");
    var q = byTime(c.in(0), queries);
    var k = byTime(c.in(1), heads);
    var v = byTime(c.in(2), heads);
    int batch = q.dim(1);
    double given = a.number("scale", 0);
    double scale = given == 0 ? 1 / Math.sqrt(q.dim(3)) : given;
    var start =
        c.has(3)
            ? ElementwiseOps.wide(c.in(3))
            : q.scalar(0).broadcastTo(batch, heads, k.dim(3), v.dim(3));
    var sequences = new ArrayList<>(List.of(q.mul(scale), k, v));
    if (gated) sequences.add(byTime(c.in(4), heads).exp());
    if (delta) sequences.add(byTime(c.in(5), c.in(5).dim(2)));
    var run =
        Recurrence.scan(
            List.of(start), sequences, (state, in) -> step(state.getFirst(), in, gated, delta));
    var y = run.outputs().getFirst().permute(1, 0, 2, 3);
    var shape = Shape.of(batch, q.dim(0), queries * v.dim(3));
    DType kept = c.has(3) ? c.in(3).dtype() : c.in(0).dtype();
    return List.of(y.reshape(shape).cast(c.in(0).dtype()), run.carries().getFirst().cast(kept));
  }

  private static Recurrence.Step step(Value state, List<Value> in, boolean gated, boolean delta) {
    var q = in.get(0);
    var k = in.get(1).expandDims(3);
    var v = in.get(2);
    var kept = gated ? state.mul(in.get(3).expandDims(3)) : state;
    if (delta) v = v.sub(kept.mul(k).sum(2)).mul(in.getLast());
    var next = kept.add(k.mul(v.expandDims(2)));
    int times = q.dim(1) / state.dim(1);
    var grouped = q.reshape(q.dim(0), state.dim(1), times, q.dim(2));
    var read = grouped.matmul(next).reshape(q.dim(0), q.dim(1), state.dim(3));
    return Recurrence.Step.of(List.of(next), List.of(read));
  }
}
