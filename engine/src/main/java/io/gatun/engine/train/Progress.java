package io.gatun.engine.train;

/// Where a training run stands.
///
/// @param epoch number of the epoch, from 1
/// @param epochs number of the last epoch of this run
/// @param step steps done in this epoch
/// @param steps steps in an epoch
/// @param results over the epoch so far
/// @param recentLoss mean loss over the samples since the report before
/// @param samplesPerSecond over the part of the epoch in this run
/// @param secondsLeft until the end of the epoch
/// @param waiting fraction of the time in which no batch was ready
public record Progress(
    int epoch,
    int epochs,
    int step,
    int steps,
    Results results,
    double recentLoss,
    double samplesPerSecond,
    double secondsLeft,
    double waiting) {}
