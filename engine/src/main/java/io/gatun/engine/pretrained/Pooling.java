package io.gatun.engine.pretrained;

/// How the features of tokens become those of a sentence.
public enum Pooling {
  /// Their mean, as in Sentence-BERT (Reimers and Gurevych 2019).
  MEAN,
  /// Those of the first token, which stands for the sentence.
  FIRST;

  /// @param features of `tokens` tokens, `size` each, beginning at `offset`
  float[] of(float[] features, int offset, int tokens, int size) {
    int counted = this == MEAN ? tokens : 1;
    float[] sum = new float[size];
    for (int token = 0; token < counted; token++) {
      for (int i = 0; i < size; i++) sum[i] += features[offset + token * size + i] / counted;
    }
    return sum;
  }
}
