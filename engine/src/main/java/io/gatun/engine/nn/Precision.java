package io.gatun.engine.nn;

import io.gatun.engine.Device;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.pass.MixedPrecision;
import io.gatun.graph.tensor.DType;
import java.io.IOException;

/// What a model computes in. Parameters and the optimizer's tensors are `f32` in any case.
public sealed interface Precision extends Part {
  /// All of it as the layers say.
  record Full() implements Precision {
    @Override
    public String kind() {
      return "full";
    }
  }

  /// All of it as the layers say, with the factors of f32 products and convolutions rounded to tf32
  /// where the device is a GPU, see [Device#withTf32]. With [Full] these are rounded too where
  /// `GATUN_TF32` is `on`.
  record Tf32() implements Precision {
    @Override
    public String kind() {
      return "tf32";
    }

    @Override
    public Device on(Device device) {
      return device.withTf32();
    }
  }

  /// Matrix products and convolutions in `compute`, see [MixedPrecision].
  ///
  /// Gradients below 6e-8 vanish in `F16`, so there the loss is multiplied by a scale before it is
  /// differentiated and gradients are divided by it. The scale is 65536 in the beginning; it is
  /// halved by each batch with a gradient that is no finite number, which is left out, and doubled
  /// after 2000 batches without one (Micikevicius et al. 2018, section 3.2; the numbers are those
  /// of PyTorch's `GradScaler`). `BF16` has the range of `f32` and needs none of it.
  ///
  /// @param compute `BF16` or `F16`
  record Mixed(DType compute) implements Precision {
    public Mixed {
      MixedPrecision.check(compute);
    }

    @Override
    public String kind() {
      return "mixed";
    }

    @Override
    public Settings settings() {
      return Settings.none().with("compute", compute);
    }

    @Override
    public boolean scalesLoss() {
      return compute == DType.F16;
    }

    @Override
    public Graph lower(Graph graph) {
      return new MixedPrecision(compute).run(graph);
    }
  }

  /// Whether the loss is scaled for the backward pass.
  default boolean scalesLoss() {
    return false;
  }

  /// The graph in this precision.
  default Graph lower(Graph graph) {
    return graph;
  }

  /// What graphs in this precision are compiled on.
  default Device on(Device device) {
    return device;
  }

  /// Reads what [#settings] gave.
  static Precision read(Fields fields) throws IOException {
    return switch (fields.text("kind")) {
      case "full" -> new Full();
      case "tf32" -> new Tf32();
      case "mixed" -> new Mixed(fields.constant("compute", DType.values()));
      default -> throw fields.failure("kind", "a kind of precision");
    };
  }
}
