package io.gatun.graph.ir;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static final TensorType TYPE = TensorType.f32(3);
  private static final Op EXP = new Unary(Unary.Kind.EXP);

  private final Node x = new Node(0, new Input("x", TYPE), List.of(), TYPE);
  private final Node y = new Node(1, EXP, List.of(x), TYPE);
  private final List<Output> outputs = List.of(Output.of("y", y));

  private static void refused(String message, Graph graph) {
    var error = assertThrows(GraphException.class, () -> Verifier.verify(graph));
    assertTrue(error.getMessage().contains(message), error::getMessage);
    assertTrue(error.getMessage().contains("\n> "), error::getMessage);
  }

  @Test
  void aGoodGraphPasses() {
    Verifier.verify(new Graph(List.of(x, y), outputs));
    Verifier.verify(new Graph(List.of(x, y), List.of(Output.update(x, y), Output.of("y", y))));
    Verifier.verify(new Graph(List.of(), List.of()));
  }

  @Test
  void operandsComeFirst() {
    refused("%1 reads %0, which is not defined before it", new Graph(List.of(y, x), outputs));
    refused("%1 reads %0, which is not defined before it", new Graph(List.of(y), outputs));
  }

  @Test
  void nodesAndIdsAreUnique() {
    refused("%0 is defined twice", new Graph(List.of(x, x, y), outputs));
    var z = new Node(1, EXP, List.of(x), TYPE);
    refused("%1 is defined twice", new Graph(List.of(x, y, z), outputs));
  }

  @Test
  void typesFollowTheRule() {
    var wide = new Node(1, EXP, List.of(x), TensorType.f32(4));
    refused("exp gives f32[3]", new Graph(List.of(x, wide), List.of(Output.of("y", wide))));
    var pair = new Node(1, EXP, List.of(x, x), TYPE);
    refused("wants 1 operands", new Graph(List.of(x, pair), List.of(Output.of("y", pair))));
  }

  @Test
  void namesAreUnique() {
    var other = new Node(2, new Input("x", TYPE), List.of(), TYPE);
    refused("two inputs are named \"x\"", new Graph(List.of(x, y, other), outputs));
    var twice = List.of(Output.of("y", y), Output.of("y", x));
    refused("two outputs are named \"y\"", new Graph(List.of(x, y), twice));
  }

  @Test
  void outputsAndUpdatedInputsAreInTheGraph() {
    refused("%1, which is not in the graph", new Graph(List.of(x), outputs));
    var other = new Node(0, new Input("x", TYPE), List.of(), TYPE);
    var update = new Output("w", y, Optional.of(other));
    refused("updates %0, which is not in the graph", new Graph(List.of(x, y), List.of(update)));
  }

  @Test
  void anInputIsUpdatedOnce() {
    var twice = List.of(new Output("a", y, Optional.of(x)), new Output("b", y, Optional.of(x)));
    refused("%0 is updated twice", new Graph(List.of(x, y), twice));
  }

  private static Graph calling(Graph body, Optional<Graph> gradient) {
    var builder = new GraphBuilder();
    var input = builder.add(new Input("x", TYPE));
    var call = builder.add(new Composite("c", 1, body, 0, gradient), input);
    return builder.build(List.of(Output.of("y", call)));
  }

  @Test
  void bodiesOfCompositesAreVerified() {
    Verifier.verify(calling(new Graph(List.of(x, y), outputs), Optional.empty()));
    var wide = new Node(2, EXP, List.of(y), TensorType.f32(4));
    refused("exp gives f32[3]", calling(new Graph(List.of(x, y, wide), outputs), Optional.empty()));
    var updating = new Graph(List.of(x, y), List.of(Output.update(x, y)));
    refused("updates an input", calling(updating, Optional.empty()));
  }

  @Test
  void theGradientOfACompositeFitsItsBody() {
    var body = new Graph(List.of(x, y), outputs);
    refused(
        "wants inputs [f32[3], f32[3], f32[3]], has [f32[3]]", calling(body, Optional.of(body)));
    var value = new Node(2, new Input("y", TYPE), List.of(), TYPE);
    var dy = new Node(3, new Input("dy", TYPE), List.of(), TYPE);
    var nodes = List.of(x, value, dy);
    var other = new Graph(nodes, List.of(Output.of("z", dy)));
    refused("\"z\" of type f32[3], which is no input", calling(body, Optional.of(other)));
    Verifier.verify(calling(body, Optional.of(new Graph(nodes, List.of(Output.of("x", dy))))));
  }
}
