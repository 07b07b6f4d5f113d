package io.gatun.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.gatun.bench.Subject;
import io.gatun.engine.language.Gpt2;
import io.gatun.graph.tensor.Literal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// GPT-2's reading of a prompt as a TorchScript module, which `bench/python/gpt2.py` wrote: with
/// PyTorch's fused attention and its GELU by `tanh`, which DJL's operators lack. It keeps no keys
/// and values, so it has a little less to do than Gatun.
final class PyTorchPrefill {
  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final PtNDArray[] weights;
  private final List<PtNDArray> prompts;
  private final AtomicInteger next = new AtomicInteger();

  private PyTorchPrefill(PtNDManager manager, Gpt2 model, List<int[]> prompts) {
    this.manager = manager;
    try (var file = PyTorchPrefill.class.getResourceAsStream("gpt2.pt")) {
      module = JniUtils.loadModule(manager, file, false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    weights = literals(model).stream().map(w -> array(manager, w)).toArray(PtNDArray[]::new);
    this.prompts =
        prompts.stream()
            .map(ids -> manager.create(ids).toType(DataType.INT64, false))
            .map(PtNDArray.class::cast)
            .toList();
  }

  /// A subject whose arrays belong to `manager`.
  static Subject of(NDManager manager, Gpt2 model, List<int[]> prompts) {
    var prefill = new PyTorchPrefill((PtNDManager) manager, model, prompts);
    return Subject.of(prefill::run, prefill::close, prefill::results);
  }

  private void run() {
    try (var _ = new NDScope()) {
      read(next.getAndIncrement() % prompts.size());
    }
  }

  private Map<String, float[]> results(int set) {
    try (var _ = new NDScope()) {
      return Map.of("logits", read(set).toFloatArray());
    }
  }

  private NDArray read(int set) {
    try (var ids = IValue.from(prompts.get(set));
        var list = IValue.listFrom(weights);
        var logits = module.forward(ids, list)) {
      return logits.toTensor(manager);
    }
  }

  private void close() {
    module.close();
    manager.close();
  }

  private static PtNDArray array(NDManager manager, Literal weight) {
    var type = weight.type();
    var bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(type.bytes())).order(ByteOrder.nativeOrder());
    MemorySegment.ofBuffer(bytes).copyFrom(weight.data());
    var shape = new Shape(type.shape().dims().stream().mapToLong(Integer::longValue).toArray());
    try (var shared = manager.create(bytes, shape, DataType.FLOAT32)) {
      return (PtNDArray) shared.duplicate();
    }
  }

  /// In the order of `gpt2.py`.
  private static List<Literal> literals(Gpt2 model) {
    var all = new ArrayList<>(List.of(model.tokens(), model.places()));
    for (var block : model.blocks()) {
      add(all, block.attentionNorm());
      add(all, block.attention());
      add(all, block.projection());
      add(all, block.networkNorm());
      add(all, block.hidden());
      add(all, block.output());
    }
    add(all, model.norm());
    return all;
  }

  private static void add(List<Literal> all, Gpt2.Norm norm) {
    all.add(norm.gamma());
    all.add(norm.beta());
  }

  private static void add(List<Literal> all, Gpt2.Affine affine) {
    all.add(affine.weight());
    all.add(affine.bias());
  }
}
