/// Data sets: where their files are found or fetched from, and their arrays; images from folders by
/// class, and their random changes during training; tables and their preparation.
///
/// A table goes from a CSV file to a model so: [Table#read][io.gatun.engine.data.Table#read] the
/// columns of a [schema][io.gatun.engine.data.TableSchema], make them a [data
/// set][io.gatun.engine.data.Datasets#classes], [split][io.gatun.engine.data.Split] it (or cut it
/// into [folds][io.gatun.engine.data.KFold]), fit a [scaler][io.gatun.engine.data.Scaler] (or
/// [principal components][io.gatun.engine.data.Pca]) to the training part alone and transform all
/// parts with it. Arrays in memory, npy and npz files become data sets by
/// [Datasets][io.gatun.engine.data.Datasets] too.
package io.gatun.engine.data;
