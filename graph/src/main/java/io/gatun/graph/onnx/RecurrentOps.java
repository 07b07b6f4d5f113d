package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// RNN, GRU and LSTM: directions, initial states, sequence lengths, clipping, peepholes and
/// layouts.
final class RecurrentOps {
  private static final Set<String> TAKE_ALPHA =
      Set.of("Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu");

  private static final Set<String> TAKE_BETA = Set.of("Affine", "ScaledTanh", "HardSigmoid");

  private RecurrentOps() {}

  static void register(Registry r) {
    r.many("RNN", c -> new RecurrentOps.Layer(c, 1).run());
    r.many("GRU", c -> new RecurrentOps.Layer(c, 3).run());
    r.many("LSTM", c -> new RecurrentOps.Layer(c, 4).run());
  }

  /// One call. Gates are stacked in `w[directions, gates * hidden, in]`, `r` and `b`.
  private record Layer(Call c, int gates) {
    private int hidden() {
      return c.in(2).dim(2);
    }

    private boolean batchFirst() {
      return c.attributes().flag("layout", false);
    }

    /// `Y[time, directions, batch, hidden]`, the last hidden state and for LSTM the last cell.
    List<Value> run() {
      var x = batchFirst() ? c.in(0).swapAxes(0, 1) : c.in(0);
      String direction = c.attributes().text("direction", "forward");
      int directions = direction.equals("bidirectional") ? 2 : 1;
      int size = c.attributes().integer("hidden_size", hidden());
      OnnxException.check(
          size == hidden(),
          "attribute hidden_size: %d, the weights %s say %d",
          size,
          c.in(2).type(),
          hidden());
      OnnxException.check(
          c.in(1).dim(0) == directions,
          "direction %s wants weights for %d directions, got %s",
          direction,
          directions,
          c.in(1).type());
      var sequences = new ArrayList<Value>();
      var lasts = new ArrayList<Value>();
      var cells = new ArrayList<Value>();
      for (int d = 0; d < directions; d++) {
        boolean reverse = direction.equals("reverse") || d == 1;
        var result = new Direction(this, x, d, reverse).run();
        sequences.add(result.outputs().getFirst());
        lasts.add(unlessEmpty(result.carries().getFirst()));
        cells.add(unlessEmpty(result.carries().getLast()));
      }
      var y = Value.stack(1, sequences.toArray(Value[]::new));
      var outputs = new ArrayList<Value>();
      outputs.add(batchFirst() ? y.permute(2, 0, 1, 3) : y);
      outputs.add(state(lasts));
      if (gates == 4) outputs.add(state(cells));
      return outputs;
    }

    /// The last state; zeros, as in ONNX Runtime, for sequences of length 0.
    private Value unlessEmpty(Value state) {
      if (!c.has(4)) return state;
      return c.in(4).eq(0).reshape(-1, 1).select(state.scalar(0), state);
    }

    private Value state(List<Value> states) {
      return Value.stack(batchFirst() ? 1 : 0, states.toArray(Value[]::new));
    }

    Value initial(int input, int direction, int batch) {
      if (!c.has(input)) return c.scalar(c.in(0).dtype(), 0).broadcastTo(batch, hidden());
      return c.in(input).index(batchFirst() ? 1 : 0, direction);
    }

    /// Activation number `i` of a direction, of limited arguments.
    Value activate(int i, int direction, Value x) {
      double clip = c.attributes().number("clip", 0);
      return activateFreely(i, direction, clip > 0 ? x.clamp(-clip, clip) : x);
    }

    /// Activation number `i` of a direction, of any arguments. The numbers of all activations stand
    /// one after the other, without gaps for those that have none.
    Value activateFreely(int i, int direction, Value x) {
      var a = c.attributes();
      var defaults =
          gates == 1
              ? List.of("Tanh")
              : gates == 3 ? List.of("Sigmoid", "Tanh") : List.of("Sigmoid", "Tanh", "Tanh");
      var names = a.texts("activations");
      int at = names.isEmpty() ? i : direction * defaults.size() + i;
      var known = names.isEmpty() ? defaults : names;
      String name = canonical(known.get(at));
      var before = known.subList(0, at).stream().map(Layer::canonical).toList();
      int alphas = (int) before.stream().filter(TAKE_ALPHA::contains).count();
      int betas = (int) before.stream().filter(TAKE_BETA::contains).count();
      return ActivationOps.named(
          name,
          at(a.numbers("activation_alpha"), alphas, alpha(name)),
          at(a.numbers("activation_beta"), betas, name.equals("HardSigmoid") ? 0.5 : 1),
          x);
    }

    /// Case does not count in names of activations.
    private static String canonical(String name) {
      return ActivationOps.NAMES.stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
    }

    private static double alpha(String name) {
      return switch (name) {
        case "LeakyRelu" -> 0.01;
        case "HardSigmoid" -> 0.2;
        case String _ -> 1;
      };
    }

    private static double at(List<Double> list, int i, double otherwise) {
      return i < list.size() ? list.get(i) : otherwise;
    }
  }

