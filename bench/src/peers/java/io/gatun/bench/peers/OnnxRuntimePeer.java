package io.gatun.bench.peers;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gatun.bench.FileRunner;
import io.gatun.bench.Numbers;
import io.gatun.bench.OnnxModels;
import io.gatun.bench.Peer;
import io.gatun.bench.Subject;
import io.gatun.bench.Workload;
import io.gatun.bench.Workload.Addition;
import io.gatun.bench.Workload.CnnStep;
import io.gatun.bench.Workload.Convolution;
import io.gatun.bench.Workload.Dense;
import io.gatun.bench.Workload.GeluChain;
import io.gatun.bench.Workload.LayerNorm;
import io.gatun.bench.Workload.MlpStep;
import io.gatun.bench.Workload.ModelFile;
import io.gatun.bench.Workload.Softmax;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// ONNX Runtime with all of its graph optimisations; inference only. Results go into tensors that
/// stay, as Gatun's do.
public final class OnnxRuntimePeer implements Peer, FileRunner {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  /// For the service loader.
  public OnnxRuntimePeer() {}

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public String version() {
    return "onnxruntime: ONNX Runtime " + environment.getVersion();
  }

  /// Twice what was seen: a thread of its pool takes all of a core for 50 to 60 ms after a run.
  @Override
  public Duration spinning() {
    return Duration.ofMillis(120);
  }

  @Override
  public Optional<Subject> prepare(Workload workload, int threads) {
    return switch (workload) {
      case GeluChain g -> Optional.of(gelu(g, threads));
      case Softmax s -> Optional.of(softmax(s, threads));
      case LayerNorm n -> Optional.of(layerNorm(n, threads));
      case Dense d -> Optional.of(dense(d, threads));
      case Convolution c -> Optional.of(convolution(c, threads));
      case Addition a -> Optional.of(addition(a, threads));
      case ModelFile m -> Optional.of(model(m, threads));
      case MlpStep _, CnnStep _ -> Optional.empty();
    };
  }

  private Subject gelu(GeluChain g, int threads) {
    var model = new OnnxModels();
    var sum = model.add("s", "Add", model.input("x", g.size()), model.input("b", g.size()));
    var scaled = model.add("t", "Mul", model.gelu("a", sum), model.input("g", g.size()));
    model.add("y", "Add", scaled, "x");
    var type = TensorType.f32(g.size());
    return subject(model, threads, type, Map.of("x", type, "b", type, "g", type));
  }

  private Subject softmax(Softmax s, int threads) {
    var model = new OnnxModels();
    model.add("y", "Softmax", model.input("x", s.rows(), s.columns()));
    var type = TensorType.f32(s.rows(), s.columns());
    return subject(model, threads, type, Map.of("x", type));
  }

  private Subject layerNorm(LayerNorm n, int threads) {
    var model = new OnnxModels();
    model.add(
        "y",
        "LayerNormalization",
        model.input("x", n.rows(), n.columns()),
        model.constant("gamma", n.columns()),
        model.constant("beta", n.columns()));
    var type = TensorType.f32(n.rows(), n.columns());
    return subject(model, threads, type, Map.of("x", type));
  }

  private Subject dense(Dense d, int threads) {
    var model = new OnnxModels();
    var x = model.input("x", d.m(), d.k());
    var w = model.constant("w", d.k(), d.n());
    model.gelu("y", model.add("z", "Gemm", x, w, model.constant("b", d.n())));
    return subject(
        model, threads, TensorType.f32(d.m(), d.n()), Map.of("x", TensorType.f32(d.m(), d.k())));
  }

  private Subject convolution(Convolution c, int threads) {
    var model = new OnnxModels();
    var x = model.input("x", c.batch(), c.in(), c.size(), c.size());
    var w = model.constant("w", c.out(), c.in(), c.kernel(), c.kernel());
    int pad = c.padding();
    var attributes =
        List.of(
            OnnxModels.integers("strides", c.stride(), c.stride()),
            OnnxModels.integers("pads", pad, pad, pad, pad));
    model.add("y", "Relu", model.add("z", "Conv", attributes, x, w, model.constant("b", c.out())));
    return subject(
        model,
        threads,
        TensorType.f32(c.batch(), c.out(), c.outputSize(), c.outputSize()),
        Map.of("x", TensorType.f32(c.batch(), c.in(), c.size(), c.size())));
  }

  private Subject addition(Addition a, int threads) {
    var model = new OnnxModels();
    model.add("z", "Add", model.input("x", a.size()), model.input("y", a.size()));
    var type = TensorType.f32(a.size());
    return subject(model, threads, "z", type, Map.of("x", type, "y", type));
  }

