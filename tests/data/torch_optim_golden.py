#!/usr/bin/env python3
"""Writes torch_optim_golden.json: what PyTorch's optimizers, OneCycleLR and BatchNorm2d do on small inputs.

Run with a Python that has PyTorch 1.13 (Debian: python3-torch):  python3 torch_optim_golden.py
"""
import json
import math
import pathlib

import torch

STEPS = 12
START = [0.5, -1.25, 2.0, 0.03125, -0.75]
GRADIENTS = [[(1 + i) * math.sin(0.7 * t + i) for i in range(5)] for t in range(STEPS)]


def trajectory(make):
    """The parameter after each step under fixed gradients; step 5 has no gradient."""
    p = torch.nn.Parameter(torch.tensor(START))
    optimizer = make([p])
    rows = []
    for t in range(STEPS):
        p.grad = None if t == 5 else torch.tensor(GRADIENTS[t])
        optimizer.step()
        rows.append(p.detach().tolist())
    return rows


def one_cycle(make, momentum, max_lr, total, **options):
    """Learning rate and momentum of two groups at each step, the first before any step."""
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))]} for _ in range(2)]
    optimizer = make(groups)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, **options)
    rows = []
    for t in range(total):
        rows.append([[g["lr"], momentum(g)] for g in optimizer.param_groups])
        optimizer.step()
        if t + 1 < total:
            scheduler.step()
    return rows


def batch_norm():
    """Two training batches, then evaluation, with the gradients of the second."""
    norm = torch.nn.BatchNorm2d(3)
    values = [math.sin(1.3 * i) * (1 + i % 5) for i in range(48)]
    x = torch.tensor(values).reshape(2, 2, 3, 2, 2)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([0.5, 1.5, -2.0]))
        norm.bias.copy_(torch.tensor([0.25, 0.0, -1.0]))
    first = norm(x[0])
    second_input = x[1].clone().requires_grad_()
    second = norm(second_input)
    (second * second * torch.arange(24.0).reshape(2, 3, 2, 2)).sum().backward()
    mean, var = norm.running_mean.tolist(), norm.running_var.tolist()
    norm.eval()
    return {
        "input": values,
        "first": first.flatten().tolist(),
        "second": second.flatten().tolist(),
        "input_gradient": second_input.grad.flatten().tolist(),
        "weight_gradient": norm.weight.grad.tolist(),
        "bias_gradient": norm.bias.grad.tolist(),
        "running_mean": mean,
        "running_var": var,
        "batches": norm.num_batches_tracked.item(),
        "evaluation": norm(x[0]).flatten().tolist(),
    }


def clipped():
    """Gradients after clipping two tensors together to norm 1.5, and the norm before."""
    p = [torch.nn.Parameter(torch.zeros(5)) for _ in range(2)]
    p[0].grad, p[1].grad = torch.tensor(GRADIENTS[1]), torch.tensor(GRADIENTS[2])
    norm = torch.nn.utils.clip_grad_norm_(p, 1.5)
    return {"norm": norm.item(), "gradients": [q.grad.tolist() for q in p]}


def beta1(group):
    return group["betas"][0]


def momentum(group):
    return group["momentum"]


o = torch.optim
golden = {
    "torch": torch.__version__,
    "start": START,
    "gradients": GRADIENTS,
    "trajectories": {
        "adam": trajectory(lambda p: o.Adam(p, lr=0.01)),
        "adam_decay": trajectory(lambda p: o.Adam(p, lr=0.05, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1)),
        "adam_amsgrad": trajectory(lambda p: o.Adam(p, lr=0.05, amsgrad=True)),
        "adam_maximize": trajectory(lambda p: o.Adam(p, lr=0.05, maximize=True, weight_decay=0.1)),
        "adamw": trajectory(lambda p: o.AdamW(p, lr=0.05, weight_decay=0.1)),
        "sgd": trajectory(lambda p: o.SGD(p, lr=0.1)),
        "sgd_momentum": trajectory(lambda p: o.SGD(p, lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.1)),
        "sgd_nesterov": trajectory(lambda p: o.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    },
    "one_cycle": {
        "cosine": one_cycle(lambda g: o.Adam(g, lr=1e-3), beta1, [1e-5, 1e-3], 20),
        "three_phases": one_cycle(
            lambda g: o.SGD(g, lr=0.1, momentum=0.9), momentum, [0.1, 0.2], 23, pct_start=0.4, three_phase=True, div_factor=10, final_div_factor=50),
        "linear": one_cycle(
            lambda g: o.Adam(g, lr=1e-3), beta1, [1e-3, 2e-3], 10, anneal_strategy="linear", base_momentum=0.8, max_momentum=0.9),
    },
    "batch_norm": batch_norm(),
    "clipped": clipped(),
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, indent=None, separators=(",", ":")).replace('],"', '],\n"') + "\n")
