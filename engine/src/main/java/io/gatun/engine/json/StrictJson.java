package io.gatun.engine.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// Reads JSON of unknown origin: bounded, and refusing names that stand twice in an object.
///
/// @param depth most levels of nesting
/// @param longestText characters of the longest string
/// @param longestDocument characters in all
public record StrictJson(int depth, int longestText, long longestDocument) {
  private static final int LONGEST_NUMBER = 40;

  /// The tree of a document.
  ///
  /// @throws JsonProcessingException when it is malformed or beyond the bounds
  public JsonNode read(String text) throws JsonProcessingException {
    var limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(depth)
            .maxNumberLength(LONGEST_NUMBER)
            .maxStringLength(longestText)
            .maxDocumentLength(longestDocument)
            .build();
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    return new ObjectMapper(factory).readTree(text);
  }
}
