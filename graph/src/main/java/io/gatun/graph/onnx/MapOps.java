package io.gatun.graph.onnx;

import java.util.List;

/// Maps of `ai.onnx.ml`. Those that `ZipMap` gives for a classifier have the same keys in each row:
/// the matrix of their values, with the keys beside it, is all of them. Other maps are not taken.
final class MapOps {
  private static final String DOMAIN = "ai.onnx.ml:";

  private MapOps() {}

  static void register(Registry r) {
    r.any(DOMAIN + "ZipMap", MapOps::zipped);
    r.any(DOMAIN + "CastMap", MapOps::refused);
    r.any(DOMAIN + "DictVectorizer", MapOps::refused);
  }

  private static List<OnnxValue> zipped(Call c) {
    var labels = Labels.of(c, "classlabels_int64s", "classlabels_strings");
    var x = c.in(0).rank() == 1 ? c.in(0).expandDims(0) : c.in(0);
    OnnxException.check(
        x.rank() == 2 && x.dim(1) == labels.size(),
        "%d keys do not fit %s",
        labels.size(),
        x.type());
    return List.of(new OnnxValue.Maps(x, labels.texts()));
  }

  private static List<OnnxValue> refused(Call c) {
    throw OnnxException.of(ModelValue.NO_MAPS);
  }
}
