package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.util.Optional;
import java.util.Set;

/// An event: its last recording, in a stream or in a capture.
final class VirtualEvent {
  /// A recording in a capture: the nodes that it stands for.
  record Captured(Capture capture, Set<Integer> nodes) {}

  private Optional<EventMark> mark = Optional.empty();
  private Optional<Captured> captured = Optional.empty();

  void record(EventMark recorded) {
    mark = Optional.of(recorded);
    captured = Optional.empty();
  }

  void record(Captured recorded) {
    captured = Optional.of(recorded);
  }

  /// Its last recording in a stream.
  Optional<EventMark> mark() {
    return mark;
  }

  /// Its last recording, for calls that cannot be captured; empty before the first one.
  Optional<EventMark> requireMark(String call) {
    if (captured.isPresent()) {
      throw new CudaException(
          call, CudaResult.CAPTURED_EVENT, "the event was recorded in a capture");
    }
    return mark;
  }

  /// Its last recording, which must be reached.
  EventMark requireReached(String call) {
    var found =
        requireMark(call)
            .orElseThrow(
                () ->
                    new CudaException(
                        call, CudaResult.INVALID_HANDLE, "the event was never recorded"));
    if (!found.isReached()) {
      throw new CudaException(
          call, CudaResult.NOT_READY, "the event is not reached; synchronize it before");
    }
    return found;
  }

  /// Its last recording, where that was in a capture.
  Optional<Captured> captured() {
    return captured;
  }
}
