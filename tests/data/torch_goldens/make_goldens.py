#!/usr/bin/env python3
"""Reference outputs of the networks, from independent plain PyTorch implementations (made with PyTorch 1.13).

Run:  python3 make_goldens.py        writes goldens.bin (float32, little endian) and goldens.json beside this script.

Everything is computed in double precision from weights and inputs rounded to single precision.
Weights and inputs are not stored: both sides fill them by name with `values` below. A name's values are uniform
noise from the fractional part of a large sine, evaluated in double precision.
"""
import json
import math
import os
import sys
import zlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))


def values(name, count):
    """`count` values in [0, 1) that depend on the name only."""
    seed = (zlib.crc32(name.encode()) % 10007) * 0.1
    x = np.sin((np.arange(count, dtype=np.float64) + 1) * 12.9898 + seed) * 43758.5453
    return x - np.floor(x)


def rounded(u):
    return torch.from_numpy(u.astype(np.float32).astype(np.float64))


def fill(module):
    """Weights by name: matrices and kernels +-sqrt(3 / fan in), norm scales and variances 0.5..1.5, the rest +-0.2."""
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            u = values(name, tensor.numel())
            if tensor.dim() > 1:
                u = (2 * u - 1) * math.sqrt(3 * tensor.shape[0] / tensor.numel())
            elif name.endswith("running_var") or name.endswith(".weight"):
                u = 0.5 + u
            else:
                u = (2 * u - 1) * 0.2
            tensor.copy_(rounded(u).reshape(tensor.shape))
    return module


def noise(name, *shape):
    """An input in [-1, 1)."""
    u = 2 * values("input." + name, int(np.prod(shape))) - 1
    return rounded(u).reshape(shape)


# ---------------------------------------------------------------------------------------------- 2D encoder


def conv_norm(cin, cout, kernel, stride=1, dilation=1, groups=1):
    pad = dilation * (kernel - 1) // 2
    m = nn.Module()
    m.conv = nn.Conv2d(cin, cout, kernel, stride, pad, dilation, groups, bias=False)
    m.norm = nn.BatchNorm2d(cout)
    m.forward = lambda x: m.norm(m.conv(x))
    return m


class InvertedResidual(nn.Module):
    def __init__(self, cin, cout, expansion, stride, dilation):
        super().__init__()
        hidden = cin * expansion
        if expansion != 1:
            self.expand = conv_norm(cin, hidden, 1)
        self.depthwise = conv_norm(hidden, hidden, 3, stride, dilation, hidden)
        self.project = conv_norm(hidden, cout, 1)
        self.skip = stride == 1 and cin == cout

    def forward(self, x):
        y = F.relu6(self.expand.forward(x)) if hasattr(self, "expand") else x
        y = self.project.forward(F.relu6(self.depthwise.forward(y)))
        return x + y if self.skip else y


class Separable(nn.Module):
    def __init__(self, cin, cout, stride=1, dilation=1, pre=False):
        super().__init__()
        self.depthwise = conv_norm(cin, cin, 3, stride, dilation, cin)
        self.pointwise = conv_norm(cin, cout, 1)
        self.pre = pre

    def forward(self, x):
        if self.pre:
            return self.pointwise.forward(self.depthwise.forward(F.relu(x)))
        return F.relu(self.pointwise.forward(F.relu(self.depthwise.forward(x))))


class XceptionBlock(nn.Module):
    def __init__(self, cin, channels, conv_skip, stride=1):
        super().__init__()
        a, b, c = channels
        self.conv1 = Separable(cin, a, pre=True)
        self.conv2 = Separable(a, b, pre=True)
        self.conv3 = Separable(b, c, stride, pre=True)
        if conv_skip:
            self.skip = conv_norm(cin, c, 1, stride)

    def forward(self, x, detail=False):
        d = self.conv2(self.conv1(x))
        y = self.conv3(d) + (self.skip.forward(x) if hasattr(self, "skip") else x)
        return (y, d) if detail else y


class MobileNetV2(nn.Module):
    def __init__(self, cin):
        super().__init__()
        self.stem = conv_norm(cin, 32, 3, 2)
        blocks, c = [], 32
        # The usual table; strides beyond 16 in all turn into dilation of the layers that follow.
        stride_so_far, rate = 2, 1
        for t, cout, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
            for i in range(n):
                stride, dilation = (s if i == 0 else 1), rate
                if stride > 1 and stride_so_far == 16:
                    stride, rate = 1, rate * 2
                stride_so_far *= stride
                blocks.append(InvertedResidual(c, cout, t, stride, dilation))
                c = cout
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x):
        x = F.relu6(self.stem.forward(x))
        for b in self.blocks:
            x = b(x)
            if x.shape[1] == 24:
                fine = x
        return fine, x


