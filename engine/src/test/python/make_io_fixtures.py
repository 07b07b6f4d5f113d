"""Makes the files under src/test/resources/io that the reader tests compare with.

Run with NumPy 2: python3 make_io_fixtures.py. The safetensors bytes are put together by hand after
the format's description, laid out as its own Python library does it (8-byte aligned header).
"""

import gzip
import io
import json
import struct
from pathlib import Path

import numpy

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "io"


def npy(name, array, version=(1, 0)):
    with open(FOLDER / name, "wb") as file:
        numpy.lib.format.write_array(file, array, version=version)


def safetensors(name, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for key, (dtype, array) in tensors.items():
        raw = array.tobytes()
        offsets = [len(data), len(data) + len(raw)]
        header[key] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": offsets}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    (FOLDER / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


def idx(array, code):
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, code, array.ndim]) + shape + array.tobytes()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    ramp = numpy.arange(6).reshape(2, 3)
    for dtype in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1"]:
        npy(f"{dtype}.npy", ramp.astype(dtype))
    npy("b1.npy", ramp % 2 == 1)
    npy("version2.npy", ramp.astype("f4"), (2, 0))
    npy("version3.npy", ramp.astype("f4"), (3, 0))
    npy("big_endian.npy", ramp.astype(">f8"))
    npy("fortran.npy", numpy.asfortranarray(numpy.arange(24).reshape(2, 3, 4).astype("<i2")))
    npy("fortran_big_endian.npy", numpy.asfortranarray(ramp.astype(">i4")))
    npy("scalar.npy", numpy.float32(2.5))
    npy("vector.npy", numpy.arange(5).astype("f4"))
    npy("empty.npy", numpy.zeros((0, 3), "f4"))
    npy("complex.npy", ramp.astype("c8"))
    npy("structured.npy", numpy.zeros(2, [("a", "f4"), ("b", "i4")]))
    arrays = {"weights": ramp.astype("f4"), "bias": numpy.array([1, -2], "f8")}
    numpy.savez(FOLDER / "stored.npz", **arrays)
    numpy.savez_compressed(FOLDER / "deflated.npz", **arrays)
    safetensors(
        "all.safetensors",
        {
            "f64": ("F64", ramp.astype("f8")),
            "i64": ("I64", -ramp.astype("i8")),
            "f32": ("F32", ramp.astype("f4")),
            "i32": ("I32", -ramp.astype("i4")),
            "bf16": ("BF16", (ramp.astype("<f4").view("<u4") >> 16).astype("<u2")),
            "f16": ("F16", ramp.astype("f2")),
            "i16": ("I16", -ramp.astype("i2")),
            "bool": ("BOOL", ramp % 2 == 1),
            "i8": ("I8", -ramp.astype("i1")),
            "u8": ("U8", ramp.astype("u1")),
            "scalar": ("U8", numpy.array(7, "u1")),
            "empty": ("U8", numpy.zeros((0, 3), "u1")),
        },
        {"format": "pt", "note": "gr\u00fc\u00dfe"},
    )
    (FOLDER / "u8.idx").write_bytes(idx(ramp.astype("u1"), 0x08))
    (FOLDER / "i16.idx").write_bytes(idx((-ramp).astype(">i2"), 0x0B))
    (FOLDER / "f32.idx").write_bytes(idx((ramp / 2).astype(">f4"), 0x0D))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(idx((ramp / 4).astype(">f8"), 0x0E))
    (FOLDER / "f64.idx.gz").write_bytes(packed.getvalue())


if __name__ == "__main__":
    main()
