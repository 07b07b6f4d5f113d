/// Graphs as ONNX files: each operation as nodes of opset 20, weights as initializers.
package io.gatun.graph.onnx.export;
