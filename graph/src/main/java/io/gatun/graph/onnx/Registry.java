package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// The operators that can be imported: by name, the translators and the first opset that each
/// holds for.
final class Registry {
  /// The newest opset of `ai.onnx` whose semantics are known.
  static final int NEWEST = 28;

  private final Declarations declarations = new Declarations();
  private final Map<String, TreeMap<Integer, Translator>> operators = new HashMap<>();

  /// All operators.
  static Registry standard() {
    var registry = new Registry();
    ArithmeticOps.register(registry);
    ElementwiseOps.register(registry);
    ActivationOps.register(registry);
    CastOps.register(registry);
    ReductionOps.register(registry);
    ShapeOps.register(registry);
    ConstantOps.register(registry);
    PartOps.register(registry);
    IndexOps.register(registry);
    MatrixOps.register(registry);
    ConvolutionOps.register(registry);
    PoolingOps.register(registry);
    NormalizationOps.register(registry);
    LossOps.register(registry);
    RecurrentOps.register(registry);
    QuantizationOps.register(registry);
    ControlOps.register(registry);
    SequenceOps.register(registry);
    ChoiceOps.register(registry);
    ResizeOps.register(registry);
    VisionOps.register(registry);
    TextOps.register(registry);
    SignalOps.register(registry);
    TrainingOps.register(registry);
    RandomOps.register(registry);
    TransformerOps.register(registry);
    NewestOps.register(registry);
    RegionOps.register(registry);
    ImageOps.register(registry);
    LearnedOps.register(registry);
    LabelOps.register(registry);
    TreeOps.register(registry);
    MapOps.register(registry);
    SupportVectorOps.register(registry);
    return registry;
  }

  /// An operator of one output.
  void one(String operator, Function<Call, Value> f) {
    one(operator, 1, f);
  }

  /// An operator of one output from that opset on.
  void one(String operator, int since, Function<Call, Value> f) {
    any(operator, since, call -> List.of(call.tensor(f.apply(call))));
  }

  /// An operator of several outputs.
  void many(String operator, Function<Call, List<Value>> f) {
    any(operator, 1, call -> f.apply(call).stream().map(call::tensor).toList());
  }

  /// An operator of any values.
  void any(String operator, Translator translator) {
    any(operator, 1, translator);
  }

  /// An operator of any values from that opset on.
  void any(String operator, int since, Translator translator) {
    operators.computeIfAbsent(operator, _ -> new TreeMap<>()).put(since, translator);
  }

  /// The translator for an operator of an opset.
  ///
  /// @param operator its name, after its domain and a colon where that is not `ai.onnx`
  Optional<Translator> find(String operator, int opset) {
    var versions = operators.getOrDefault(operator, new TreeMap<>());
    return Optional.ofNullable(versions.floorEntry(opset))
        .map(Map.Entry::getValue)
        .map(translator -> checked(operator, translator));
  }

  private Translator checked(String operator, Translator translator) {
    return call -> {
      declarations.check(operator, call);
      var outputs =
          TextCodes.isMeant(operator, call)
              ? TextCodes.translate(call, translator, declarations.types(operator, call))
              : translator.translate(call);
      return declarations.typed(operator, call, outputs);
    };
  }
}
