package io.gatun.engine.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Sound of a WAV file: samples from -1 to 1, the channels averaged. Whole numbers of 8, 16, 24 and
/// 32 bits and floats of 32 are read.
///
/// @param rate samples a second
public record Wav(int rate, float[] samples) {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat REAL =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// What the chunk `fmt ` says.
  private record Format(int kind, int channels, int rate, int bits) {
    int frameBytes() {
      return channels * bits / 8;
    }

    float sample(MemorySegment data, long at) {
      if (kind == FLOAT) return data.get(REAL, at);
      return switch (bits) {
        case 8 -> ((data.get(ValueLayout.JAVA_BYTE, at) & 0xff) - 128) / 128f;
        case 16 -> data.get(SHORT, at) / 32768f;
        case 24 ->
            (data.get(SHORT, at) & 0xffff | data.get(ValueLayout.JAVA_BYTE, at + 2) << 16)
                / 8388608f;
        default -> data.get(INT, at) / 2147483648f;
      };
    }
  }

  /// Reads a file.
  ///
  /// @throws MalformedFileException when it is none, is cut short, or holds another kind of sound
  public static Wav read(Path file) throws IOException {
    var source = Source.of(file);
    try (var arena = Arena.ofConfined()) {
      var content = source.map(arena);
      if (content.byteSize() < 12
          || !tag(content, 0).equals("RIFF")
          || !tag(content, 8).equals("WAVE")) {
        throw source.malformed(0, "no WAV file; convert it to one, of 16 bits");
      }
      Format format = null;
      for (long at = 12; at + 8 <= content.byteSize(); ) {
        long size = Integer.toUnsignedLong(content.get(INT, at + 4));
        if (size > content.byteSize() - at - 8) {
          throw source.malformed(
              at, "truncated: chunk '%s' of %d bytes".formatted(tag(content, at), size));
        }
        var chunk = content.asSlice(at + 8, size);
        if (tag(content, at).equals("fmt ")) format = format(source, at + 8, chunk);
        if (tag(content, at).equals("data")) {
          if (format == null) throw source.malformed(at, "sound before its format");
          return new Wav(format.rate(), samples(format, chunk));
        }
        at += 8 + size + size % 2;
      }
      throw source.malformed(content.byteSize(), "truncated: no sound");
    }
  }

  private static String tag(MemorySegment content, long at) {
    byte[] bytes = content.asSlice(at, 4).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static Format format(Source source, long at, MemorySegment chunk)
      throws MalformedFileException {
    if (chunk.byteSize() < 16) throw source.malformed(at, "truncated: the format of the sound");
    int kind = chunk.get(SHORT, 0) & 0xffff;
    if (kind == EXTENSIBLE && chunk.byteSize() >= 26) kind = chunk.get(SHORT, 24) & 0xffff;
    int channels = chunk.get(SHORT, 2) & 0xffff;
    int rate = chunk.get(INT, 4);
    int bits = chunk.get(SHORT, 14) & 0xffff;
    boolean whole = kind == PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32);
    if (!whole && !(kind == FLOAT && bits == 32) || channels < 1 || rate < 1) {
      throw source.malformed(
          at,
          "sound of kind %d, %d bits, %d channels, %d samples a second is not read; convert it to 16 bits"
              .formatted(kind, bits, channels, rate));
    }
    return new Format(kind, channels, rate, bits);
  }

  private static float[] samples(Format format, MemorySegment data) {
    int frames = Math.toIntExact(data.byteSize() / format.frameBytes());
    float[] samples = new float[frames];
    for (int i = 0; i < frames; i++) {
      for (int channel = 0; channel < format.channels(); channel++) {
        long at = (long) i * format.frameBytes() + channel * (format.bits() / 8);
        samples[i] += format.sample(data, at) / format.channels();
      }
    }
    return samples;
  }

  /// The same sound at another rate; every sample is the mean of those that it stands for.
  ///
  /// @throws IOException when this rate is no multiple of the other
  public Wav at(int wanted) throws IOException {
    if (rate % wanted != 0) {
      throw new IOException(
          "sound of %d samples a second; wanted are %d or a multiple: convert it, as by 'ffmpeg -i in.wav -ar %d out.wav'"
              .formatted(rate, wanted, wanted));
    }
    int step = rate / wanted;
    float[] means = new float[samples.length / step];
    for (int i = 0; i < means.length; i++) {
      for (int j = 0; j < step; j++) means[i] += samples[i * step + j] / step;
    }
    return new Wav(wanted, means);
  }
}
