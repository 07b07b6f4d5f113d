package io.gatun.engine.data;

import io.gatun.engine.train.RowTransform;
import io.gatun.graph.tensor.TensorType;

/// A random change of images during training, for `u8` or `f32` columns of images
/// `[n,height,width]` or `[n,height,width,channels]`. The size stays as it is; pixels from outside
/// of the image are 0; bytes stay between 0 and 255, floats are not bounded.
///
/// ```java
/// images.transformed(
///     Augmentation.inOrder(
///         RandomFlip.leftRight(), new RandomAffine(10, 0.1, 0.1), new RandomBrightness(0.2)));
/// ```
public interface Augmentation extends RowTransform {
  /// This change at work on one thread, for images of one size.
  Worker worker(ImageShape shape);

  @Override
  default Worker worker(TensorType row) {
    return worker(ImageShape.of(row));
  }

  /// One change after the other.
  static Augmentation inOrder(Augmentation... changes) {
    var steps = changes.clone();
    return shape -> {
      var workers = new Worker[steps.length];
      for (int i = 0; i < steps.length; i++) workers[i] = steps[i].worker(shape);
      return (row, random) -> {
        var image = row;
        for (var worker : workers) image = worker.apply(image, random);
        return image;
      };
    };
  }
}
