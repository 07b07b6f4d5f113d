package io.gatun.engine.io;

import com.fasterxml.jackson.core.JsonFactory;
import io.gatun.graph.tensor.Literal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A safetensors file: named tensors and string metadata. Layout: u64 length of the header, a JSON
/// header, then the data, row-major and little-endian, without holes or overlaps.
///
/// Tensors read are mapped, never copied. Tensors written are laid out by descending element size,
/// then by name, so that each is aligned to its elements; the same content gives the same bytes.
public record Safetensors(SortedMap<String, Literal> tensors, SortedMap<String, String> metadata) {
  /// The limit of the format's own implementation.
  private static final long MAX_HEADER = 100_000_000;

  private static final int ALIGNMENT = 64;
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Copies the maps.
  public Safetensors {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    if (tensors.containsKey(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          "a tensor cannot be named " + SafetensorsHeader.METADATA + ", which holds the metadata");
    }
  }

  /// Tensors without metadata.
  public static Safetensors of(Map<String, Literal> tensors) {
    return new Safetensors(new TreeMap<>(tensors), new TreeMap<>());
  }

  /// Maps the file into `arena`.
  public static Safetensors read(Path file, Arena arena) throws IOException {
    var source = Source.of(file);
    var content = source.map(arena);
    if (content.byteSize() < 8) throw source.malformed(0, "truncated: no room for a header length");
    long length = content.get(LENGTH, 0);
    long most = Math.min(MAX_HEADER, content.byteSize() - 8);
    if (length < 2 || length > most) {
      throw source.malformed(
          0, "header length " + Long.toUnsignedString(length) + "; 2 to " + most + " is possible");
    }
    byte[] json = content.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
    var header = SafetensorsHeader.parse(json, source);
    var data = content.asSlice(8 + length);
    header.checkLayout(data.byteSize(), source);
    var tensors = new TreeMap<String, Literal>();
    for (var entry : header.entries().entrySet()) {
      var place = entry.getValue();
      var raw = data.asSlice(place.begin(), place.end() - place.begin());
      var array = new StoredArray(place.type(), ByteOrder.LITTLE_ENDIAN, false);
      tensors.put(entry.getKey(), array.decode(raw, arena, source, 8 + length + place.begin()));
    }
    return new Safetensors(tensors, header.metadata());
  }

  /// Writes the file, atomically.
  public void write(Path file) throws IOException {
    List<Map.Entry<String, Literal>> order = new ArrayList<>(tensors.entrySet());
    order.sort(Comparator.comparing(entry -> -entry.getValue().type().dtype().bytes()));
    byte[] header = header(order);
    var length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip();
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.append(channel, length);
          AtomicFile.append(channel, ByteBuffer.wrap(header));
          for (var tensor : order) AtomicFile.append(channel, tensor.getValue().data());
        });
  }

  /// The JSON header, padded with blanks so that the data begins on a cache line.
  private byte[] header(List<Map.Entry<String, Literal>> order) throws IOException {
    var begins = new TreeMap<String, Long>();
    long end = 0;
    for (var tensor : order) {
      begins.put(tensor.getKey(), end);
      end += tensor.getValue().type().bytes();
    }
    var out = new ByteArrayOutputStream();
    try (var json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (var entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (var tensor : tensors.entrySet()) {
        var type = tensor.getValue().type();
        long begin = begins.get(tensor.getKey());
        json.writeObjectFieldStart(tensor.getKey());
        json.writeStringField("dtype", type.dtype().name());
        json.writeFieldName("shape");
        json.writeArray(
            type.shape().dims().stream().mapToInt(i -> i).toArray(), 0, type.shape().rank());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, begin + type.bytes()}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while ((8 + out.size()) % ALIGNMENT != 0) out.write(' ');
    return out.toByteArray();
  }
}
