package io.gatun.engine.train;

import java.util.Optional;

/// A completed epoch.
///
/// @param number from 1, counted over all runs
/// @param results over its training samples, each taken before the step that it led to
/// @param validation over the validation samples, after the epoch
/// @param seconds of training, validation not counted
public record Epoch(
    int number,
    Results results,
    Optional<Results> validation,
    double seconds,
    double samplesPerSecond) {}
