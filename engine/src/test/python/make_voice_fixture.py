"""Writes engine/src/test/resources/pretrained/silero.json: the probabilities of speech that ONNX
Runtime computes with Silero VAD 5, chunk by chunk, for the voice of VadTest.

    python make_voice_fixture.py silero_vad_v5.onnx
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime

RATE, CHUNK, CONTEXT = 16000, 512, 64


def voice():
    t = np.arange(2 * RATE) / RATE
    x = np.zeros_like(t)
    for k in range(1, 30):
        f = 120.0 * k
        level = np.exp(-(((f - 600) / 150) ** 2)) + 0.7 * np.exp(-(((f - 1200) / 200) ** 2))
        x += level * np.sin(2 * np.pi * f * t)
    x *= 0.1 * (0.6 + 0.4 * np.sin(8 * np.pi * t)) * ((t >= 0.5) & (t <= 1.5))
    return (np.rint(32767 * x) / 32768).astype(np.float32)


def main(model):
    session = onnxruntime.InferenceSession(model)
    sound = voice()
    state = np.zeros((2, 1, 128), np.float32)
    context = np.zeros(CONTEXT, np.float32)
    probabilities = []
    for start in range(0, len(sound), CHUNK):
        chunk = np.zeros(CHUNK, np.float32)
        part = sound[start : start + CHUNK]
        chunk[: len(part)] = part
        feed = {
            "input": np.concatenate([context, chunk])[None],
            "state": state,
            "sr": np.array(RATE, np.int64),
        }
        p, state = session.run(None, feed)
        context = chunk[-CONTEXT:]
        probabilities.append(round(float(p[0, 0]), 5))
    folder = pathlib.Path(__file__).parent.parent / "resources" / "pretrained"
    (folder / "silero.json").write_text(json.dumps(probabilities) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
