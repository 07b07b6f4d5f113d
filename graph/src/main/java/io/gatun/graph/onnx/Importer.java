package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.pass.Known;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Walks over the nodes of a model and lets the operators' translators write the graph. Functions
/// and the graphs of attributes are inlined.
final class Importer {
  /// Loops that are unrolled and functions that call functions could grow without bound.
  private static final int MOST_NODES = 1_000_000;

  private static final int DEEPEST = 64;

  /// No value has more: 256 GiB.
  private static final long MOST_BYTES = 1L << 38;

  private final GraphBuilder builder = new GraphBuilder();
  private final Registry registry;
  private final TensorReader tensors;
  private final Known known = new Known();
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private int nodes;

  Importer(ModelProto model, Registry registry, TensorReader tensors) {
    this.registry = registry;
    this.tensors = tensors;
    for (FunctionProto function : model.getFunctionsList()) {
      String name = key(function.getDomain(), function.getName(), function.getOverload());
      OnnxException.check(
          functions.put(name, function) == null, "function %s is in the model twice", name);
    }
  }

  private static String key(String domain, String name, String overload) {
    return Scope.domain(domain) + ":" + name + (overload.isEmpty() ? "" : ":" + overload);
  }

  GraphBuilder builder() {
    return builder;
  }

  /// How many nodes have been imported.
  int nodes() {
    return nodes;
  }

  Known known() {
    return known;
  }

  TensorReader tensors() {
    return tensors;
  }

  /// The values of a graph's outputs; its inputs are in the scope.
  List<OnnxValue> graph(GraphProto graph, Scope scope) {
    OnnxException.check(
        scope.depth() <= DEEPEST,
        "graph \"%s\" is nested more than %d deep; does a function call itself?",
        graph.getName(),
        DEEPEST);
    initializers(graph, scope);
    for (NodeProto node : graph.getNodeList()) node(node, scope);
    checkInner(graph, scope);
    return graph.getOutputList().stream().map(output -> output(graph, output, scope)).toList();
  }

  /// Checks what the graph says of values in between that are in the scope.
  static void checkInner(GraphProto graph, Scope scope) {
    for (ValueInfoProto inner : graph.getValueInfoList()) {
      scope.findOwn(inner.getName()).ifPresent(value -> Declaration.checkInner(inner, value));
    }
  }

  /// The value of an output of a graph whose nodes are in the scope.
  static OnnxValue output(GraphProto graph, ValueInfoProto output, Scope scope) {
    var value =
        scope
            .find(output.getName())
            .orElseThrow(
                () ->
                    OnnxException.of(
                        "graph \"%s\": no node gives the output \"%s\"",
                        graph.getName(), output.getName()));
    Declaration.checkOutput(output, value);
    return value;
  }

