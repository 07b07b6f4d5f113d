package io.gatun.examples;

import io.gatun.engine.Device;
import io.gatun.engine.data.Augmentation;
import io.gatun.engine.data.ImageFolder;
import io.gatun.engine.data.ImageOptions;
import io.gatun.engine.data.RandomAffine;
import io.gatun.engine.data.RandomBrightness;
import io.gatun.engine.data.RandomFlip;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.GlobalAveragePool2D;
import io.gatun.engine.nn.layer.MaxPool2D;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.Results;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/// Images from a folder, changed at random while they are learnt.
final class PhotoFolder {
  private PhotoFolder() {}

  static Results run(Device device, Path root) throws IOException {
    // quote
    try (var arena = Arena.ofShared()) {
      var folder = ImageFolder.read(root, ImageOptions.rgb().withSize(32, 32), arena);
      var plain = folder.dataset(); // u8[n,32,32,3], in batches f32 from 0 to 1
      var change =
          Augmentation.inOrder(
              RandomFlip.leftRight(), new RandomAffine(10, 0.1, 0.1), new RandomBrightness(0.2));
      var training =
          Dataset.of(plain.inputs().getFirst().transformed(change), plain.targets().getFirst());
      var network =
          Sequential.of(
              Shape.of(32, 32, 3),
              Conv2D.of(8, 3, Activation.RELU),
              MaxPool2D.of(2),
              Conv2D.of(16, 3, Activation.RELU),
              new GlobalAveragePool2D(),
              Dense.of(folder.classes().size(), Activation.SOFTMAX));
      var compilation =
          Compilation.of(Adam.of(0.01), SparseCategoricalCrossEntropy.of(), new Accuracy());
      try (var model = network.compile(device, compilation)) {
        model.fit(training, FitOptions.epochs(10).withBatchSize(8));
        return model.evaluate(plain);
      }
    }
    // end
  }
}
