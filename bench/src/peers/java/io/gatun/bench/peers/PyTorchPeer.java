package io.gatun.bench.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import io.gatun.bench.Numbers;
import io.gatun.bench.Peer;
import io.gatun.bench.PromptReader;
import io.gatun.bench.Subject;
import io.gatun.bench.Workload;
import io.gatun.bench.Workload.Addition;
import io.gatun.bench.Workload.CnnStep;
import io.gatun.bench.Workload.Convolution;
import io.gatun.bench.Workload.Dense;
import io.gatun.bench.Workload.GeluChain;
import io.gatun.bench.Workload.MlpStep;
import io.gatun.bench.Workload.Softmax;
import io.gatun.engine.language.Gpt2;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// PyTorch, eager, through DJL, with the layouts that it prefers: images `NCHW`, weights `[out,
/// in]`. DJL offers the exact GELU only, which takes PyTorch about as long as the one by tanh.
public final class PyTorchPeer implements Peer, PromptReader {
  private Engine engine;
  private NDManager manager;

  /// For the service loader.
  public PyTorchPeer() {}

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public String version() {
    return "pytorch: PyTorch 2.7.1 eager through DJL 0.35.1 (exact gelu)";
  }

  @Override
  public Optional<Subject> prepare(Workload workload, int threads) {
    open(threads);
    return switch (workload) {
      case MlpStep m -> Optional.of(PyTorchTraining.mlp(engine, subManager(), m.batch()));
      case CnnStep c -> Optional.of(PyTorchTraining.cnn(engine, subManager(), c.batch()));
      case GeluChain g -> Optional.of(gelu(g));
      case Softmax s -> Optional.of(softmax(s));
      case Workload.LayerNorm n -> Optional.of(layerNorm(n));
      case Dense d -> Optional.of(dense(d));
      case Convolution c -> Optional.of(convolution(c));
      case Addition a -> Optional.of(addition(a));
      case Workload.ModelFile _ -> Optional.empty();
    };
  }

  @Override
  public Subject reading(Gpt2 model, List<int[]> prompts, int threads) {
    open(threads);
    return PyTorchPrefill.of(subManager(), model, prompts);
  }

  /// Starts the engine at its first use: it reads these properties then, once.
  private void open(int threads) {
    if (engine != null) return;
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    engine = Engine.getEngine("PyTorch");
    manager = engine.newBaseManager(Device.cpu());
  }

  private NDManager subManager() {
    return manager.newSubManager();
  }

  private Subject gelu(GeluChain g) {
    var m = subManager();
    var x = array(m, "x", g.size());
    var b = array(m, "b", g.size());
    var scale = array(m, "g", g.size());
    return forward(m, () -> Activation.gelu(x.add(b)).mul(scale).add(x));
  }

  private Subject softmax(Softmax s) {
    var m = subManager();
    var x = array(m, "x", s.rows(), s.columns());
    return forward(m, () -> x.softmax(-1));
  }

  private Subject layerNorm(Workload.LayerNorm n) {
    var m = subManager();
    var x = array(m, "x", n.rows(), n.columns());
    var gamma = array(m, "gamma", n.columns());
    var beta = array(m, "beta", n.columns());
    var normalized = new Shape(n.columns());
    float epsilon = (float) Workload.LayerNorm.EPSILON;
    return forward(
        m, () -> LayerNorm.layerNorm(x, normalized, gamma, beta, epsilon).singletonOrThrow());
  }

  private Subject dense(Dense d) {
    var m = subManager();
    var x = array(m, "x", d.m(), d.k());
    var w = array(m, "w", d.n(), d.k());
    var b = array(m, "b", d.n());
    return forward(m, () -> Activation.gelu(Linear.linear(x, w, b).singletonOrThrow()));
  }

  private Subject convolution(Convolution c) {
    var m = subManager();
    var x = array(m, "x", c.batch(), c.in(), c.size(), c.size());
    var w = array(m, "w", c.out(), c.in(), c.kernel(), c.kernel());
    var b = array(m, "b", c.out());
    var stride = new Shape(c.stride(), c.stride());
    var padding = new Shape(c.padding(), c.padding());
    return forward(
        m, () -> Activation.relu(Conv2d.conv2d(x, w, b, stride, padding).singletonOrThrow()));
  }

  private Subject addition(Addition a) {
    var m = subManager();
    var x = array(m, "x", a.size());
    var y = array(m, "y", a.size());
    return forward(m, () -> x.add(y));
  }

  private static Subject forward(NDManager manager, Supplier<NDArray> computation) {
    return Subject.of(
        () -> {
          try (var _ = new NDScope()) {
            computation.get();
          }
        },
        manager::close);
  }

  /// An array with Gatun's numbers for the input `name`, on this manager.
  static NDArray array(NDManager manager, String name, int... dims) {
    var shape = new Shape(Arrays.stream(dims).asLongStream().toArray());
    var type = TensorType.f32(dims);
    var bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(type.bytes())).order(ByteOrder.nativeOrder());
    Numbers.fill(name, type, MemorySegment.ofBuffer(bytes));
    // The array shares the buffer; its duplicate lies where PyTorch likes its memory.
    try (var shared = manager.create(bytes, shape, DataType.FLOAT32)) {
      return shared.duplicate();
    }
  }

  @Override
  public void close() {
    if (manager != null) manager.close();
  }
}
