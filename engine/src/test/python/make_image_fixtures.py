"""Writes src/test/resources/data/augment.json: affine changes by PyTorch, crops by numpy.

Run in engine/: python src/test/python/make_image_fixtures.py (torch, numpy).
"""
import json
import math

import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.default_rng(3)


def affine(image, degrees, zoom, right, down):
    """Counter-clockwise rotation, zoom and shift in pixels of [h, w, c]; zeros outside."""
    h, w, _ = image.shape
    c, s = math.cos(math.radians(degrees)) / zoom, math.sin(math.radians(degrees)) / zoom
    # affine_grid works in coordinates of -1 to 1 over the pixels' edges.
    theta = torch.tensor(
        [
            [c, -s * h / w, (-c * right + s * down) * 2 / w],
            [s * w / h, c, (-s * right - c * down) * 2 / h],
        ],
        dtype=torch.float64,
    )
    x = torch.tensor(image, dtype=torch.float64).permute(2, 0, 1)[None]
    grid = F.affine_grid(theta[None], list(x.shape), align_corners=False)
    y = F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return y[0].permute(1, 2, 0).numpy()


affines = []
for shape, degrees, zoom, right, down in [
    ((5, 5, 1), 90, 1, 0, 0),
    ((5, 4, 1), 30, 1, 0, 0),
    ((4, 6, 3), -17, 1.3, 0.5, -1.25),
    ((7, 3, 2), 180, 0.8, 0, 2),
    ((1, 5, 1), 0, 1, 1.5, 0),
    ((6, 6, 1), 0, 2, 0, 0),
]:
    image = np.round(rng.uniform(0, 255, shape), 3)
    affines.append(
        dict(
            shape=shape,
            degrees=degrees,
            zoom=zoom,
            right=right,
            down=down,
            image=image.ravel().tolist(),
            expected=[round(v, 9) for v in affine(image, degrees, zoom, right, down).ravel().tolist()],
        )
    )

image = np.arange(1, 25, dtype=float).reshape(3, 4, 2)
padded = np.pad(image, ((2, 2), (2, 2), (0, 0)))
crops = [
    [padded[a : a + 3, b : b + 4].ravel().tolist() for b in range(5)] for a in range(5)
]
with open("src/test/resources/data/augment.json", "w") as out:
    json.dump(dict(affine=affines, crop=dict(image=image.ravel().tolist(), crops=crops)), out)
