/// Figures of how well predictions meet the truth, computed in double precision from plain arrays:
/// [io.gatun.engine.metric.ConfusionMatrix] with precision, recall and F1, the table of
/// [io.gatun.engine.metric.ClassificationReport], ROC curve, log loss and the errors of a
/// regression. Definitions are those of scikit-learn, whose values stand as test fixtures.
package io.gatun.engine.metric;
