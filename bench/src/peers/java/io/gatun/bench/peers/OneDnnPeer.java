package io.gatun.bench.peers;

import io.gatun.bench.Numbers;
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
import io.gatun.bench.peers.OneDnnEngine.Memory;
import io.gatun.bindings.onednn.OneDnn;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// oneDNN through Gatun's bindings, with weights packed as it likes them: the bare product of a
/// dense layer, without bias and activation; a convolution with both.
public final class OneDnnPeer implements Peer {
  private OneDnnEngine engine;

  /// For the service loader.
  public OneDnnPeer() {}

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public String version() {
    return "onednn: oneDNN %d.%d.%d, weights packed once; dense is the product alone"
        .formatted(
            OneDnn.DNNL_VERSION_MAJOR(), OneDnn.DNNL_VERSION_MINOR(), OneDnn.DNNL_VERSION_PATCH());
  }

  @Override
  public Optional<Subject> prepare(Workload workload, int threads) {
    return switch (workload) {
      case Dense d -> Optional.of(dense(d, threads));
      case Convolution c -> Optional.of(convolution(c, threads));
      case MlpStep _, CnnStep _, GeluChain _, Softmax _, LayerNorm _, Addition _, ModelFile _ ->
          Optional.empty();
    };
  }

  private OneDnnEngine engine(int threads) {
    if (engine == null) engine = new OneDnnEngine();
    engine.threads(threads);
    return engine;
  }

  private Subject dense(Dense d, int threads) {
    var e = engine(threads);
    int plain = OneDnn.dnnl_ab();
    var x = e.layout(plain, d.m(), d.k());
    var w = e.layout(OneDnn.dnnl_format_tag_any(), d.k(), d.n());
    var y = e.layout(plain, d.m(), d.n());
    var descriptor =
        e.create(
            p ->
                OneDnn.dnnl_matmul_primitive_desc_create(
                    p, e.engine(), x, w, MemorySegment.NULL, y, e.noAttributes()));
    var weights = filled("w", e.layout(plain, d.k(), d.n()), d.k(), d.n());
    var arguments = e.arguments(3);
    OneDnnEngine.set(arguments, 0, OneDnn.DNNL_ARG_SRC(), filled("x", x, d.m(), d.k()));
    OneDnnEngine.set(arguments, 1, OneDnn.DNNL_ARG_WEIGHTS(), e.packed(descriptor, weights));
    OneDnnEngine.set(arguments, 2, OneDnn.DNNL_ARG_DST(), e.memory(y));
    return subject(descriptor, 3, arguments);
  }

  private Subject convolution(Convolution c, int threads) {
    var e = engine(threads);
    var x = e.layout(OneDnn.dnnl_nhwc(), c.batch(), c.in(), c.size(), c.size());
    var w = e.layout(OneDnn.dnnl_format_tag_any(), c.out(), c.in(), c.kernel(), c.kernel());
    var b = e.layout(OneDnn.dnnl_a(), c.out());
    var y = e.layout(OneDnn.dnnl_nhwc(), c.batch(), c.out(), c.outputSize(), c.outputSize());
    var strides = e.longs(c.stride(), c.stride());
    var dilation = e.longs(0, 0);
    var padding = e.longs(c.padding(), c.padding());
    var relu = e.relu();
    var descriptor =
        e.create(
            p ->
                OneDnn.dnnl_convolution_forward_primitive_desc_create(
                    p,
                    e.engine(),
                    OneDnn.dnnl_forward_inference(),
                    OneDnn.dnnl_convolution_direct(),
                    x,
                    w,
                    b,
                    y,
                    strides,
                    dilation,
                    padding,
                    padding,
                    relu));
    var plain = e.layout(OneDnn.dnnl_hwio(), c.out(), c.in(), c.kernel(), c.kernel());
    var weights = filled("w", plain, c.kernel(), c.kernel(), c.in(), c.out());
    var image = filled("x", x, c.batch(), c.size(), c.size(), c.in());
    var arguments = e.arguments(4);
    OneDnnEngine.set(arguments, 0, OneDnn.DNNL_ARG_SRC(), image);
    OneDnnEngine.set(arguments, 1, OneDnn.DNNL_ARG_WEIGHTS(), e.packed(descriptor, weights));
    OneDnnEngine.set(arguments, 2, OneDnn.DNNL_ARG_BIAS(), filled("b", b, c.out()));
    OneDnnEngine.set(arguments, 3, OneDnn.DNNL_ARG_DST(), e.memory(y));
    return subject(descriptor, 4, arguments);
  }

  /// Memory of the numbers of input `name`, whose row-major dimensions are `dims`.
  private Memory filled(String name, MemorySegment layout, int... dims) {
    var type = TensorType.f32(dims);
    var data = Arena.global().allocate(type.bytes(), 4096);
    Numbers.fill(name, type, data);
    return engine.memory(layout, data);
  }

  private Subject subject(MemorySegment descriptor, int count, MemorySegment arguments) {
    var primitive = engine.create(p -> OneDnn.dnnl_primitive_create(p, descriptor));
    var library = engine;
    return Subject.of(() -> library.execute(primitive, count, arguments), () -> {});
  }
}
