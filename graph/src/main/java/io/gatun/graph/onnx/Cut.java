package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Output;
import io.gatun.graph.pattern.RecoverNames;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Cuts a model where shapes or branches depend on data: nodes of its graph that need a value, and
/// those that read what they give, come late, when the values of all others are there.
record Cut(OnnxModel owner, ModelProto model, Registry registry, TensorReader tensors) {
  /// A value that the late nodes read: a constant, or an output of the compiled graph.
  private record Read(String name, ElementType type, Optional<Literal> constant, String output) {}

  OnnxParts parts(Bindings bindings) {
    var importer = new Importer(model, registry, tensors);
    var scope = Scope.root(model.getOpsetImportList());
    var inputs = new ModelInputs(importer, bindings);
    for (ModelValue input : owner.inputs()) scope.put(input.name(), inputs.value(input));
    var graph = model.getGraph();
    importer.initializers(graph, scope);
    var late = new ArrayList<NodeProto>();
    var unknown = new HashSet<String>();
    for (NodeProto node : graph.getNodeList()) {
      if (isEarly(importer, scope, node, unknown)) continue;
      late.add(node);
      unknown.addAll(node.getOutputList());
    }
    Importer.checkInner(graph, scope);
    var outputs = new ArrayList<Output>();
    var results = new LinkedHashMap<String, OnnxInstance.Result>();
    for (var output : graph.getOutputList()) {
      if (unknown.contains(output.getName())) continue;
      var value = Importer.output(graph, output, scope);
      Declaration.warn(owner.name(), OnnxModel.declared(output), value);
      String name = output.getName();
      results.put(name, OnnxModel.result(importer.builder(), name, value, outputs));
    }
    var reads = late.isEmpty() ? List.<Read>of() : reads(scope, late, outputs);
    var compiled = new RecoverNames().run(importer.builder().build(outputs));
    return new OnnxParts(
        new OnnxInstance(compiled, results, Set.of()),
        operators(late),
        values -> finish(late, reads, unknown, values));
  }

  private static boolean isEarly(
      Importer importer, Scope scope, NodeProto node, Set<String> unknown) {
    if (names(node).stream().anyMatch(unknown::contains)) return false;
    try {
      importer.node(node, scope);
      return true;
    } catch (ValueNeededException _) {
      return false;
    }
  }

  /// The names that a node reads, in its graphs too.
  private static Set<String> names(NodeProto node) {
    var names = new HashSet<>(node.getInputList());
    for (var attribute : node.getAttributeList()) {
      attribute.getG().getNodeList().forEach(inner -> names.addAll(names(inner)));
      attribute.getG().getOutputList().forEach(output -> names.add(output.getName()));
    }
    return names;
  }

  private static Map<String, Integer> operators(List<NodeProto> nodes) {
    var counts = new TreeMap<String, Integer>();
    for (NodeProto node : nodes) counts.merge(node.getOpType(), 1, Integer::sum);
    return counts;
  }

  /// What the late nodes read of the others; makes outputs of it.
  private static List<Read> reads(Scope scope, List<NodeProto> late, List<Output> outputs) {
    var reads = new ArrayList<Read>();
    var names = new HashSet<String>();
    for (NodeProto node : late) {
      for (String name : names(node)) {
        var value = scope.find(name);
        if (value.isEmpty() || !names.add(name)) continue;
        switch (value.get()) {
          case OnnxValue.Tensor(Value tensor, ElementType type) ->
              reads.add(read(name, tensor, type, outputs));
          case OnnxValue.Strings _,
              OnnxValue.Coded _,
              OnnxValue.Maps _,
              OnnxValue.Sequence _,
              OnnxValue.Absent _ ->
              throw new ValueNeededException(
                  "\"%s\", which is no tensor, is needed where shapes depend on data; give the values with Bindings.value"
                      .formatted(name));
        }
      }
    }
    return reads;
  }

  private static Read read(String name, Value tensor, ElementType type, List<Output> outputs) {
    if (tensor.node().op() instanceof Constant(Literal literal)) {
      return new Read(name, type, Optional.of(literal), "");
    }
    String output = "cut:" + name;
    outputs.add(Output.of(output, tensor.node()));
    return new Read(name, type, Optional.empty(), output);
  }

  /// The outputs that the late nodes give, by the reference evaluator.
  private OnnxParts.Rest finish(
      List<NodeProto> late, List<Read> reads, Set<String> unknown, Map<String, NdArray> values) {
    var importer = new Importer(model, registry, tensors);
    var scope = Scope.root(model.getOpsetImportList());
    for (Read read : reads) scope.put(read.name(), value(importer, read, values));
    for (NodeProto node : late) importer.node(node, scope);
    var outputs = new ArrayList<Output>();
    var results = new LinkedHashMap<String, OnnxInstance.Result>();
    for (var output : model.getGraph().getOutputList()) {
      String name = output.getName();
      if (!unknown.contains(name)) continue;
      var value = Importer.output(model.getGraph(), output, scope);
      results.put(name, OnnxModel.result(importer.builder(), name, value, outputs));
    }
    var instance = new OnnxInstance(importer.builder().build(outputs), results, Set.of());
    return new OnnxParts.Rest(evaluate(instance.graph(), values), instance.labels());
  }

  private static OnnxValue value(Importer importer, Read read, Map<String, NdArray> values) {
    if (read.constant().isPresent()) {
      var value = Value.constant(importer.builder(), read.constant().get());
      return new OnnxValue.Tensor(value, read.type());
    }
    var array = values.get(read.output());
    var value = Value.input(importer.builder(), read.output(), array.type());
    importer.known().give(value, array);
    return new OnnxValue.Tensor(value, read.type());
  }

  private static Map<String, NdArray> evaluate(Graph graph, Map<String, NdArray> values) {
    var arguments =
        graph.inputs().stream().map(node -> values.get(((Input) node.op()).name())).toList();
    var results = graph.evaluate(arguments);
    var named = new LinkedHashMap<String, NdArray>();
    for (int i = 0; i < results.size(); i++) {
      named.put(graph.outputs().get(i).name(), results.get(i).rounded());
    }
    return named;
  }
}
