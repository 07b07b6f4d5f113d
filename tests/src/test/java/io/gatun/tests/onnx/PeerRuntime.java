package io.gatun.tests.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs a file in ONNX Runtime.
final class PeerRuntime {
  private PeerRuntime() {}

  /// The outputs of a file that was written from `graph`.
  static List<NdArray> run(Path file, Graph graph, List<NdArray> arguments) throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      try (var session = environment.createSession(file.toString(), options)) {
        var inputs = inputs(environment, graph, arguments, session);
        try (var results = session.run(inputs)) {
          var arrays = new ArrayList<NdArray>();
          for (var output : graph.outputs()) {
            String name = output.updates().isPresent() ? output.name() + ".next" : output.name();
            var tensor = (OnnxTensor) results.get(name).orElseThrow();
            arrays.add(array(output.node().type(), tensor));
          }
          return arrays;
        } finally {
          inputs.values().forEach(OnnxTensor::close);
        }
      }
    }
  }

  private static NdArray array(TensorType type, OnnxTensor tensor) {
    return NdArray.of(
        type, MemorySegment.ofBuffer(tensor.getByteBuffer()).asSlice(0, type.bytes()));
  }

  private static Map<String, OnnxTensor> inputs(
      OrtEnvironment environment, Graph graph, List<NdArray> arguments, OrtSession session)
      throws OrtException {
    var inputs = new LinkedHashMap<String, OnnxTensor>();
    for (int i = 0; i < arguments.size(); i++) {
      String name = ((Input) graph.inputs().get(i).op()).name();
      if (!session.getInputNames().contains(name)) continue;
      var literal = Literal.of(arguments.get(i));
      var type = literal.type();
      var buffer =
          ByteBuffer.allocateDirect(Math.toIntExact(type.bytes())).order(ByteOrder.nativeOrder());
      MemorySegment.ofBuffer(buffer).copyFrom(literal.data());
      long[] shape = type.shape().dims().stream().mapToLong(Integer::longValue).toArray();
      inputs.put(name, OnnxTensor.createTensor(environment, buffer, shape, type(type.dtype())));
    }
    return inputs;
  }

  private static OnnxJavaType type(DType dtype) {
    return switch (dtype) {
      case F32 -> OnnxJavaType.FLOAT;
      case F64 -> OnnxJavaType.DOUBLE;
      case F16 -> OnnxJavaType.FLOAT16;
      case BF16 -> OnnxJavaType.BFLOAT16;
      case I64 -> OnnxJavaType.INT64;
      case I32 -> OnnxJavaType.INT32;
      case I16 -> OnnxJavaType.INT16;
      case I8 -> OnnxJavaType.INT8;
      case U8 -> OnnxJavaType.UINT8;
      case BOOL -> OnnxJavaType.BOOL;
    };
  }
}
