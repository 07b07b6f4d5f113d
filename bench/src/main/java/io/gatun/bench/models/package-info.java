/// Real models beside what people run them with today: `./gatun bench models`.
///
/// A [io.gatun.bench.models.Row] is a model, what is measured of it and its goal; it gives an
/// [io.gatun.bench.models.Outcome]; a [io.gatun.bench.models.Page] shows them all.
package io.gatun.bench.models;
