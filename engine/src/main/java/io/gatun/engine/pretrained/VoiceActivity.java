package io.gatun.engine.pretrained;

import io.gatun.engine.Device;
import io.gatun.engine.Executable;
import io.gatun.engine.KeptGraph;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.onnx.Bindings;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.onnx.OnnxException;
import io.gatun.graph.onnx.OnnxModel;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Hears where somebody speaks: Silero VAD 5, a recurrent network that takes 32 ms of sound, its
/// `state`, which a run updates in place, and the rate `sr`. Not for use by two threads at once.
public final class VoiceActivity implements AutoCloseable {
  /// Samples a second of the sound.
  public static final int RATE = 16000;

  /// Samples that one probability is for.
  public static final int CHUNK = 512;

  /// Samples of the chunk before, which the network takes, too.
  private static final int CONTEXT = 64;

  private static final TensorType SOUND = TensorType.f32(1, CONTEXT + CHUNK);
  private static final TensorType STATE = TensorType.f32(2, 1, 128);

  private final Executable executable;
  private final Map<String, Tensor> tensors;
  private final Tensor result;

  private VoiceActivity(Device device, Executable executable) {
    this.executable = executable;
    tensors =
        Map.of(
            "input", Tensor.allocate("input", SOUND),
            "state", device.allocate("state", STATE),
            "sr", Tensor.allocate("sr", TensorType.of(DType.I64)));
    result = Tensor.allocate("output", TensorType.f32(1, 1));
    tensors.get("sr").data().set(ValueLayout.JAVA_LONG, 0, RATE);
  }

  /// Compiles a model.
  ///
  /// @throws OnnxException when it is of another kind
  public static VoiceActivity read(Device device, Path model) {
    var file = Onnx.open(model);
    var types = Map.of("input", SOUND, "state", STATE, "sr", new TensorType(DType.I64, Shape.of()));
    var graph = new KeptGraph(file, "state in place, sr " + RATE, types, () -> graph(file, model));
    return new VoiceActivity(device, graph.on(device));
  }

  private static Graph graph(OnnxModel file, Path model) {
    var names = file.inputs().stream().map(input -> input.name()).toList();
    if (!names.containsAll(List.of("input", "state", "sr"))) {
      throw new OnnxException(
          model
              + ": inputs "
              + names
              + "; voice activity wants those of Silero VAD 5: input, state, sr");
    }
    var bindings =
        Bindings.none()
            .shape("input", SOUND.shape())
            .shape("state", STATE.shape())
            .value("sr", NdArray.ofLongs(new TensorType(DType.I64, Shape.of()), _ -> RATE));
    return stateful(file.graph(bindings), model);
  }

  /// The graph with the next state in the place of the state.
  private static Graph stateful(Graph graph, Path model) {
    var state = graph.inputs().stream().filter(node -> name(node).equals("state")).findFirst();
    var next = graph.outputs().stream().filter(o -> o.name().equals("stateN")).findFirst();
    var speech = graph.outputs().stream().filter(o -> o.name().equals("output")).findFirst();
    if (state.isEmpty()
        || next.isEmpty()
        || speech.isEmpty()
        || !next.get().node().type().equals(STATE)
        || speech.get().node().type().size() != 1) {
      throw new OnnxException(
          model
              + ": outputs "
              + graph.outputs()
              + "; voice activity wants output and stateN "
              + STATE);
    }
    var outputs = List.of(speech.get(), Output.update(state.get(), next.get().node()));
    return new Graph(graph.nodes(), outputs);
  }

  private static String name(Node input) {
    return ((Input) input.op()).name();
  }

  /// Forgets what was heard.
  public void forget() {
    tensors.get("input").data().fill((byte) 0);
    tensors.get("state").data().fill((byte) 0);
  }

  /// The probability that somebody speaks in the chunk that follows those heard.
  ///
  /// @param samples from -1 to 1, [#CHUNK] of them from `offset` on, silence where they end before
  public double hear(float[] samples, int offset) {
    var sound = tensors.get("input").data();
    MemorySegment.copy(sound, CHUNK * 4L, sound, 0, CONTEXT * 4L);
    int count = Math.clamp(samples.length - offset, 0, CHUNK);
    sound.asSlice(CONTEXT * 4L).fill((byte) 0);
    MemorySegment.copy(samples, offset, sound, ValueLayout.JAVA_FLOAT, CONTEXT * 4L, count);
    var arguments =
        executable.signature().inputs().stream().map(input -> tensors.get(input.name())).toList();
    executable.run(arguments, List.of(result));
    return result.item();
  }

  /// The probabilities of all chunks of a sound, heard from the beginning.
  public double[] hear(float[] samples) {
    forget();
    double[] probabilities = new double[Math.ceilDiv(samples.length, CHUNK)];
    for (int i = 0; i < probabilities.length; i++) probabilities[i] = hear(samples, i * CHUNK);
    return probabilities;
  }

  @Override
  public void close() {
    executable.close();
    tensors.values().forEach(Tensor::close);
    result.close();
  }
}
