package io.gatun.bench.models;

import io.gatun.bench.BoundGraph;
import io.gatun.bench.Workload.ModelFile;
import io.gatun.bench.gpu.GpuWorkloads;
import io.gatun.engine.nn.Precision;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is measured on a GPU: the networks of [Rows] that run there, training steps of GPTs, and
/// single operations of [GpuWorkloads].
final class GpuRows {
  private GpuRows() {}

  static List<Row> all() {
    var rows = new ArrayList<Row>();
    var precisions = List.of(new Precision.Full(), new Precision.Tf32());
    for (var precision : precisions) {
      for (int batch : new int[] {1, 8}) {
        rows.add(network("bert-base-%dx128".formatted(batch), Rows.BERT, batch, precision));
      }
      for (int batch : new int[] {1, 8, 32}) {
        rows.add(network("resnet50-" + batch, Rows.RESNET, batch, precision));
      }
    }
    var small = new GptTraining.Shape(16, 256, 512, 4);
    for (var precision : precisions) rows.add(training(small, precision));
    var bf16 = new Precision.Mixed(DType.BF16);
    rows.add(training(small, bf16));
    rows.add(training(new GptTraining.Shape(8, 1024, 768, 12), bf16));
    for (var name : GpuWorkloads.names(false)) {
      // Training steps of a few layers: PyTorch's, eager, would measure Python.
      if (!name.startsWith("mlp") && !name.startsWith("cnn")) rows.add(operation(name));
    }
    return rows;
  }

  private static Row network(String name, NetworkFile file, int batch, Precision precision) {
    return new GpuRow(
        named(name, precision),
        (device, folder) -> {
          var path = file.find(folder).orElseThrow();
          var model = ModelFile.parse(path + "@batch=" + batch);
          return new BoundGraph(precision.on(device), model.graph(), model.sets()).subject();
        });
  }

  private static Row training(GptTraining.Shape shape, Precision precision) {
    return new GpuRow(
        named(shape.name(), precision), (device, _) -> new GptTraining(device, shape, precision));
  }

  private static Row operation(String name) {
    return new GpuRow(
        name, (device, _) -> new BoundGraph(device, GpuWorkloads.graph(name)).subject());
  }

  private static String named(String name, Precision precision) {
    return name
        + switch (precision) {
          case Precision.Full _ -> "-f32";
          case Precision.Tf32 _ -> "-tf32";
          case Precision.Mixed mixed -> "-" + mixed.compute().name().toLowerCase(Locale.ROOT);
        };
  }
}
