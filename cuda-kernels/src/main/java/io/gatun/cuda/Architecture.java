package io.gatun.cuda;

import java.util.regex.Pattern;

/// Compute capability of a GPU: `sm_90` is 9.0.
public record Architecture(int major, int minor) implements Comparable<Architecture> {
  private static final Pattern NAME = Pattern.compile("(?:sm|compute)_(\\d+)(\\d)a?");

  /// The architecture of a name like `sm_80` or `compute_90`.
  ///
  /// @throws IllegalArgumentException when the name has another form
  public static Architecture of(String name) {
    var matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + name + "\" is no architecture such as sm_80");
    }
    return new Architecture(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /// Name of the hardware: `sm_90`.
  public String hardware() {
    return "sm_" + major + minor;
  }

  /// Name of the PTX target: `compute_90`.
  public String virtual() {
    return "compute_" + major + minor;
  }

  @Override
  public int compareTo(Architecture other) {
    return Integer.compare(10 * major + minor, 10 * other.major + other.minor);
  }

  @Override
  public String toString() {
    return hardware();
  }
}
