"""Has TensorBoard itself read the event file that EventWriterTest compares with.

Run with tensorboard 2.21 after the golden file has been rewritten: python3 check_tensorboard.py.
With a folder as argument it lists what TensorBoard sees there instead.
"""

import math
import shutil
import sys
import tempfile
from pathlib import Path

from tensorboard.backend.event_processing import event_file_loader
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

GOLDEN = Path(__file__).resolve().parent.parent / "resources" / "tensorboard" / "sample.tfevents"


def accumulate(folder):
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "histograms": 0})
    events.Reload()
    return events


def check_golden(folder):
    copy = Path(folder) / "events.out.tfevents.1700000000.gatun.1.0"
    shutil.copy(GOLDEN, copy)
    events = accumulate(folder)
    tags = events.Tags()
    assert tags["scalars"] == ["loss"], tags
    losses = [(e.step, e.value) for e in events.Scalars("loss")]
    # The point of step 3 before the start at step 3 is gone.
    assert losses == [(1, 0.5), (2, 0.25), (3, 0.125)], losses
    assert events.Scalars("loss")[0].wall_time == 1_700_000_000.25

    (histogram,) = events.Histograms("dense/kernel")
    value = histogram.histogram_value
    assert (value.min, value.max, value.num) == (-2, 5, 7), value
    assert sum(value.bucket) == 7 and len(value.bucket) == len(value.bucket_limit)

    (image,) = events.Images("digits")
    assert (image.width, image.height) == (3, 2), image
    assert image.encoded_image_string.startswith(b"\x89PNG")

    (text,) = events.Tensors("settings")
    assert list(text.tensor_proto.string_val) == [b"batch size **32**"]
    metadata = events.SummaryMetadata("settings")
    assert metadata.plugin_data.plugin_name == "text", metadata

    nodes = {node.name: node for node in events.Graph().node}
    assert nodes["dense/kernel"].op == "input"
    (product,) = [node for node in nodes.values() if node.op == "matmul"]
    assert list(product.input) == ["x", "dense/kernel"]
    shape = product.attr["_output_shapes"].list.shape[0]
    assert [d.size for d in shape.dim] == [4, 3], shape

    # The loader that a running TensorBoard uses, which turns all values into tensors.
    loaded = list(event_file_loader.EventFileLoader(str(copy)).Load())
    assert len(loaded) == 11, loaded  # the graph is there in both forms
    nan = loaded[3].summary.value[0].tensor.float_val[0]
    assert math.isnan(nan), nan
    kinds = {
        value.metadata.plugin_data.plugin_name for event in loaded for value in event.summary.value
    }
    assert kinds == {"scalars", "histograms", "images", "text", "graphs"}, kinds

    # A file that was cut off: whole records only, and no failure.
    copy.write_bytes(GOLDEN.read_bytes()[:-5])
    assert len(list(event_file_loader.EventFileLoader(str(copy)).Load())) == 9
    print("TensorBoard reads", GOLDEN.name)


def show(folder):
    for path in sorted({file.parent for file in Path(folder).rglob("*tfevents*")}):
        events = accumulate(path)
        print(path, events.Tags())
        for tag in events.Tags()["scalars"]:
            last = events.Scalars(tag)[-1]
            print(f"  {tag}: {len(events.Scalars(tag))} points, step {last.step}: {last.value}")


if len(sys.argv) > 1:
    show(sys.argv[1])
else:
    with tempfile.TemporaryDirectory() as temporary:
        check_golden(temporary)
