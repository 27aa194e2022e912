#!/usr/bin/env python3
"""The networks in plain PyTorch: how long they take, and their ONNX files for onnx.mjs.

    python3 pytorch.py encoder mobile 320 240 [--threads 2] [--seconds 3] [--export encoder.onnx]
    python3 pytorch.py expert 12380

Prints one JSON object: stage, engine, p50_ms, p95_ms, gflop. The networks are those of tests/data/torch_goldens, which our own are tested against.
Debian: python3-torch, python3-numpy.
"""
import argparse
import json
import os
import sys
import time

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "data", "torch_goldens"))
from make_goldens import DeepLab, Expert, MobileNetV2, Xception65  # noqa: E402


def encoder(preset):
    return DeepLab(MobileNetV2(7), 24, 320) if preset == "mobile" else DeepLab(Xception65(7), 256, 2048)


def gflop(network, inputs):
    """Two for each multiplication and addition of the convolutions and linear layers."""
    total = 0

    def count(module, _, output):
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += 2 * output.numel() * module.weight[0].numel()
        elif isinstance(module, nn.Linear):
            total += 2 * output.numel() * module.in_features

    hooks = [module.register_forward_hook(count) for module in network.modules()]
    network(*inputs)
    for hook in hooks:
        hook.remove()
    return total / 1e9


def timed(run, seconds):
    for _ in range(3):
        run()
    samples, end = [], time.perf_counter() + seconds
    while len(samples) < 10 or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        samples.append((time.perf_counter() - start) * 1e3)
    samples.sort()
    return samples[len(samples) // 2], samples[int(len(samples) * 0.95)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=["encoder", "expert"])
    parser.add_argument("size", nargs="+", help="encoder: mobile|paper WIDTH HEIGHT; expert: VOXELS")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--export", help="write the encoder as ONNX to this file")
    words = parser.parse_args()
    torch.set_num_threads(words.threads)
    torch.manual_seed(1)
    with torch.no_grad():
        if words.stage == "encoder":
            preset, width, height = words.size[0], int(words.size[1]), int(words.size[2])
            network, inputs = encoder(preset).eval(), [torch.rand(1, 7, height, width)]
        else:
            network, inputs = Expert(softmax=True).eval(), [torch.rand(int(words.size[0]), 40) for _ in range(3)]
        if words.export:
            torch.onnx.export(network, tuple(inputs), words.export, opset_version=13, input_names=["input"], output_names=["output"])
        p50, p95 = timed(lambda: network(*inputs), words.seconds)
        print(json.dumps({"stage": words.stage, "engine": f"PyTorch {torch.__version__} eager", "p50_ms": p50, "p95_ms": p95, "gflop": gflop(network, inputs)}))


if __name__ == "__main__":
    main()
