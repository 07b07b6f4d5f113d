/// ONNX files as graphs. [io.gatun.graph.onnx.Onnx] reads a file; the operators stand in classes by
/// family, each of which enters its translators into a registry by name and opset.
///
/// ```java
/// Graph graph = Onnx.read(Path.of("model.onnx"));
/// Graph batchOf8 =
///     Onnx.model(Path.of("model.onnx")).graph(Bindings.none().dimension("batch", 8));
/// ```
/// An importer holds every shape: what computes shapes (Shape, Gather, Concat, Reshape ...) is
/// evaluated while importing. Where a shape depends on the data, [io.gatun.graph.onnx.Bindings]
/// give the values of the inputs and the graph is right for those values.
package io.gatun.graph.onnx;
