package io.gatun.engine.train;

/// Where a training run stands.
///
/// @param epoch number of the epoch, from 1
/// @param epochs number of the last epoch of this run
/// @param step steps done in this epoch
/// @param steps steps in an epoch
/// @param results over the epoch so far
/// @param recentLoss mean loss over the samples since the report before
/// @param samplesPerSecond over the epoch so far
/// @param secondsLeft until the end of the epoch
public record Progress(
    int epoch,
    int epochs,
    int step,
    int steps,
    Results results,
    double recentLoss,
    double samplesPerSecond,
    double secondsLeft) {}
