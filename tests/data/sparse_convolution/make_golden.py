#!/usr/bin/env python3
"""Makes golden.json: PyTorch's dense conv3d on the grid in which a few voxels lie, and its gradients.

A sparse convolution equals the dense one read at the voxels that exist: the submanifold one at the inputs' own voxels, the strided one
at the coarse voxels that have a child, the transposed one at the fine voxels. Written with PyTorch 1.13 (Debian's python3-torch)."""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
SIZE, CIN, COUT = 8, 5, 7  # the grid covers -4..3 along each axis, so that halves of negative numbers are met
grid = torch.rand(SIZE, SIZE, SIZE) < 0.15
voxels = grid.nonzero()  # canonical order: x, y, z
coarse = F.max_pool3d(grid[None, None].double(), 2)[0, 0].nonzero()


def dense(rows, indices, size):
    volume = torch.zeros(rows.shape[1], size, size, size)
    return volume.index_put((torch.arange(rows.shape[1])[:, None], *(indices.t()[:, None, :])), rows.t())[None]


def read(volume, indices):
    return volume[0][:, indices[:, 0], indices[:, 1], indices[:, 2]].t()


def case(name, inputs, size, outputs, kernel, apply):
    x = torch.randn(len(inputs), CIN, requires_grad=True)
    w = torch.randn(kernel**3, CIN, COUT, requires_grad=True)  # [K, Cin, Cout], offset = (x * S + y) * S + z
    y = read(apply(dense(x, inputs, size), w), outputs)
    g = torch.randn_like(y)
    y.backward(g)
    flat = lambda t: [round(v, 9) for v in t.flatten().tolist()]
    return name, {"x": flat(x), "w": flat(w), "y": flat(y), "dy": flat(g), "dx": flat(x.grad), "dw": flat(w.grad)}


def kernel3(w):
    return w.reshape(3, 3, 3, CIN, COUT).permute(4, 3, 0, 1, 2)


cases = dict([
    case("submanifold", voxels, SIZE, voxels, 3, lambda v, w: F.conv3d(v, kernel3(w), padding=1)),
    case("strided", voxels, SIZE, coarse, 2, lambda v, w: F.conv3d(v, w.reshape(2, 2, 2, CIN, COUT).permute(4, 3, 0, 1, 2), stride=2)),
    case("transposed", coarse, SIZE // 2, voxels, 2,
         lambda v, w: F.conv_transpose3d(v, w.reshape(2, 2, 2, CIN, COUT).permute(3, 4, 0, 1, 2), stride=2)),
])
golden = {"inputs": CIN, "outputs": COUT, "voxels": (voxels - SIZE // 2).flatten().tolist(), "cases": cases}
pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
