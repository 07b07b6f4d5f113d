package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Decoding of pictures.
final class ImageOps {
  private ImageOps() {}

  static void register(Registry r) {
    r.one("ImageDecoder", 20, ImageOps::decoded);
  }

  /// `u8[height, width, channels]` of a file's bytes; of bytes that are no picture, as the operator
  /// wants it, an array without rows and columns.
  private static Value decoded(Call c) {
    var format = c.attributes().text("pixel_format", "RGB");
    var channels =
        switch (format) {
          case "RGB" -> new int[] {0, 1, 2};
          case "BGR" -> new int[] {2, 1, 0};
          case "Grayscale" -> new int[] {Picture.GREY};
          case String _ ->
              throw OnnxException.of(
                  "pixel_format \"%s\" is not one of RGB, BGR and Grayscale", format);
        };
    var stream = c.known(0);
    OnnxException.check(
        stream.type().dtype() == DType.U8 && stream.type().shape().rank() == 1,
        "the encoded picture has to be a vector of bytes, is %s",
        stream.type());
    var bytes = new byte[stream.size()];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) stream.longAt(i);
    try {
      return array(c, Picture.decode(bytes), channels);
    } catch (IOException _) {
      return array(c, Picture.NONE, channels);
    }
  }

  private static Value array(Call c, Picture picture, int[] channels) {
    var type = TensorType.of(DType.U8, picture.height(), picture.width(), channels.length);
    var data = new byte[Math.toIntExact(type.size())];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) picture.sample(i / channels.length, channels[i % channels.length]);
    }
    var builder = c.importer().builder();
    return Value.constant(builder, Literal.of(type, MemorySegment.ofArray(data)));
  }
}
