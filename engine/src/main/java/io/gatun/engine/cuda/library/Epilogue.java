package io.gatun.engine.cuda.library;

/// What is done to each element `s` of a product before it is stored.
///
/// `bias` is one value a column of the result (`n` values), `auxiliary` one of each element: for
/// RELU a bit (`s > 0`), for GELU the value `s` itself. GELU is the one with the hyperbolic
/// tangent. The gradients multiply `s`, the gradient of the activation's result, by the derivative
/// that the auxiliary tells.
public enum Epilogue {
  /// `s`
  NONE,
  /// `s + bias`
  BIAS,
  /// `max(s, 0)`
  RELU,
  /// `max(s + bias, 0)`
  RELU_BIAS,
  /// `max(s, 0)`, and the auxiliary is written
  RELU_AUXILIARY,
  /// `max(s + bias, 0)`, and the auxiliary is written
  RELU_AUXILIARY_BIAS,
  /// `gelu(s)`
  GELU,
  /// `gelu(s + bias)`
  GELU_BIAS,
  /// `gelu(s)`, and the auxiliary is written
  GELU_AUXILIARY,
  /// `gelu(s + bias)`, and the auxiliary is written
  GELU_AUXILIARY_BIAS,
  /// `s` where the auxiliary's bit is set, else 0
  RELU_GRADIENT,
  /// as [#RELU_GRADIENT], and the result's sums over `m` are written to the bias
  RELU_GRADIENT_BIAS_GRADIENT,
  /// `s * gelu'(auxiliary)`
  GELU_GRADIENT,
  /// as [#GELU_GRADIENT], and the result's sums over `m` are written to the bias
  GELU_GRADIENT_BIAS_GRADIENT,
  /// `s`, and the sums of `a` over `k` are written to the bias (`m` values)
  SUM_OF_A,
  /// `s`, and the sums of `b` over `k` are written to the bias (`n` values): with `b` the gradient
  /// of a dense layer's result, its weights' and its bias' gradient in one launch
  SUM_OF_B;

  /// Whether there is a bias to read or to write.
  public boolean hasBias() {
    return switch (this) {
      case NONE, RELU, RELU_AUXILIARY, GELU, GELU_AUXILIARY, RELU_GRADIENT, GELU_GRADIENT -> false;
      case BIAS,
          RELU_BIAS,
          RELU_AUXILIARY_BIAS,
          GELU_BIAS,
          GELU_AUXILIARY_BIAS,
          RELU_GRADIENT_BIAS_GRADIENT,
          GELU_GRADIENT_BIAS_GRADIENT,
          SUM_OF_A,
          SUM_OF_B ->
          true;
    };
  }

  /// Whether the bias is written, which is defined for a single matrix only.
  public boolean writesBias() {
    return switch (this) {
      case RELU_GRADIENT_BIAS_GRADIENT, GELU_GRADIENT_BIAS_GRADIENT, SUM_OF_A, SUM_OF_B -> true;
      case NONE,
          BIAS,
          RELU,
          RELU_BIAS,
          RELU_AUXILIARY,
          RELU_AUXILIARY_BIAS,
          GELU,
          GELU_BIAS,
          GELU_AUXILIARY,
          GELU_AUXILIARY_BIAS,
          RELU_GRADIENT,
          GELU_GRADIENT ->
          false;
    };
  }

  /// What the auxiliary holds.
  public Auxiliary auxiliary() {
    return switch (this) {
      case NONE, BIAS, RELU, RELU_BIAS, GELU, GELU_BIAS, SUM_OF_A, SUM_OF_B -> Auxiliary.NONE;
      case RELU_AUXILIARY, RELU_AUXILIARY_BIAS, RELU_GRADIENT, RELU_GRADIENT_BIAS_GRADIENT ->
          Auxiliary.BITS;
      case GELU_AUXILIARY, GELU_AUXILIARY_BIAS, GELU_GRADIENT, GELU_GRADIENT_BIAS_GRADIENT ->
          Auxiliary.VALUES;
    };
  }

  /// Content of the auxiliary; rows of bits are padded to a multiple of 128, of values to one of 8.
  public enum Auxiliary {
    /// There is none.
    NONE(1),
    /// A bit an element.
    BITS(128),
    /// A value an element, of the result's type.
    VALUES(8);

    private final int granule;

    Auxiliary(int granule) {
      this.granule = granule;
    }

    /// Elements of a row of `n`, with the padding.
    public long rowElements(int n) {
      return ((long) n + granule - 1) / granule * granule;
    }
  }
}
