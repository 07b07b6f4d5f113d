package io.gatun.graph.onnx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
  private static byte[] file(String format, int type) throws IOException {
    var image = new BufferedImage(9, 7, type);
    for (int i = 0; i < 63; i++) image.setRGB(i % 9, i / 9, 0xFF000000 | colour(i));
    var out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out), format);
    return out.toByteArray();
  }

  private static int colour(int pixel) {
    return pixel * 0x03_05_01 + 0x10_20_40;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void samplesAreThoseOfTheFile(String format) throws IOException {
    var picture = Picture.decode(file(format, BufferedImage.TYPE_INT_RGB));
    assertEquals(9, picture.width());
    assertEquals(7, picture.height());
    for (int i = 0; i < 63; i++) assertEquals(colour(i), picture.rgb()[i], "pixel " + i);
    assertEquals(0x10, picture.sample(0, 0));
    assertEquals(0x20, picture.sample(0, 1));
    assertEquals(0x40, picture.sample(0, 2));
    assertEquals(31, picture.sample(0, Picture.GREY));
  }

  @Test
  void greysKeepTheirNumbers() throws IOException {
    var image = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 4; i++) image.getRaster().setSample(i, 0, 0, 60 * i);
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    var greys = new int[] {0, 0x3C3C3C, 0x787878, 0xB4B4B4};
    assertArrayEquals(greys, Picture.decode(out.toByteArray()).rgb());
  }

  @Test
  void mapsOfPixelsAreRead() throws IOException {
    var picture = Picture.decode("P6 # two\n2 1\n255\nabcdef".getBytes(ISO_8859_1));
    assertArrayEquals(new int[] {0x616263, 0x646566}, picture.rgb());
    assertArrayEquals(
        new int[] {0x616161}, Picture.decode("P5 1 1 255 a".getBytes(ISO_8859_1)).rgb());
    assertThrows(IOException.class, () -> Picture.decode("P6 2 1 255 abc".getBytes(ISO_8859_1)));
  }

  @Test
  void hugePicturesAreRefusedBeforeTheyAreDecoded() throws IOException {
    var file = file("png", BufferedImage.TYPE_INT_RGB);
    ByteBuffer.wrap(file).putInt(16, 2_000_000_000).putInt(20, 2_000_000_000);
    var huge = "P6 99999999 99999999 255 ".getBytes(ISO_8859_1);
    assertThrows(OnnxException.class, () -> Picture.decode(huge));
    var crc = new java.util.zip.CRC32();
    crc.update(file, 12, 17);
    ByteBuffer.wrap(file).putInt(29, (int) crc.getValue());
    var error = assertThrows(OnnxException.class, () -> Picture.decode(file));
    assertTrue(error.getMessage().contains("at most 40000000"), error.getMessage());
  }

  private static List<Double> decoded(String format, byte[] bytes) {
    var data = TensorProto.newBuilder().setName("x").setDataType(2).addDims(bytes.length);
    var attribute =
        AttributeProto.newBuilder()
            .setName("pixel_format")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(format));
    var node =
        NodeProto.newBuilder()
            .setOpType("ImageDecoder")
            .addInput("x")
            .addOutput("y")
            .addAttribute(attribute);
    var graph =
        GraphProto.newBuilder()
            .addInitializer(data.setRawData(ByteString.copyFrom(bytes)))
            .addNode(node)
            .addOutput(ValueInfoProto.newBuilder().setName("y"));
    var opset = OperatorSetIdProto.newBuilder().setVersion(20);
    var model = ModelProto.newBuilder().addOpsetImport(opset).setGraph(graph).build();
    var value = Onnx.model("m", model.toByteArray()).graph().evaluate(List.of()).getFirst();
    return IntStream.range(0, value.size()).mapToObj(value::at).toList();
  }

  @Test
  void theOperatorGivesChannelsInTheOrderOfTheFormat() {
    var file = "P6 1 1 255 abc".getBytes(ISO_8859_1);
    assertEquals(List.of(97.0, 98.0, 99.0), decoded("RGB", file));
    assertEquals(List.of(99.0, 98.0, 97.0), decoded("BGR", file));
    assertEquals(List.of(98.0), decoded("Grayscale", file));
    assertEquals(List.of(), decoded("RGB", new byte[] {1, 2, 3}));
    assertThrows(OnnxException.class, () -> decoded("HSV", file));
  }

  @Test
  void formatsThatAreNotReadAreNamed() {
    var webp = "RIFF....WEBPVP8 ".getBytes(ISO_8859_1);
    var error = assertThrows(OnnxException.class, () -> Picture.decode(webp));
    assertTrue(error.getMessage().contains("convert them to PNG"), error.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"png,1", "png,10", "png,13", "jpeg,1", "jpeg,10", "bmp,1", "gif,13", "tiff,1"})
  void damagedFilesAreRefused(String format, int type) throws IOException {
    var whole = file(format, type);
    for (long seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var bytes = random.nextBoolean() ? whole.clone() : cut(whole, random);
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        var picture = Picture.decode(bytes);
        assertEquals(picture.width() * picture.height(), picture.rgb().length);
      } catch (IOException | OnnxException refused) {
        assertTrue(!refused.toString().isEmpty(), "seed " + seed);
      }
    }
  }

  private static byte[] cut(byte[] whole, Random random) {
    return Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
  }
}
