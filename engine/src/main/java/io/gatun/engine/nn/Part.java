package io.gatun.engine.nn;

/// A piece of a model's description that files keep: a layer, loss, metric, optimizer, schedule,
/// clipping or initializer. Plain data; two parts with equal settings are equal.
///
/// What is written is `{"kind": kind(), ...settings()}`; it is read again by the reader that
/// [Parts] holds for the kind.
public interface Part {
  /// Name of the kind in files: `dense`.
  String kind();

  /// What distinguishes this part from others of its kind.
  default Settings settings() {
    return Settings.none();
  }
}
