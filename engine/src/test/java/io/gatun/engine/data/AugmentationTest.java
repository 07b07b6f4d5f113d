package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.RowTransform;
import io.gatun.engine.train.SampleRandom;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final TensorType SMALL = TensorType.of(DType.U8, 2, 3);
  private static final float[] IMAGE = {1, 2, 3, 4, 5, 6};

  private static JsonNode fixture(String name) throws IOException {
    try (var in = AugmentationTest.class.getResourceAsStream("/data/augment.json")) {
      return new ObjectMapper().readTree(in).path(name);
    }
  }

  private static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) values[i] = list.get(i).floatValue();
    return values;
  }

  private static float[] apply(RowTransform change, TensorType type, float[] image, long sample) {
    return change.worker(type).apply(image.clone(), new SampleRandom(1, 1, sample)).clone();
  }

  private static Set<List<Float>> results(RowTransform change) {
    var results = new HashSet<List<Float>>();
    for (int sample = 0; sample < 200; sample++) {
      results.add(boxed(apply(change, SMALL, IMAGE, sample)));
    }
    return results;
  }

  private static List<Float> boxed(float... values) {
    var list = new ArrayList<Float>();
    for (float value : values) list.add(value);
    return list;
  }

  @Test
  void flips() {
    var same = boxed(1, 2, 3, 4, 5, 6);
    var sideways = boxed(3, 2, 1, 6, 5, 4);
    var upsideDown = boxed(4, 5, 6, 1, 2, 3);
    var both = boxed(6, 5, 4, 3, 2, 1);
    assertEquals(Set.of(same, sideways), results(RandomFlip.leftRight()));
    assertEquals(Set.of(same, upsideDown), results(RandomFlip.upDown()));
    assertEquals(Set.of(both), results(new RandomFlip(1, 1)));
    assertEquals(Set.of(same, sideways, upsideDown, both), results(new RandomFlip(0.5, 0.5)));
  }

  @Test
  void flipsKeepChannelsTogether() {
    var type = TensorType.f32(1, 3, 2);
    assertArrayEquals(new float[] {5, 6, 3, 4, 1, 2}, apply(new RandomFlip(1, 0), type, IMAGE, 0));
  }

  @Test
  void cropsAsNumpyDoes() throws IOException {
    var fixture = fixture("crop");
    var image = floats(fixture.path("image"));
    var seen = new HashSet<List<Integer>>();
    for (int sample = 0; sample < 300; sample++) {
      var twin = new SampleRandom(1, 1, sample);
      int down = twin.below(5);
      int right = twin.below(5);
      seen.add(List.of(down, right));
      assertArrayEquals(
          floats(fixture.path("crops").get(down).get(right)),
          apply(new RandomCrop(2), TensorType.f32(3, 4, 2), image, sample),
          "crop " + down + ", " + right);
    }
    assertEquals(25, seen.size());
  }

  @Test
  void aCropMayLieOutside() {
    for (int sample = 0; sample < 100; sample++) apply(new RandomCrop(10), SMALL, IMAGE, sample);
  }

  @Test
  void samplesAsPyTorchDoes() throws IOException {
    for (var test : fixture("affine")) {
      var dims = test.path("shape");
      var shape =
          new ImageShape(dims.get(0).intValue(), dims.get(1).intValue(), dims.get(2).intValue(), 1);
      var result =
          new AffineSampler(shape)
              .sample(
                  floats(test.path("image")),
                  Math.toRadians(test.path("degrees").doubleValue()),
                  test.path("zoom").doubleValue(),
                  test.path("right").doubleValue(),
                  test.path("down").doubleValue());
      assertArrayEquals(
          floats(test.path("expected")), result, 1e-3f, test.path("shape").toString());
    }
  }

  @Test
  void affineChangesAreDrawnFromTheirRanges() {
    var change = new RandomAffine(40, 0.25, 0.5);
    var type = TensorType.f32(2, 3);
    for (int sample = 0; sample < 20; sample++) {
      var twin = new SampleRandom(1, 1, sample);
      double angle = Math.toRadians(twin.uniform(-40, 40));
      double right = 3 * twin.uniform(-0.25, 0.25);
      double down = 2 * twin.uniform(-0.25, 0.25);
      var expected =
          new AffineSampler(ImageShape.of(type))
              .sample(IMAGE, angle, twin.uniform(0.5, 1.5), right, down);
      assertArrayEquals(expected, apply(change, type, IMAGE, sample));
    }
    assertArrayEquals(IMAGE, apply(new RandomAffine(0, 0, 0), type, IMAGE, 0));
  }

  @Test
  void shiftsByHalfAPixel() {
    var sampler = new AffineSampler(new ImageShape(1, 4, 1, 1));
    assertArrayEquals(
        new float[] {5, 15, 25, 35}, sampler.sample(new float[] {10, 20, 30, 40}, 0, 1, 0.5, 0));
    assertArrayEquals(
        new float[] {30, 40, 0, 0}, sampler.sample(new float[] {10, 20, 30, 40}, 0, 1, -2, 0));
  }

  @Test
  void turnsCounterClockwise() {
    var sampler = new AffineSampler(new ImageShape(2, 2, 1, 1));
    assertArrayEquals(
        new float[] {2, 4, 1, 3},
        sampler.sample(new float[] {1, 2, 3, 4}, Math.PI / 2, 1, 0, 0),
        1e-6f);
  }

  @Test
  void brightnessAndContrast() {
    float factor = (float) new SampleRandom(1, 1, 7).uniform(0.5, 1.5);
    float[] image = {0, 100, 200, 250, 20, 30};
    float[] bright = apply(new RandomBrightness(0.5), TensorType.f32(2, 3), image, 7);
    float[] contrast = apply(new RandomContrast(0.5), TensorType.f32(2, 3), image, 7);
    for (int i = 0; i < image.length; i++) {
      assertEquals(image[i] * factor, bright[i], 1e-3f);
      assertEquals(100 + (image[i] - 100) * factor, contrast[i], 1e-3f);
    }
  }

  @Test
  void bytesStayBytes() {
    float[] image = {0, 100, 200, 250, 20, 30};
    var change = Augmentation.inOrder(new RandomContrast(1), new RandomBrightness(1));
    boolean reachesBothEnds = false;
    for (int sample = 0; sample < 50; sample++) {
      float least = 255;
      float most = 0;
      for (float value : apply(change, SMALL, image, sample)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      assertTrue(least >= 0 && most <= 255, least + " to " + most);
      reachesBothEnds |= least == 0 && most == 255;
    }
    assertTrue(reachesBothEnds);
  }

  @Test
  void changesFollowEachOther() {
    var both = Augmentation.inOrder(new RandomFlip(1, 0), new RandomFlip(0, 1));
    assertEquals(Set.of(boxed(6, 5, 4, 3, 2, 1)), results(both));
    assertEquals(Set.of(boxed(IMAGE)), results(Augmentation.inOrder()));
  }

  @Test
  void wrongSamplesAndRangesAreRefused() {
    var vectors = Column.of(Tensor.of("vectors", TensorType.f32(1, 2), 1, 2));
    var failure =
        assertThrows(EngineException.class, () -> vectors.transformed(RandomFlip.leftRight()));
    assertTrue(failure.getMessage().contains("\"vectors\""), failure.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new RandomFlip(1.5, 0));
    assertThrows(IllegalArgumentException.class, () -> new RandomCrop(-1));
    assertThrows(IllegalArgumentException.class, () -> RandomAffine.rotation(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> RandomAffine.zoom(1));
  }

  @Test
  void nothingIsAllocated() {
    var worker =
        Augmentation.inOrder(
                new RandomFlip(0.5, 0.5),
                new RandomCrop(2),
                new RandomAffine(10, 0.1, 0.1),
                new RandomBrightness(0.2),
                new RandomContrast(0.2))
            .worker(TensorType.of(DType.U8, 8, 8, 3));
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var random = new SampleRandom(1, 1, 1);
    float[] row = new float[8 * 8 * 3];
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 50 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 2_000; i++) worker.apply(row, random);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertTrue(least < 2_000, least + " bytes for 2000 images, also once it is compiled");
  }
}