class Xception65(nn.Module):
    def __init__(self, cin):
        super().__init__()
        self.stem1 = conv_norm(cin, 32, 3, 2)
        self.stem2 = conv_norm(32, 64, 3)
        self.entry1 = XceptionBlock(64, (128,) * 3, True, 2)
        self.entry2 = XceptionBlock(128, (256,) * 3, True, 2)
        self.entry3 = XceptionBlock(256, (728,) * 3, True, 2)
        self.middle = nn.ModuleList([XceptionBlock(728, (728,) * 3, False) for _ in range(16)])
        self.exit1 = XceptionBlock(728, (728, 1024, 1024), True)
        self.exit2 = nn.ModuleList([Separable(1024, 1536, dilation=2), Separable(1536, 1536, dilation=2), Separable(1536, 2048, dilation=2)])

    def forward(self, x):
        x = F.relu(self.stem2.forward(F.relu(self.stem1.forward(x))))
        x, fine = self.entry2(self.entry1(x), detail=True)
        x = self.entry3(x)
        for b in self.middle:
            x = b(x)
        x = self.exit1(x)
        for b in self.exit2:
            x = b(x)
        return fine, x


class Aspp(nn.Module):
    def __init__(self, cin, cout=256):
        super().__init__()
        self.pointwise = conv_norm(cin, cout, 1)
        self.atrous = nn.ModuleList([Separable(cin, cout, dilation=r) for r in (6, 12, 18)])
        self.pooling = nn.Conv2d(cin, cout, 1)
        self.project = conv_norm(5 * cout, cout, 1)

    def forward(self, x):
        pooled = F.relu(self.pooling(F.adaptive_avg_pool2d(x, 1)))
        pooled = F.interpolate(pooled, size=x.shape[2:], mode="bilinear", align_corners=False)
        branches = [F.relu(self.pointwise.forward(x))] + [b(x) for b in self.atrous] + [pooled]
        return F.relu(self.project.forward(torch.cat(branches, 1)))


class Decoder(nn.Module):
    def __init__(self, fine, coarse, features, reduced=48, width=256):
        super().__init__()
        self.fine = conv_norm(fine, reduced, 1)
        self.refine1 = Separable(coarse + reduced, width)
        self.refine2 = Separable(width, width)
        self.project = nn.Conv2d(width, features, 1)

    def forward(self, fine, coarse):
        x = F.interpolate(coarse, size=fine.shape[2:], mode="bilinear", align_corners=False)
        x = torch.cat([x, F.relu(self.fine.forward(fine))], 1)
        return self.project(self.refine2(self.refine1(x)))


class DeepLab(nn.Module):
    def __init__(self, backbone, fine, coarse, features=40):
        super().__init__()
        self.backbone = backbone
        self.aspp = Aspp(coarse)
        self.decoder = Decoder(fine, 256, features)

    def forward(self, x):
        fine, coarse = self.backbone(x)
        return self.decoder(fine, self.aspp(coarse))


# ---------------------------------------------------------------------------------------------- temporal expert


class Attention(nn.Module):
    """Textbook form: queries, keys and values of all three tokens."""

    def __init__(self, d, softmax):
        super().__init__()
        self.query = nn.Linear(d, d)
        self.key = nn.Linear(d, d, bias=False)
        self.value = nn.Linear(d, d)
        self.output = nn.Linear(d, d)
        self.softmax = softmax

    def forward(self, x, f3, f2):
        tokens = torch.stack([x, f3, f2], 1)
        w = torch.einsum("nd,nkd->nk", self.query(x), self.key(tokens))
        if self.softmax:
            w = F.softmax(w / math.sqrt(x.shape[1]), 1)
        return self.output(torch.einsum("nk,nkd->nd", w, self.value(tokens))), w


class ExpertLayer(nn.Module):
    def __init__(self, d, hidden, softmax):
        super().__init__()
        self.attention = Attention(d, softmax)
        self.norm1 = nn.LayerNorm(d)
        self.linear1 = nn.Linear(d, hidden)
        self.linear2 = nn.Linear(hidden, d)
        self.norm2 = nn.LayerNorm(d)

    def forward(self, x, f3, f2):
        y, w = self.attention(x, f3, f2)
        x = self.norm1(x + y)
        return self.norm2(x + self.linear2(F.relu(self.linear1(x)))), w


class Expert(nn.Module):
    def __init__(self, softmax, d=40, hidden=128, layers=5):
        super().__init__()
        self.embed_global = nn.Linear(d, d)
        self.embed_3d = nn.Linear(d, d)
        self.embed_2d = nn.Linear(d, d)
        self.layers = nn.ModuleList([ExpertLayer(d, hidden, softmax) for _ in range(layers)])
        self.output = nn.Linear(d, d)

    def forward(self, past, f3, f2):
        x, f3, f2 = self.embed_global(past), self.embed_3d(f3), self.embed_2d(f2)
        weights = []
        for layer in self.layers:
            x, w = layer(x, f3, f2)
            weights.append(w)
        return self.output(x), torch.stack(weights, 1)


# ---------------------------------------------------------------------------------------------- the cases


