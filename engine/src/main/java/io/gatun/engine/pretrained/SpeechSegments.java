package io.gatun.engine.pretrained;

import java.util.ArrayList;
import java.util.List;

/// From probabilities of speech, chunk by chunk, to stretches of it. Speech begins where the
/// probability reaches the threshold, and ends where it stays below a lower one for a while.
///
/// @param threshold from 0 to 1
/// @param least speech that is shorter is left out, seconds
/// @param pause shorter ones are part of the speech, seconds
/// @param margin added at both ends, seconds
public record SpeechSegments(double threshold, double least, double pause, double margin) {
  private static final double HYSTERESIS = 0.15;

  /// A stretch of speech, in seconds.
  public record Segment(double from, double to) {}

  public SpeechSegments {
    if (!(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException("threshold: " + threshold + " is not between 0 and 1");
    }
  }

  /// The usual numbers of Silero VAD: 0.5, 250 ms, 100 ms, 30 ms.
  public static SpeechSegments usual() {
    return new SpeechSegments(0.5, 0.25, 0.1, 0.03);
  }

  public SpeechSegments withThreshold(double value) {
    return new SpeechSegments(value, least, pause, margin);
  }

  /// The stretches, in order and apart from each other.
  ///
  /// @param chunk seconds that a probability stands for
  public List<Segment> of(double[] probabilities, double chunk) {
    var segments = new ArrayList<Segment>();
    int start = -1;
    int quiet = -1; // the first chunk of what may become a pause
    for (int i = 0; i <= probabilities.length; i++) {
      double p = i < probabilities.length ? probabilities[i] : 0;
      if (p >= threshold) {
        quiet = -1;
        if (start < 0) start = i;
      } else if (start >= 0 && (p < threshold - HYSTERESIS || i == probabilities.length)) {
        if (quiet < 0) quiet = i;
        if ((i + 1 - quiet) * chunk < pause && i < probabilities.length) continue;
        if ((quiet - start) * chunk >= least) {
          segments.add(new Segment(start * chunk, quiet * chunk));
        }
        start = quiet = -1;
      }
    }
    return widened(segments, probabilities.length * chunk);
  }

  private List<Segment> widened(List<Segment> segments, double end) {
    var result = new ArrayList<Segment>();
    for (int i = 0; i < segments.size(); i++) {
      double before = i == 0 ? 0 : (segments.get(i - 1).to() + segments.get(i).from()) / 2;
      boolean isLast = i == segments.size() - 1;
      double after = isLast ? end : (segments.get(i).to() + segments.get(i + 1).from()) / 2;
      result.add(
          new Segment(
              Math.max(before, segments.get(i).from() - margin),
              Math.min(after, segments.get(i).to() + margin)));
    }
    return result;
  }
}
