package io.gatun.bench.models;

import io.gatun.bench.models.LoadTime.Kept;
import io.gatun.bench.models.NetworkFile.Built;
import io.gatun.bench.models.NetworkFile.Fetched;
import io.gatun.engine.data.Pretrained;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Map;

/// The models that are measured, and their goals.
final class Rows {
  private static final NetworkFile MINILM = new Fetched(Pretrained.MINILM, ".onnx");
  private static final NetworkFile MINILM_INT8 = new Fetched(Pretrained.MINILM_INT8, ".onnx");
  static final NetworkFile BERT = new Built("bert-base.onnx", file -> BertBase.write(file, 128));
  static final NetworkFile RESNET = new Built("resnet50.onnx", ResNet50::write);

  private static final Goal MEMORY = Goal.ratio(1.3);
  private static final Map<String, TensorType> IMAGE = Map.of("x", TensorType.f32(1, 3, 224, 224));

  private Rows() {}

  static List<Row> all() {
    return List.of(
        Network.of("minilm-1x128", MINILM, text(1), 0.8),
        Network.of("minilm-8x128", MINILM, text(8), 0.8),
        Network.of("bert-base-1x128", BERT, "batch=1", 0.8),
        Network.of("resnet50-1", RESNET, "batch=1", 1.0),
        Network.of("resnet50-8", RESNET, "batch=8", 1.0),
        Network.of(
            "silero-vad",
            new Fetched(Pretrained.SILERO_VAD, ".onnx"),
            "input=1x512,state=2x1x128,sr:=16000",
            0.7),
        Network.of(
            "pp-ocr-recogniser",
            new Fetched(Pretrained.PP_OCR, "rec_infer.onnx"),
            "x=1x3x48x320",
            0.7),
        Network.of(
            "blazeface",
            new Fetched(Pretrained.BLAZEFACE, "front_128x128_barracuda.onnx"),
            "",
            0.7),
        int8("minilm-int8-1x128", 1),
        int8("minilm-int8-8x128", 8),
        new Decode("gpt2-decode", Goal.share(0.8)),
        new Prefill("gpt2-prefill-128", 128, Goal.ratio(0.7)),
        new Prefill("gpt2-prefill-512", 512, Goal.ratio(0.7)),
        new LoadTime("minilm-load-cold", MINILM, tokens(), Kept.NATIVES, Goal.seconds(3)),
        new LoadTime("minilm-load-cached", MINILM, tokens(), Kept.PLAN, Goal.seconds(0.5)),
        new LoadTime(
            "minilm-load-classes", MINILM, tokens(), Kept.PLAN_AND_CLASSES, Goal.seconds(0.5)),
        PeakMemory.of("minilm-memory", MINILM, tokens(), MEMORY),
        PeakMemory.of("bert-base-memory", BERT, tokens(), MEMORY),
        PeakMemory.of("resnet50-memory", RESNET, IMAGE, MEMORY),
        PeakMemory.ofGpt2("gpt2-memory", MEMORY));
  }

  private static Row int8(String name, int batch) {
    return new Network(
        name, MINILM_INT8, text(batch), Agreement.Norm.ROOT_MEAN_SQUARE, Goal.ratio(0.9));
  }

  /// The inputs of MiniLM and BERT for a text of 128 tokens.
  private static Map<String, TensorType> tokens() {
    var type = TensorType.of(DType.I64, 1, 128);
    return Map.of("input_ids", type, "attention_mask", type, "token_type_ids", type);
  }

  private static String text(int batch) {
    return "batch_size=" + batch + ",sequence_length=128";
  }
}
