package io.gatun.engine.nn;

import java.util.List;
import java.util.Optional;

/// What became of the tensors of a weights file, by their names in the model.
///
/// @param loaded those that the model took over
/// @param missing those of the model that the file lacks
/// @param mismatched those of another type in the file
/// @param unexpected those of the file that the model has none for
public record WeightsReport(
    List<String> loaded, List<String> missing, List<Mismatch> mismatched, List<String> unexpected) {
  public WeightsReport {
    loaded = List.copyOf(loaded);
    missing = List.copyOf(missing);
    mismatched = List.copyOf(mismatched);
    unexpected = List.copyOf(unexpected);
  }

  /// A tensor with one type in the file and another in the model.
  public record Mismatch(String name, String file, String model) {
    /// Prints as `dense/kernel: file f32[4,8], model f32[4,9]`.
    @Override
    public String toString() {
      return "%s: file %s, model %s".formatted(name, file, model);
    }
  }

  /// Whether the file has exactly the tensors of the model.
  public boolean isComplete() {
    return missing.isEmpty() && mismatched.isEmpty() && unexpected.isEmpty();
  }

  /// The first tensor of the model that the file has not, or not of its type; where there is none,
  /// the first of the file that the model has not.
  Optional<String> firstDifference() {
    if (!mismatched.isEmpty()) return Optional.of(mismatched.getFirst().toString());
    if (!missing.isEmpty()) return Optional.of(missing.getFirst() + ": file none, model has it");
    return unexpected.stream().findFirst().map(name -> name + ": file has it, model none");
  }

  /// Prints as `4 loaded; missing [dense/bias]; mismatched []; unexpected []`.
  @Override
  public String toString() {
    return "%d loaded; missing %s; mismatched %s; unexpected %s"
        .formatted(loaded.size(), missing, mismatched, unexpected);
  }
}
