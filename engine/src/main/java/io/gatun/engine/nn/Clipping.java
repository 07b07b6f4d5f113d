package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What keeps gradients small, before the optimizer sees them. It repairs none: where an element is
/// NaN, [ByValue] leaves it so, and the norms make all that they scale NaN. An infinite element
/// becomes the limit [ByValue]; an infinite norm, which finite elements above 1e19 give too, makes
/// finite elements 0 and infinite ones NaN. PyTorch's `clip_grad_norm_` does the same. The loss of
/// a later step then is NaN, and training says so.
public sealed interface Clipping extends Part {
  /// Gradients as they are.
  record None() implements Clipping {
    @Override
    public String kind() {
      return "none";
    }
  }

  /// Each element into `[-limit, limit]`.
  record ByValue(double limit) implements Clipping {
    public ByValue {
      Checks.above("clipping by value: limit", limit, 0);
    }

    @Override
    public String kind() {
      return "value";
    }

    @Override
    public Settings settings() {
      return Settings.none().with("limit", limit);
    }
  }

  /// The gradient of each parameter to an L2 norm of at most `limit`: times `min(1, limit / norm)`.
  record ByNorm(double limit) implements Clipping {
    public ByNorm {
      Checks.above("clipping by norm: limit", limit, 0);
    }

    @Override
    public String kind() {
      return "norm";
    }

    @Override
    public Settings settings() {
      return Settings.none().with("limit", limit);
    }
  }

  /// All gradients together to an L2 norm of at most `limit` (Pascanu et al. 2013, algorithm 1):
  /// times `min(1, limit / norm)`.
  record ByGlobalNorm(double limit) implements Clipping {
    public ByGlobalNorm {
      Checks.above("clipping by global norm: limit", limit, 0);
    }

    @Override
    public String kind() {
      return "global_norm";
    }

    @Override
    public Settings settings() {
      return Settings.none().with("limit", limit);
    }
  }

  /// The gradients to go on with.
  default List<Value> of(List<Value> gradients) {
    return switch (this) {
      case None() -> gradients;
      case ByValue(var limit) -> gradients.stream().map(g -> g.clamp(-limit, limit)).toList();
      case ByNorm(var limit) ->
          gradients.stream().map(g -> g.mul(scale(squares(g), limit))).toList();
      case ByGlobalNorm(var limit) -> {
        if (gradients.isEmpty()) yield gradients;
        var sum = gradients.stream().map(Clipping::squares).reduce(Value::add).orElseThrow();
        var scale = scale(sum, limit);
        var clipped = new ArrayList<Value>();
        for (var gradient : gradients) clipped.add(gradient.mul(scale));
        yield clipped;
      }
    };
  }

  private static Value squares(Value gradient) {
    return gradient.square().sum();
  }

  /// `limit / max(limit, norm)`, which divides by no zero.
  private static Value scale(Value squares, double limit) {
    return squares.scalar(limit).div(squares.sqrt().maximum(limit));
  }

  /// Reads what [#settings] gave.
  static Clipping read(Fields fields) throws IOException {
    return switch (fields.text("kind")) {
      case "none" -> new None();
      case "value" -> new ByValue(fields.number("limit"));
      case "norm" -> new ByNorm(fields.number("limit"));
      case "global_norm" -> new ByGlobalNorm(fields.number("limit"));
      default -> throw fields.failure("kind", "a kind of clipping");
    };
  }
}
