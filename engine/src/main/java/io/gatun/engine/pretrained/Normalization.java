package io.gatun.engine.pretrained;

/// How a network wants the pixels of a picture: `value * scale + shift` for values from 0 to 255.
///
/// @param scale of red, green and blue, in the network's order
/// @param shift likewise
/// @param planes whether channels come before rows: `[1,3,height,width]`, else
///     `[1,height,width,3]`
/// @param blueFirst whether blue is the first channel
record Normalization(double[] scale, double[] shift, boolean planes, boolean blueFirst) {
  /// From -1 to 1.
  static Normalization signed(boolean planes, boolean blueFirst) {
    double scale = 2 / 255.0;
    return new Normalization(
        new double[] {scale, scale, scale}, new double[] {-1, -1, -1}, planes, blueFirst);
  }

  /// `(value / 255 - mean) / deviation` with those of ImageNet, channels before rows, blue first.
  static Normalization imageNet() {
    double[] means = {0.485, 0.456, 0.406};
    double[] deviations = {0.229, 0.224, 0.225};
    double[] scale = new double[3];
    double[] shift = new double[3];
    for (int c = 0; c < 3; c++) {
      scale[c] = 1 / (255 * deviations[c]);
      shift[c] = -means[c] / deviations[c];
    }
    return new Normalization(scale, shift, true, true);
  }

  /// Channel `c` of a colour `0xRRGGBB`.
  float of(int colour, int c) {
    int value = colour >> (blueFirst ? 8 * c : 16 - 8 * c) & 0xff;
    return (float) (value * scale[c] + shift[c]);
  }
}
