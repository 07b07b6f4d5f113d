package io.gatun.engine.io;

/// An image file whose structure has been checked, reduced to what its pixels need: what else such
/// files carry (texts, colour profiles, previews, further frames) is not given to a decoder.
///
/// @param format as the platform's decoders name it
/// @param width as stored
/// @param height as stored
/// @param bytes of a file that holds just the image
record EncodedImage(String format, int width, int height, byte[] bytes, Orientation orientation) {}
