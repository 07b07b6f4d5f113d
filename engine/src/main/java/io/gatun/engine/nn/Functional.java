package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A network with any number of inputs and outputs whose blocks form a directed graph:
///
/// ```java
/// var image = Symbol.input("image", Shape.of(32, 32, 3));
/// var conv = image.then(Conv2D.of(16, 3, Activation.RELU).withPadding(Padding.SAME));
/// var sum = Symbol.of(new Add(), conv, conv.then(Conv2D.of(16, 3, Activation.LINEAR)...));
/// var network = Functional.of(List.of(image), List.of(sum.then(Dense.of(10).named("class"))));
/// ```
///
/// @param inputs types of one sample of each input
/// @param calls in an order in which each comes after its operands
/// @param results the outputs, as [Call#operands] names values
public record Functional(
    List<String> inputNames, List<TensorType> inputs, List<Call> calls, List<Integer> results)
    implements Network {
  /// A block at its place.
  ///
  /// @param operands values by number: the inputs from 0 on, then the results of the calls
  public record Call(Named block, List<Integer> operands) implements Part {
    public Call {
      operands = List.copyOf(operands);
    }

    @Override
    public String kind() {
      return "call";
    }

    @Override
    public Settings settings() {
      return Settings.none().with("block", block).with("operands", operands);
    }

    private static Call read(Fields f) throws IOException {
      return new Call(f.named("block"), f.integers("operands"));
    }
  }

  /// Gives types that fit at every block, or throws.
  ///
  /// @throws GraphException naming the first block that does not fit and its operands' types
  public Functional {
    inputNames = List.copyOf(inputNames);
    inputs = List.copyOf(inputs);
    calls = List.copyOf(calls);
    results = List.copyOf(results);
    if (inputs.isEmpty() || results.isEmpty() || inputs.size() != inputNames.size()) {
      throw new GraphException("a functional network needs named inputs and an output");
    }
    checkNumbers(inputs.size(), calls, results);
    checkNames(inputNames, calls);
    new Walk(Tracing.Mode.PREDICT).run(inputs, calls);
  }

  private static void checkNumbers(int inputs, List<Call> calls, List<Integer> results) {
    int known = inputs;
    for (var call : calls) {
      for (int operand : call.operands()) checkNumber(call.block().name(), operand, known);
      known++;
    }
    for (int result : results) checkNumber("output", result, known);
  }

  private static void checkNumber(String what, int operand, int known) {
    if (operand < 0 || operand >= known) {
      throw new GraphException(
          "\"%s\" takes value %d; before it there are %d".formatted(what, operand, known));
    }
  }

  private static void checkNames(List<String> inputs, List<Call> calls) {
    var blocks = new HashMap<String, Block>();
    for (var call : calls) {
      var known = blocks.putIfAbsent(call.block().name(), call.block().block());
      if (known != null && !known.equals(call.block().block())) {
        throw new GraphException(
            "two blocks are named \"%s\": %s and %s"
                .formatted(call.block().name(), known, call.block().block()));
      }
    }
    if (inputs.stream().distinct().count() < inputs.size()) {
      throw new GraphException("two inputs have one name: " + inputs);
    }
  }

  /// The network between these inputs and outputs. Blocks without a name are named after their
  /// kind: `dense`, `dense_1` ...
  ///
  /// @throws GraphException when an output needs an input that is not listed
  public static Functional of(List<Symbol> inputs, List<Symbol> outputs) {
    return new Writing(inputs).finish(outputs);
  }

  /// The network between one input and one output.
  public static Functional of(Symbol input, Symbol output) {
    return of(List.of(input), List.of(output));
  }

  /// Numbers symbols and names blocks.
  private static final class Writing {
    private final Map<Symbol, Integer> numbers = new HashMap<>();
    private final List<Symbol> inputs;
    private final List<Call> calls = new ArrayList<>();
    private final Names names = new Names();

    Writing(List<Symbol> inputs) {
      this.inputs = inputs;
      for (var input : inputs) {
        if (input.input().isEmpty()) {
          throw new GraphException("a functional network's inputs are made by Symbol.input");
        }
        numbers.put(input, numbers.size());
      }
    }

    Functional finish(List<Symbol> outputs) {
      var results = outputs.stream().map(this::number).toList();
      return new Functional(
          inputs.stream().map(Symbol::name).toList(),
          inputs.stream().map(s -> s.input().orElseThrow()).toList(),
          calls,
          results);
    }

    private int number(Symbol symbol) {
      var known = numbers.get(symbol);
      if (known != null) return known;
      var block =
          symbol
              .block()
              .orElseThrow(
                  () ->
                      new GraphException(
                          "input \"%s\" is used, but not listed among the inputs"
                              .formatted(symbol.name())));
      var operands = symbol.operands().stream().map(this::number).toList();
      calls.add(new Call(names.of(block), operands));
      int number = inputs.size() + calls.size() - 1;
      numbers.put(symbol, number);
      return number;
    }
  }

  /// Reads what [#settings] gave.
  static Functional read(Fields f) throws IOException {
    return new Functional(
        f.texts("input_names"),
        f.texts("input_types").stream().map(TensorType::parse).toList(),
        f.list("calls", Call::read),
        f.integers("outputs"));
  }

  @Override
  public String kind() {
    return "functional";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("input_names", inputNames)
        .with("input_types", inputs.stream().map(TensorType::toString).toList())
        .with("calls", calls)
        .with("outputs", results);
  }

  /// Each output bears the name of the block or input that gives it.
  @Override
  public List<String> outputs() {
    var names = new ArrayList<>(inputNames);
    calls.forEach(call -> names.add(call.block().name()));
    var outputs = new ArrayList<String>();
    for (int result : results) {
      var name = names.get(result);
      while (outputs.contains(name)) name += "_again";
      outputs.add(name);
    }
    return outputs;
  }

  @Override
  public List<Value> forward(Scope scope, List<Value> given) {
    var values = new ArrayList<>(given);
    for (var call : calls) {
      values.add(call.block().applyIn(scope, call.operands().stream().map(values::get).toList()));
    }
    return results.stream().map(values::get).toList();
  }

  @Override
  public String summary() {
    return new Walk(Tracing.Mode.PREDICT).run(inputs, calls).text(inputNames);
  }
}
