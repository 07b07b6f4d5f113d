/// Writes graphs as Java expressions: [Tracer] opens a graph, [Value] is a tensor in it, [Nn] holds
/// the functions of neural networks.
///
/// ```java
/// var t = new Tracer();
/// var x = t.input("x", TensorType.f32(4, 3));
/// var w = t.input("w", TensorType.f32(3, 2));
/// t.output("y", Nn.softmax(x.matmul(w)));
/// Graph graph = t.graph();
/// ```
package io.gatun.graph.dsl;
