/// Array files: IDX, npy, npz, safetensors and CSV. Readers answer [io.gatun.graph.tensor.Literal]s
/// that live in the caller's arena, memory-mapped where the format stores what the engine computes
/// with. Image files are decoded by [ImageDecoder].
///
/// Every reader treats its file as hostile: sizes in a header are checked against the size of the
/// file before anything is allocated, and what is wrong is a [MalformedFileException] that names
/// the file, the offset and the reason. A mapped file must not be truncated while it is in use.
/// Writers go through [AtomicFile], so a full disk leaves the old file whole.
package io.gatun.engine.io;
