package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Output;
import io.gatun.graph.pattern.RecoverNames;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A model. Its [#graph(Bindings)] is made anew for each set of bindings; weights are shared by all
/// of them and stay in the file.
public final class OnnxModel {
  private final String name;
  private final Optional<Source> source;
  private final ExternalData external;
  private final TensorReader tensors;
  private Optional<Parsed> parsed = Optional.empty();

  /// The file of a model.
  ///
  /// @param opened when it was mapped
  public record Source(Path path, Instant opened, MemorySegment bytes) {}

  private record Parsed(ModelProto model, Registry registry) {}

  private OnnxModel(String name, Optional<Source> source) {
    this.name = name;
    this.source = source;
    var folder = source.flatMap(s -> Optional.ofNullable(s.path().toAbsolutePath().getParent()));
    external = new ExternalData(folder);
    tensors = new TensorReader(external);
  }

  /// One that is parsed later.
  OnnxModel(Path path) {
    this(path.toString(), Optional.of(new Source(path, Instant.now(), ModelFile.map(path))));
  }

  /// One that is in no file.
  OnnxModel(String name, ModelProto model) {
    this(name, Optional.empty());
    parsed = Optional.of(new Parsed(model, Registry.standard()));
  }

  private synchronized Parsed parsed() {
    if (parsed.isEmpty()) {
      var bytes = source.orElseThrow().bytes();
      parsed = Optional.of(new Parsed(ModelFile.parse(name, bytes), Registry.standard()));
    }
    return parsed.get();
  }

  private ModelProto model() {
    return parsed().model();
  }

  private Registry registry() {
    return parsed().registry();
  }

  /// The file that it is in; empty where it was not read from one.
  public Optional<Source> source() {
    return source;
  }

  /// The bytes of the files with weights beside the model that were asked for so far, by location.
  public Map<String, MemorySegment> dataFiles() {
    return external.mapped();
  }

  /// The bytes of a file with weights beside the model.
  ///
  /// @throws OnnxException when there is none at this location, or it is outside of the folder
  public MemorySegment dataFile(String location) {
    return external.file("model " + name, location);
  }

  /// The path or name that it was read from.
  public String name() {
    return name;
  }

  /// What the model takes: the inputs of its graph that are not initializers.
  public List<ModelValue> inputs() {
    var given =
        model().getGraph().getInitializerList().stream()
            .map(TensorProto::getName)
            .collect(Collectors.toSet());
    return values(
        model().getGraph().getInputList().stream()
            .filter(input -> !given.contains(input.getName()))
            .toList());
  }

  /// What the model gives. An output may have no type in the file.
  public List<ModelValue> outputs() {
    return values(model().getGraph().getOutputList());
  }

  private List<ModelValue> values(List<ValueInfoProto> values) {
    for (var value : values) {
      OnnxException.check(
          !value.getName().isEmpty(), "%s: an input or output of the graph has no name", name);
    }
    return values.stream().map(OnnxModel::declared).toList();
  }

  /// What the file says of an input or output.
  static ModelValue declared(ValueInfoProto value) {
    return ModelValue.of(value.getName(), value.getType());
  }

  /// Versions of the operator sets by domain; ONNX's own is `ai.onnx`.
  public Map<String, Long> opsets() {
    var opsets = new TreeMap<String, Long>();
    for (var opset : model().getOpsetImportList()) {
      String domain = Scope.domain(opset.getDomain());
      opsets.put(domain.isEmpty() ? "ai.onnx" : domain, opset.getVersion());
    }
    return opsets;
  }

  /// How often each operator occurs, in graphs of attributes and functions too.
  public Map<String, Integer> operators() {
    var counts = new TreeMap<String, Integer>();
    nodes().forEach(node -> counts.merge(Importer.name(node), 1, Integer::sum));
    return counts;
  }

  /// The operators of the nodes with this name, which is the [io.gatun.graph.ir.Node#source] of
  /// what they are made to.
  public Set<String> operators(String source) {
    return nodes()
        .filter(node -> Importer.label(node).equals(source))
        .map(Importer::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Stream<NodeProto> nodes() {
    return Stream.concat(
        nodes(model().getGraph().getNodeList()),
        model().getFunctionsList().stream().flatMap(f -> nodes(f.getNodeList())));
  }

  private static Stream<NodeProto> nodes(List<NodeProto> nodes) {
    return nodes.stream().flatMap(node -> Stream.concat(Stream.of(node), inner(node)));
  }

  private static Stream<NodeProto> inner(NodeProto node) {
    return node.getAttributeList().stream()
        .flatMap(a -> Stream.concat(Stream.of(a.getG()), a.getGraphsList().stream()))
        .flatMap(graph -> nodes(graph.getNodeList()));
  }

  /// Whether the reader knows an operator in the model's opset, or the model defines it.
  public boolean supports(String operator) {
    int colon = operator.indexOf(':');
    String domain = colon < 0 ? "ai.onnx" : operator.substring(0, colon);
    int opset = Ints.saturate(opsets().getOrDefault(domain, 1L));
    return registry().find(operator, opset).isPresent()
        || model().getFunctionsList().stream()
            .anyMatch(f -> operator.endsWith(f.getName()) && operator.contains(f.getDomain()));
  }

  /// Number of elements in the weights.
  public long parameters() {
    return model().getGraph().getInitializerList().stream()
        .mapToLong(t -> TensorReader.shape(t).size())
        .sum();
  }

  /// The graph, where the file gives all dimensions.
  ///
  /// @throws OnnxException naming the node or the dimension that it cannot be made for
  public Graph graph() {
    return graph(Bindings.none());
  }

  /// The graph for these bindings.
  ///
  /// @throws OnnxException naming the node or the dimension that it cannot be made for
  public Graph graph(Bindings bindings) {
    return instance(bindings).graph();
  }

  /// The graph for these bindings and what stands beside it: outputs that are no single tensors.
  ///
  /// @throws OnnxException naming the node or the dimension that it cannot be made for
  public OnnxInstance instance(Bindings bindings) {
    try {
      var imported = imported(bindings);
      return new OnnxInstance(
          new RecoverNames().run(imported.graph()), imported.results(), imported.read());
    } catch (OnnxException e) {
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new OnnxException(name + ": " + e.getMessage(), e);
    }
  }

  /// The model for these bindings in two parts: what can be compiled, and what has shapes that
  /// depend on the data.
  ///
  /// @throws OnnxException naming the node or the dimension that it cannot be made for
  public OnnxParts parts(Bindings bindings) {
    try {
      return new Cut(this, model(), registry(), tensors).parts(bindings);
    } catch (OnnxException e) {
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new OnnxException(name + ": " + e.getMessage(), e);
    }
  }

  /// As the file has it: before functions that exporters write out get their names back.
  OnnxInstance imported(Bindings bindings) {
    var importer = new Importer(model(), registry(), tensors);
    var scope = Scope.root(model().getOpsetImportList());
    var inputs = new ModelInputs(importer, bindings);
    for (ModelValue input : inputs()) scope.put(input.name(), inputs.value(input));
    var outputs = importer.graph(model().getGraph(), scope);
    var results = new ArrayList<Output>();
    var kinds = new LinkedHashMap<String, OnnxInstance.Result>();
    for (int i = 0; i < outputs.size(); i++) {
      var output = model().getGraph().getOutput(i);
      Declaration.warn(name, declared(output), outputs.get(i));
      // One that the file lists twice is one.
      if (kinds.containsKey(output.getName())) continue;
      kinds.put(
          output.getName(), result(importer.builder(), output.getName(), outputs.get(i), results));
    }
    var builder = importer.builder();
    return new OnnxInstance(builder.build(results), kinds, importer.known().read());
  }

  /// What an output of the model is; adds the tensors in it to the graph's.
  static OnnxInstance.Result result(
      GraphBuilder builder, String name, OnnxValue value, List<Output> results) {
    return switch (value) {
      case OnnxValue.Tensor(Value tensor, ElementType type) -> {
        results.add(Output.of(name, tensor.node()));
        yield new OnnxInstance.TensorResult(name, type, tensor.type());
      }
      case OnnxValue.Strings(StringArray array) ->
          result(builder, name, TextCodes.of(builder, array), results);
      case OnnxValue.Coded(Value codes, List<String> table) -> {
        results.add(Output.of(name, codes.node()));
        yield new OnnxInstance.TextResult(name, table);
      }
      case OnnxValue.Maps(Value values, List<String> keys) -> {
        results.add(Output.of(name, values.node()));
        yield new OnnxInstance.MapsResult(name, keys);
      }
      case OnnxValue.Absent _ -> new OnnxInstance.AbsentResult();
      case OnnxValue.Sequence(List<OnnxValue> elements) -> {
        var list = new ArrayList<OnnxInstance.Result>();
        for (OnnxValue element : elements) {
          list.add(result(builder, name + "." + list.size(), element, results));
        }
        yield new OnnxInstance.SequenceResult(list);
      }
    };
  }

  /// Name, opsets, inputs and outputs.
  @Override
  public String toString() {
    return name + " " + opsets() + " " + inputs() + " -> " + outputs();
  }
}
