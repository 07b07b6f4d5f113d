package io.gatun.engine.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The JSON header of a safetensors file:
/// `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}`.
record SafetensorsHeader(SortedMap<String, Place> entries, SortedMap<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /// Where a tensor lies in the data section: bytes `begin` to `end`, the last exclusive.
  record Place(TensorType type, long begin, long end) {}

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(4)
          .maxNumberLength(20)
          .maxNameLength(1 << 16)
          .maxStringLength(1 << 24)
          .build();

  static SafetensorsHeader parse(byte[] json, Source source) throws IOException {
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(LIMITS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();
    try (var parser = factory.createParser(json)) {
      return new Reading(parser, source).header();
    } catch (JsonProcessingException broken) {
      long at = broken.getLocation() == null ? 0 : broken.getLocation().getByteOffset();
      throw source.broken(8 + Math.max(at, 0), "header", broken);
    } catch (CharConversionException broken) {
      throw source.broken(8, "header", broken);
    }
  }

  /// Checks that the tensors cover the data section exactly, each byte once.
  void checkLayout(long dataBytes, Source source) throws MalformedFileException {
    var order = new ArrayList<>(entries.entrySet());
    order.sort(
        Comparator.<Map.Entry<String, Place>>comparingLong(e -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long covered = 0;
    for (var entry : order) {
      var place = entry.getValue();
      String what = "tensor '" + entry.getKey() + "' at " + place.begin() + " to " + place.end();
      if (place.begin() != covered) {
        String fault = place.begin() < covered ? " overlaps its neighbour" : " leaves a hole";
        throw source.malformed(8, what + fault + ": the data up to " + covered + " is taken");
      }
      if (place.end() > dataBytes) {
        throw source.malformed(8, what + " ends outside of the " + dataBytes + " bytes of data");
      }
      covered = place.end();
    }
    if (covered != dataBytes) {
      throw source.malformed(8, (dataBytes - covered) + " bytes of data belong to no tensor");
    }
  }

  private record Reading(JsonParser parser, Source source) {
    SafetensorsHeader header() throws IOException {
      var entries = new TreeMap<String, Place>();
      var metadata = new TreeMap<String, String>();
      expect(parser.nextToken(), JsonToken.START_OBJECT, "an object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (name.equals(METADATA)) {
          metadata(metadata);
        } else {
          entries.put(name, place(name));
        }
      }
      JsonToken after = parser.nextToken();
      if (after != null) throw failure("text after the header object");
      return new SafetensorsHeader(entries, metadata);
    }

    private void metadata(SortedMap<String, String> metadata) throws IOException {
      expect(parser.nextToken(), JsonToken.START_OBJECT, "an object of strings");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        expect(parser.nextToken(), JsonToken.VALUE_STRING, "a string");
        metadata.put(key, parser.getText());
      }
    }

    private Place place(String name) throws IOException {
      Optional<DType> dtype = Optional.empty();
      Optional<List<Long>> shape = Optional.empty();
      Optional<List<Long>> offsets = Optional.empty();
      expect(parser.nextToken(), JsonToken.START_OBJECT, "an object for tensor '" + name + "'");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        switch (parser.currentName()) {
          case "dtype" -> dtype = Optional.of(dtype());
          case "shape" -> shape = Optional.of(longs());
          case "data_offsets" -> offsets = Optional.of(longs());
          default -> throw failure("key '" + parser.currentName() + "' of tensor '" + name + "'");
        }
      }
      if (dtype.isEmpty() || shape.isEmpty() || offsets.isEmpty() || offsets.get().size() != 2) {
        throw failure("tensor '" + name + "' needs dtype, shape and two data_offsets");
      }
      var type = source.type(dtype.get(), shape.get(), offset());
      long begin = offsets.get().getFirst();
      long end = offsets.get().getLast();
      if (begin < 0 || end < begin || end - begin != type.bytes()) {
        throw failure(
            "tensor '%s': %s needs %d bytes, its data_offsets are %d to %d"
                .formatted(name, type, type.bytes(), begin, end));
      }
      return new Place(type, begin, end);
    }

    private DType dtype() throws IOException {
      expect(parser.nextToken(), JsonToken.VALUE_STRING, "a string");
      String text = parser.getText();
      return switch (text) {
        case "F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL" ->
            DType.valueOf(text);
        default ->
            throw failure("dtype '" + text + "'; F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL are read");
      };
    }

    private List<Long> longs() throws IOException {
      var values = new ArrayList<Long>();
      expect(parser.nextToken(), JsonToken.START_ARRAY, "an array of numbers");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, "a whole number");
        values.add(parser.getLongValue());
      }
      return values;
    }

    private void expect(JsonToken token, JsonToken wanted, String what)
        throws MalformedFileException {
      if (token != wanted) throw failure("wanted " + what);
    }

    private MalformedFileException failure(String reason) {
      return source.malformed(offset(), "header: " + reason);
    }

    private long offset() {
      return 8 + Math.max(0, parser.currentTokenLocation().getByteOffset());
    }
  }
}
