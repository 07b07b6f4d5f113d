/// The compiler of Gatun: a DSL, an intermediate representation, differentiation, passes and plans.
/// Pure Java; nothing in here calls native code.
@SuppressWarnings("requires-automatic") // the generated classes have a stable module name only
module io.gatun.graph {
  exports io.gatun.graph.tensor;
  exports io.gatun.graph.ir;
  exports io.gatun.graph.dsl;
  exports io.gatun.graph.autodiff;
  exports io.gatun.graph.target;
  exports io.gatun.graph.kernel;
  exports io.gatun.graph.pass;
  exports io.gatun.graph.plan;
  exports io.gatun.graph.testing;
  exports io.gatun.graph.onnx;

  requires java.desktop;
  requires com.google.protobuf;
  requires org.tribuo.util.onnx;
}