  /// Enters a graph's own tensors, but for those that the scope has values for.
  void initializers(GraphProto graph, Scope scope) {
    var named = new HashSet<String>();
    var inputs = new HashMap<String, ValueInfoProto>();
    for (ValueInfoProto input : graph.getInputList()) inputs.put(input.getName(), input);
    for (TensorProto tensor : graph.getInitializerList()) {
      OnnxException.check(
          named.add(tensor.getName()), "two initializers are named \"%s\"", tensor.getName());
      if (scope.findOwn(tensor.getName()).isEmpty()) {
        var value = value(tensor);
        var input = inputs.get(tensor.getName());
        if (input != null) Declaration.checkInitializer(input, value);
        scope.put(tensor.getName(), value);
      }
    }
    for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
      String name = tensor.getValues().getName();
      if (scope.findOwn(name).isEmpty()) scope.put(name, value(tensor));
    }
  }

  /// A sparse tensor of the file, with its zeros.
  OnnxValue value(SparseTensorProto tensor) {
    var value = Value.constant(builder, tensors.literal(tensor));
    return new OnnxValue.Tensor(value, ElementType.of(tensor.getValues().getDataType()));
  }

  /// A tensor of the file.
  OnnxValue value(TensorProto tensor) {
    if (tensor.getDataType() == ElementType.STRING.number()) {
      return new OnnxValue.Strings(TensorReader.strings(tensor));
    }
    var value = Value.constant(builder, tensors.literal(tensor));
    return new OnnxValue.Tensor(value, ElementType.of(tensor.getDataType()));
  }

  /// The values of a graph inside of another.
  List<OnnxValue> subgraph(GraphProto graph, Scope outer, List<OnnxValue> arguments) {
    OnnxException.check(
        arguments.size() <= graph.getInputCount(),
        "graph \"%s\" has %d inputs, got %d values",
        graph.getName(),
        graph.getInputCount(),
        arguments.size());
    var scope = outer.nested();
    for (int i = 0; i < arguments.size(); i++) {
      scope.put(graph.getInput(i).getName(), arguments.get(i));
    }
    return graph(graph, scope);
  }

  /// Adds what one node stands for and enters its outputs.
  void node(NodeProto node, Scope scope) {
    OnnxException.check(
        ++nodes <= MOST_NODES, "the model has more than %d nodes when unrolled", MOST_NODES);
    String domain = Scope.domain(node.getDomain());
    var function =
        Optional.ofNullable(functions.get(key(domain, node.getOpType(), node.getOverload())));
    int opset = scope.opset(domain).orElse(function.isPresent() ? 1 : 0);
    String outer = builder.source();
    builder.source(label(node));
    try {
      OnnxException.check(!node.getOpType().isEmpty(), "the node has no operator");
      OnnxException.check(
          opset > 0,
          "the model imports no opset of domain \"%s\"",
          domain.isEmpty() ? "ai.onnx" : domain);
      OnnxException.check(
          !domain.isEmpty() || opset <= Registry.NEWEST,
          "opset %d is newer than %d; export the model for an older one",
          opset,
          Registry.NEWEST);
      var call = new Call(this, scope, node, opset, inputs(node, scope));
      var translator = registry.find(name(node), opset);
      List<? extends OnnxValue> outputs;
      if (translator.isPresent()) {
        outputs = translator.get().translate(call);
      } else if (function.isPresent()) {
        outputs = call(function.get(), call, scope);
      } else {
        throw new UnsupportedOperatorException(name(node), opset);
      }
      bind(node, scope, outputs);
    } catch (UnsupportedOperatorException e) {
      throw e.at(describe(node, opset));
    } catch (ValueNeededException e) {
      throw new ValueNeededException(describe(node, opset) + ": " + e.getMessage());
    } catch (RuntimeException e) {
      // Of nodes in nodes the two outermost and the innermost are named.
      boolean isNamed = e instanceof OnnxException && e.getMessage().startsWith("node \"");
      if (isNamed && scope.depth() > 1) throw e;
      // Whatever a broken model makes a translator stumble over is a fault of that node.
      throw new OnnxException(describe(node, opset) + ": " + message(e), e);
    } finally {
      builder.source(outer);
    }
  }

  private static String message(RuntimeException e) {
    return e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
  }

  /// The operator's name, after its domain and a colon where that is not ONNX's own.
  static String name(NodeProto node) {
    String domain = Scope.domain(node.getDomain());
    return domain.isEmpty() ? node.getOpType() : domain + ":" + node.getOpType();
  }

  private static String describe(NodeProto node, int opset) {
    return "node \"%s\" (%s, opset %d)".formatted(label(node), name(node), opset);
  }

  /// Its name or, where it has none, those of its outputs.
  static String label(NodeProto node) {
    return node.getName().isEmpty() ? String.join(",", node.getOutputList()) : node.getName();
  }

  private static List<Optional<OnnxValue>> inputs(NodeProto node, Scope scope) {
    var inputs = new ArrayList<Optional<OnnxValue>>();
    for (String input : node.getInputList()) {
      if (input.isEmpty() || scope.isLeftOut(input)) {
        inputs.add(Optional.empty());
        continue;
      }
      var value = scope.find(input);
      OnnxException.check(
          value.isPresent(),
          "no node before it gives \"%s\"; nodes must be sorted and free of cycles",
          input);
      inputs.add(value);
    }
    return inputs;
  }

  private static void bind(NodeProto node, Scope scope, List<? extends OnnxValue> outputs) {
    for (int i = 0; i < node.getOutputCount(); i++) {
      String name = node.getOutput(i);
      if (name.isEmpty()) continue;
      OnnxException.check(
          i < outputs.size(),
          "output %d \"%s\": gives %d outputs only",
          i,
          node.getOutput(i),
          outputs.size());
      OnnxException.check(
          scope.findOwn(name).isEmpty(), "output \"%s\" has the name of a value before it", name);
      checkSize(name, outputs.get(i));
      scope.put(name, outputs.get(i));
    }
  }

  /// Shapes cost nothing while they are imported; a hostile one is found here, not by whoever
  /// allocates it.
  private static void checkSize(String name, OnnxValue value) {
    if (!(value instanceof OnnxValue.Tensor(Value tensor, ElementType _))) return;
    double bytes = tensor.dtype().bytes();
    for (int dim : tensor.shape().dims()) bytes *= dim;
    OnnxException.check(
        bytes <= MOST_BYTES,
        "output \"%s\" of %s is larger than %d bytes",
        name,
        tensor.type(),
        MOST_BYTES);
  }

  private List<OnnxValue> call(FunctionProto function, Call call, Scope outer) {
    var attributes = new HashMap<>(call.attributes().all());
    var declared = new HashSet<>(function.getAttributeList());
    for (var attribute : function.getAttributeProtoList()) declared.add(attribute.getName());
    for (String name : call.attributes().names()) {
      OnnxException.check(
          declared.contains(name), "attribute %s is none of this function's: %s", name, declared);
    }
    for (var attribute : function.getAttributeProtoList()) {
      attributes.putIfAbsent(attribute.getName(), attribute);
    }
    var scope = outer.function(function.getOpsetImportList(), attributes);
    OnnxException.check(
        scope.depth() <= DEEPEST, "functions call each other more than %d deep", DEEPEST);
    OnnxException.check(
        call.inputs() <= function.getInputCount(),
        "takes at most %d inputs, got %d",
        function.getInputCount(),
        call.inputs());
    for (int i = 0; i < function.getInputCount(); i++) {
      if (call.has(i)) scope.put(function.getInput(i), call.any(i));
      else scope.leaveOut(function.getInput(i));
    }
    for (NodeProto node : function.getNodeList()) node(node, scope);
    var outputs = new ArrayList<OnnxValue>();
    for (String output : function.getOutputList()) {
      outputs.add(
          scope
              .find(output)
              .orElseThrow(
                  () ->
                      OnnxException.of("function %s gives no \"%s\"", function.getName(), output)));
    }
    return outputs;
  }
}