  /// The file itself; its results are new tensors in each run, since their shapes are its own.
  private Subject model(ModelFile model, int threads) {
    var inputs = new HashMap<String, TensorType>();
    for (Node node : model.graph().inputs()) inputs.put(((Input) node.op()).name(), node.type());
    var sets = new ArrayList<Map<String, OnnxTensor>>();
    try {
      for (int set = 0; set < model.sets(); set++) {
        var arguments = tensors(set, inputs);
        for (var value : model.bindings().values().entrySet()) {
          arguments.put(
              value.getKey(), OnnxTensor.createTensor(environment, value.getValue().longAt(0)));
        }
        sets.add(arguments);
      }
      return session(model.file(), sets, threads);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Subject open(Path file, Map<String, TensorType> inputs, int threads) {
    try {
      return session(file, List.of(tensors(0, inputs)), threads);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, OnnxTensor> tensors(int set, Map<String, TensorType> types)
      throws OrtException {
    var tensors = new HashMap<String, OnnxTensor>();
    for (var entry : types.entrySet()) {
      tensors.put(entry.getKey(), tensor(entry.getKey(), set, entry.getValue()));
    }
    return tensors;
  }

  /// A subject that takes the sets of inputs in turn.
  private Subject session(Path file, List<Map<String, OnnxTensor>> sets, int threads)
      throws OrtException {
    var options = options(threads);
    var session = environment.createSession(file.toString(), options);
    var next = new AtomicInteger();
    return Subject.of(
        () -> run(session, sets.get(next.getAndIncrement() % sets.size()), Map.of()),
        () -> close(session, options),
        set -> results(session, sets.get(set)));
  }

  private static OrtSession.SessionOptions options(int threads) throws OrtException {
    var options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    return options;
  }

  private Subject subject(
      OnnxModels model, int threads, TensorType result, Map<String, TensorType> inputs) {
    return subject(model, threads, "y", result, inputs);
  }

  private Subject subject(
      OnnxModels model,
      int threads,
      String name,
      TensorType result,
      Map<String, TensorType> inputs) {
    try {
      var options = options(threads);
      var session = environment.createSession(model.file(name, dims(result)), options);
      var arguments = new HashMap<String, OnnxTensor>();
      for (var input : inputs.entrySet()) {
        arguments.put(input.getKey(), tensor(input.getKey(), input.getValue()));
      }
      var results = Map.of(name, tensor(name, result));
      return Subject.of(() -> run(session, arguments, results), () -> close(session, options));
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(
      OrtSession session, Map<String, OnnxTensor> arguments, Map<String, OnnxTensor> results) {
    try {
      var run = results.isEmpty() ? session.run(arguments) : session.run(arguments, results);
      run.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, float[]> results(
      OrtSession session, Map<String, OnnxTensor> arguments) {
    try (var run = session.run(arguments)) {
      var results = new HashMap<String, float[]>();
      for (var entry : run) {
        if (!(entry.getValue() instanceof OnnxTensor tensor)
            || tensor.getInfo().type != OnnxJavaType.FLOAT) continue;
        float[] values = new float[tensor.getFloatBuffer().remaining()];
        tensor.getFloatBuffer().get(values);
        results.put(entry.getKey(), values);
      }
      return results;
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void close(OrtSession session, OrtSession.SessionOptions options) {
    try {
      session.close();
      options.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private OnnxTensor tensor(String name, TensorType type) throws OrtException {
    return tensor(name, 0, type);
  }

  private OnnxTensor tensor(String name, int set, TensorType type) throws OrtException {
    var buffer =
        ByteBuffer.allocateDirect(Math.toIntExact(type.bytes())).order(ByteOrder.nativeOrder());
    Numbers.fill(name, set, type, MemorySegment.ofBuffer(buffer));
    long[] shape = type.shape().dims().stream().mapToLong(Integer::longValue).toArray();
    return switch (type.dtype()) {
      case F32 -> OnnxTensor.createTensor(environment, buffer.asFloatBuffer(), shape);
      case I32 -> OnnxTensor.createTensor(environment, buffer.asIntBuffer(), shape);
      case I64 -> OnnxTensor.createTensor(environment, buffer.asLongBuffer(), shape);
      case F64, F16, BF16, I16, I8, U8, BOOL ->
          throw new IllegalArgumentException("benchmarks have no input of " + type);
    };
  }

  private static int[] dims(TensorType type) {
    return type.shape().dims().stream().mapToInt(Integer::intValue).toArray();
  }
}
