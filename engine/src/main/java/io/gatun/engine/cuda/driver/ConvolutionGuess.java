package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cudnn.CuDnn.*;
import static io.gatun.engine.cuda.driver.LibraryCalls.dnn;

import io.gatun.bindings.cudnn.cudnnConvolutionFwdAlgoPerfStruct;
import io.gatun.engine.cuda.library.Convolution;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// An algorithm that cuDNN thinks good for a convolution, and the kind of arithmetic it uses.
record ConvolutionGuess(int algorithm, int math) {
  /// Guesses that the library is asked for.
  private static final int MOST = 4;

  /// The library's `CUDNN_STATUS_NOT_SUPPORTED` and its particular reasons.
  private static final int NOT_SUPPORTED_FROM = 3000;

  private static final int NOT_SUPPORTED_UNTIL = 4000;

  /// The best first; none where the library cannot do it.
  static List<ConvolutionGuess> of(
      MemorySegment handle, Convolution.Part part, ConvolutionDescriptors descriptors) {
    try (var arena = Arena.ofConfined()) {
      var count = arena.allocate(ValueLayout.JAVA_INT);
      // The library has three kinds of results, which differ in name only.
      var results = cudnnConvolutionFwdAlgoPerfStruct.allocateArray(MOST, arena);
      int status = ask(handle, part, descriptors, count, results);
      if (status >= NOT_SUPPORTED_FROM && status < NOT_SUPPORTED_UNTIL) return List.of();
      dnn(status, "cudnnGetConvolutionAlgorithm_v7", part::toString);
      var guesses = new ArrayList<ConvolutionGuess>();
      for (int i = 0; i < count.get(ValueLayout.JAVA_INT, 0); i++) {
        var one = cudnnConvolutionFwdAlgoPerfStruct.asSlice(results, i);
        if (cudnnConvolutionFwdAlgoPerfStruct.status(one) != CUDNN_STATUS_SUCCESS()) continue;
        guesses.add(
            new ConvolutionGuess(
                cudnnConvolutionFwdAlgoPerfStruct.algo(one),
                cudnnConvolutionFwdAlgoPerfStruct.mathType(one)));
      }
      return guesses;
    }
  }

  /// Bytes that the algorithm needs; empty where it does not do this convolution after all.
  OptionalLong workspace(
      MemorySegment handle, Convolution.Part part, ConvolutionDescriptors descriptors) {
    descriptors.useMath(descriptors.math(math));
    var x = descriptors.x();
    var y = descriptors.y();
    var w = descriptors.w();
    var operation = descriptors.operation();
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.JAVA_LONG);
      int status =
          switch (part) {
            case RESULT ->
                cudnnGetConvolutionForwardWorkspaceSize(handle, x, w, operation, y, algorithm, out);
            case IMAGE_GRADIENT ->
                cudnnGetConvolutionBackwardDataWorkspaceSize(
                    handle, w, y, operation, x, algorithm, out);
            case FILTER_GRADIENT ->
                cudnnGetConvolutionBackwardFilterWorkspaceSize(
                    handle, x, y, operation, w, algorithm, out);
          };
      return status == CUDNN_STATUS_SUCCESS()
          ? OptionalLong.of(out.get(ValueLayout.JAVA_LONG, 0))
          : OptionalLong.empty();
    }
  }

  private static int ask(
      MemorySegment handle,
      Convolution.Part part,
      ConvolutionDescriptors descriptors,
      MemorySegment count,
      MemorySegment results) {
    var x = descriptors.x();
    var y = descriptors.y();
    var w = descriptors.w();
    var operation = descriptors.operation();
    return switch (part) {
      case RESULT ->
          cudnnGetConvolutionForwardAlgorithm_v7(handle, x, w, operation, y, MOST, count, results);
      case IMAGE_GRADIENT ->
          cudnnGetConvolutionBackwardDataAlgorithm_v7(
              handle, w, y, operation, x, MOST, count, results);
      case FILTER_GRADIENT ->
          cudnnGetConvolutionBackwardFilterAlgorithm_v7(
              handle, x, y, operation, w, MOST, count, results);
    };
  }
}
