/// Data sets: where their files are found or fetched from, and their arrays; random changes of
/// images during training.
package io.gatun.engine.data;