def with_gradients(store, name, module, output, inputs, wanted):
    """Stores an output, then the gradients of sum(output * noise) for inputs and the wanted parameters."""
    store(name, output)
    (output * noise(name + ".direction", *output.shape)).sum().backward()
    for i, x in enumerate(inputs):
        store(f"{name}.input{i}.grad", x.grad)
    parameters = dict(module.named_parameters())
    for p in wanted:
        store(f"{name}.{p}.grad", parameters[p].grad)


def block_cases(store):
    for name, module, shapes, wanted in [
        ("inverted_residual", InvertedResidual(6, 6, 6, 1, 2), [(2, 6, 7, 9)], ["depthwise.conv.weight", "expand.norm.weight"]),
        ("inverted_residual_strided", InvertedResidual(6, 10, 1, 2, 1), [(2, 6, 7, 9)], ["project.conv.weight"]),
        ("separable", Separable(8, 12, dilation=6), [(2, 8, 9, 11)], ["pointwise.norm.bias"]),
        ("xception_block", XceptionBlock(8, (8, 12, 16), True, 2), [(2, 8, 9, 7)], ["skip.conv.weight", "conv1.depthwise.conv.weight"]),
        ("aspp", Aspp(10, 8), [(2, 10, 9, 13)], ["pooling.weight", "project.conv.weight"]),
        ("decoder", Decoder(6, 10, 5, 4, 8), [(2, 6, 9, 13), (2, 10, 3, 4)], ["project.bias", "fine.conv.weight"]),
    ]:
        fill(module).eval()
        inputs = [noise(f"{name}.{i}", *s).requires_grad_() for i, s in enumerate(shapes)]
        with_gradients(store, name, module, module(*inputs), inputs, wanted)
        module.train()  # batch statistics
        module.zero_grad()
        inputs = [noise(f"{name}.{i}", *s).requires_grad_() for i, s in enumerate(shapes)]
        with_gradients(store, name + ".train", module, module(*inputs), inputs, wanted)
        buffers = {k: v for k, v in module.named_buffers() if not k.endswith("num_batches_tracked")}
        first = sorted(buffers)[0]
        store(f"{name}.train.{first}", buffers[first])


def network_cases(store):
    with torch.no_grad():
        for name, backbone, fine, coarse, size in [("mobilenet", MobileNetV2(7), 24, 320, (46, 61)), ("xception", Xception65(7), 256, 2048, (33, 30))]:
            net = fill(DeepLab(backbone, fine, coarse)).eval()
            store(name, net(noise(name, 1, 7, *size)))


def expert_cases(store):
    for name, softmax in [("expert_softmax", True), ("expert_linear", False)]:
        module = fill(Expert(softmax))
        inputs = [noise(f"{name}.{i}", 6, 40).requires_grad_() for i in range(3)]
        output, weights = module(*inputs)
        store(name + ".weights", weights)
        with_gradients(store, name, module, output, inputs, ["layers.0.attention.query.weight", "layers.4.attention.key.weight", "layers.2.attention.value.bias",
                                                              "layers.1.norm1.weight", "layers.3.linear2.bias"])
        attention = fill(Attention(40, softmax))
        inputs = [noise(f"{name}.attention.{i}", 6, 40).requires_grad_() for i in range(3)]
        output, weights = attention(*inputs)
        store(name + ".attention.weights", weights)
        with_gradients(store, name + ".attention", attention, output, inputs, ["value.bias", "query.bias"])


def focal_cases(store):
    labels = torch.tensor([3, 255, 0, 1, 4, 4, 255, 2, 0, 1, 3])
    for name, gamma, weighted in [("focal1", 1.0, False), ("focal2", 2.0, False), ("focal0", 0.0, False), ("focal1_weighted", 1.0, True)]:
        logits = (4 * noise("focal", 11, 5)).requires_grad_()
        weights = rounded(0.5 + values("input.focal.weights", 5)) if weighted else None
        ce = F.cross_entropy(logits, labels, reduction="none", ignore_index=255)
        p = F.softmax(logits, 1).gather(1, labels.clamp(max=4).unsqueeze(1)).squeeze(1)
        known = (labels != 255).double()
        w = known if weights is None else known * weights[labels.clamp(max=4)]
        loss = (w * (1 - p) ** gamma * ce).sum() / w.sum()
        loss.backward()
        store(name, loss.reshape(1))
        store(name + ".grad", logits.grad)


def main():
    torch.set_default_dtype(torch.float64)
    index, data, offset = {}, [], 0

    def store(name, tensor):
        nonlocal offset
        a = tensor.detach().numpy().astype("<f4")
        index[name] = {"offset": offset, "shape": list(a.shape)}
        data.append(a.tobytes())
        offset += a.size

    block_cases(store)
    network_cases(store)
    expert_cases(store)
    focal_cases(store)
    with open(os.path.join(HERE, "goldens.bin"), "wb") as f:
        f.write(b"".join(data))
    with open(os.path.join(HERE, "goldens.json"), "w") as f:
        f.write("{\n" + ",\n".join(f'  "{k}": {json.dumps(v)}' for k, v in index.items()) + "\n}\n")
    print(f"{len(index)} arrays, {4 * offset} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
