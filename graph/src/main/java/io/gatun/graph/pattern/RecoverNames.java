package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.pass.FoldConstants;
import io.gatun.graph.pass.Known;
import io.gatun.graph.pass.Pass;
import io.gatun.graph.pass.Rewriter;
import java.util.List;

/// Gives functions that a file has written out as primitives their names back: softmax, layer and
/// RMS normalization, GELU in its forms, SiLU, attention. Batch normalization after a convolution
/// goes into its filter. Values change by rounding only.
///
/// Patterns see the operands that were renamed before: a scale that follows a normalization becomes
/// its gamma, whichever way the normalization was found.
public record RecoverNames() implements Pass {
  private static final List<Pattern> PATTERNS =
      List.of(
          Normalizations::layerNorm,
          Normalizations::rmsNorm,
          Normalizations::gamma,
          Normalizations::beta,
          Activations::sigmoid,
          Activations::gate,
          Activations::gelu,
          Attentions::softmax);

  @Override
  public String name() {
    return "recover-names";
  }

  /// Patterns compare constants, which hence are computed first.
  @Override
  public Graph run(Graph graph) {
    var folded = new FoldConstants().run(graph);
    var rewriter = new Rewriter(folded);
    var convolutions = new Convolutions(folded);
    var attentions = new Attentions(new Known());
    return rewriter.run(
        (node, operands) -> {
          var image = new Value(rewriter.builder(), rewriter.builder().add(node.op(), operands));
          return convolutions
              .find(node, image)
              .or(() -> attentions.attention(image))
              .orElseGet(() -> renamed(image))
              .node();
        });
  }

  private static Value renamed(Value value) {
    for (Pattern pattern : PATTERNS) {
      var found = pattern.find(value);
      if (found.isPresent()) return found.get();
    }
    return value;
  }
}
