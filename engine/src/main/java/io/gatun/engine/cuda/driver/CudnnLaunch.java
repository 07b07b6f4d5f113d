package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cudnn.CuDnn.*;
import static io.gatun.engine.cuda.driver.LibraryCalls.dnn;

import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.engine.cuda.library.Convolution;
import io.gatun.engine.cuda.library.ConvolutionPointers;
import io.gatun.engine.cuda.library.LibraryLaunch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A convolution by one algorithm of cuDNN, with the filter brought into the library's order before
/// or into the graph's after. The workspace holds that filter first, then what the algorithm wants.
///
/// @param inner bytes that the algorithm wants
record CudnnLaunch(
    MemorySegment handle,
    Convolution convolution,
    ConvolutionDescriptors descriptors,
    FilterTransposition transposition,
    ConvolutionGuess guess,
    long inner,
    String name)
    implements LibraryLaunch<ConvolutionPointers> {
  private static final long GRANULE = 256;

  @Override
  public long workspaceBytes() {
    return filterBytes() + inner;
  }

  private long filterBytes() {
    long bytes = (long) convolution.filterElements() * convolution.type().bytes();
    return (bytes + GRANULE - 1) / GRANULE * GRANULE;
  }

  @Override
  public void launch(Stream stream, ConvolutionPointers pointers, long workspace) {
    LibraryCalls.checkAddress(call(), "x", pointers.x());
    LibraryCalls.checkAddress(call(), "w", pointers.w());
    LibraryCalls.checkAddress(call(), "y", pointers.y());
    LibraryCalls.checkAddress(call(), "the workspace", workspace);
    synchronized (descriptors) {
      dnn(cudnnSetStream(handle, Calls.pointer(stream.handle())), "cudnnSetStream", () -> "one");
      descriptors.useMath(descriptors.math(guess.math()));
      switch (convolution.part()) {
        case RESULT, IMAGE_GRADIENT -> {
          transposition.filtersOutermost(pointers.w(), workspace, stream);
          run(pointers, workspace);
        }
        case FILTER_GRADIENT -> {
          run(pointers, workspace);
          transposition.filtersInnermost(workspace, pointers.w(), stream);
        }
      }
    }
  }

  private void run(ConvolutionPointers pointers, long workspace) {
    var x = Calls.pointer(pointers.x());
    var y = Calls.pointer(pointers.y());
    var w = Calls.pointer(workspace);
    var rest = Calls.pointer(inner == 0 ? 0 : workspace + filterBytes());
    var xs = descriptors.x();
    var ys = descriptors.y();
    var ws = descriptors.w();
    var operation = descriptors.operation();
    int algorithm = guess.algorithm();
    try (var arena = Arena.ofConfined()) {
      var one = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1);
      var none = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0);
      int status =
          switch (convolution.part()) {
            case RESULT ->
                cudnnConvolutionForward(
                    handle, one, xs, x, ws, w, operation, algorithm, rest, inner, none, ys, y);
            case IMAGE_GRADIENT ->
                cudnnConvolutionBackwardData(
                    handle, one, ws, w, ys, y, operation, algorithm, rest, inner, none, xs, x);
            case FILTER_GRADIENT ->
                cudnnConvolutionBackwardFilter(
                    handle, one, xs, x, ys, y, operation, algorithm, rest, inner, none, ws, w);
          };
      dnn(status, call(), convolution::toString);
    }
  }

  private String call() {
    return switch (convolution.part()) {
      case RESULT -> "cudnnConvolutionForward";
      case IMAGE_GRADIENT -> "cudnnConvolutionBackwardData";
      case FILTER_GRADIENT -> "cudnnConvolutionBackwardFilter";
    };
  }
}
