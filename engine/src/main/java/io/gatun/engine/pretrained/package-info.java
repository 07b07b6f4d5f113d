/// What is done with networks that others have trained, from the user's data to an answer and back:
/// sentence embeddings, voice activity, faces and text in pictures. The networks are ONNX files;
/// see [io.gatun.engine.data.Pretrained] for those that can be fetched.
package io.gatun.engine.pretrained;