  /// One direction of a layer.
  private record Direction(Layer layer, Value x, int number, boolean reverse) {
    private Value part(int input) {
      return layer.c().in(input).index(0, number);
    }

    /// The bias `Wb + Rb` of all gates, or only one of them.
    private Optional<Value> bias(int half) {
      if (!layer.c().has(3)) return Optional.empty();
      int size = layer.gates() * layer.hidden();
      return Optional.of(part(3).slice(0, half * size, (half + 1) * size));
    }

    Recurrence run() {
      int batch = x.dim(1);
      var projected = x.matmul(part(1).transpose());
      if (layer.c().has(3)) projected = projected.add(bias(0).orElseThrow());
      var carries = new ArrayList<>(List.of(layer.initial(5, number, batch)));
      if (layer.gates() == 4) carries.add(layer.initial(6, number, batch));
      var recurrent = part(2).transpose();
      var sequences = new ArrayList<>(List.of(projected));
      if (layer.c().has(4)) sequences.add(inside(batch));
      return reverse
          ? Recurrence.scanReverse(carries, sequences, (s, in) -> step(s, in, recurrent))
          : Recurrence.scan(carries, sequences, (s, in) -> step(s, in, recurrent));
    }

    /// Whether a time is before the end of each sequence: `bool[time, batch, 1]`.
    private Value inside(int batch) {
      var type = TensorType.of(DType.I32, x.dim(0), batch, 1);
      var length = layer.c().in(4).cast(DType.I32).reshape(1, batch, 1);
      return layer.c().iota(type, 0).lt(length);
    }

    private Recurrence.Step step(List<Value> state, List<Value> in, Value recurrent) {
      var next = cell(state, in.get(0), recurrent);
      var output = next.getFirst();
      if (in.size() > 1) {
        // Beyond its end a sequence keeps its state and gives zeros.
        var inside = in.get(1);
        var kept = new ArrayList<Value>();
        for (int i = 0; i < next.size(); i++) {
          kept.add(inside.select(next.get(i), state.get(i)));
        }
        output = inside.select(output, output.scalar(0));
        next = kept;
      }
      return Recurrence.Step.of(next, List.of(output));
    }

    private List<Value> cell(List<Value> state, Value in, Value recurrent) {
      return switch (layer.gates()) {
        case 1 -> List.of(layer.activate(0, number, sum(in, state.get(0), recurrent)));
        case 3 -> List.of(gru(state.get(0), in, recurrent));
        default -> lstm(state.get(0), state.get(1), in, recurrent);
      };
    }

    private Value sum(Value in, Value h, Value recurrent) {
      var sum = in.add(h.matmul(recurrent));
      return bias(1).map(sum::add).orElse(sum);
    }

    private Value gate(Value gates, int i) {
      int size = layer.hidden();
      return gates.slice(-1, i * size, (i + 1) * size);
    }

    /// Gates in the order update, reset, hidden (Cho et al. 2014).
    private Value gru(Value h, Value in, Value recurrent) {
      int size = layer.hidden();
      boolean after = layer.c().attributes().flag("linear_before_reset", false);
      var all = sum(in, h, recurrent);
      var z = layer.activate(0, number, gate(all, 0));
      var r = layer.activate(0, number, gate(all, 1));
      Value candidate;
      if (after) {
        var fromState = gate(all, 2).sub(gate(in, 2));
        candidate = gate(in, 2).add(r.mul(fromState));
      } else {
        var weights = recurrent.slice(1, 2 * size, 3 * size);
        candidate = gate(in, 2).add(r.mul(h).matmul(weights));
        var b = bias(1);
        if (b.isPresent()) candidate = candidate.add(b.get().slice(0, 2 * size, 3 * size));
      }
      var hidden = layer.activate(1, number, candidate);
      return hidden.add(z.mul(h.sub(hidden)));
    }

    /// Gates in the order input, output, forget, cell (Hochreiter and Schmidhuber 1997; peepholes
    /// by Gers and Schmidhuber 2000).
    private List<Value> lstm(Value h, Value cell, Value in, Value recurrent) {
      var all = sum(in, h, recurrent);
      var i = layer.activate(0, number, peep(gate(all, 0), cell, 0));
      var f = layer.activate(0, number, peep(gate(all, 2), cell, 2));
      if (layer.c().attributes().flag("input_forget", false)) f = i.neg().add(1);
      var g = layer.activate(1, number, gate(all, 3));
      var next = f.mul(cell).add(i.mul(g));
      var o = layer.activate(0, number, peep(gate(all, 1), next, 1));
      // What is clipped are sums of inputs: ONNX Runtime does not clip the cell.
      return List.of(o.mul(layer.activateFreely(2, number, next)), next);
    }

    private Value peep(Value gate, Value cell, int i) {
      if (!layer.c().has(7)) return gate;
      int size = layer.hidden();
      return gate.add(cell.mul(part(7).slice(0, i * size, (i + 1) * size)));
    }
  }
}
