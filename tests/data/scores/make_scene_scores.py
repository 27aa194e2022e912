"""Scores of a small scene by an independent route: brute force over lists, never a confusion matrix, a k-d tree or running counts.

Run here: python3 make_scene_scores.py (standard library only). Writes mesh.json and images.json: seeded random predictions, and their scores.

mesh.json: a map (voxels of 4 cm with scannet20 labels and confidences) and a mesh (vertices in metres with NYU40 ids). Scores in the domains
  voxel   each voxel against the label of the nearest vertex, none farther than 2 voxels,
  vertex  each vertex against the label of the nearest voxel centre; none within 2 voxels = no prediction,
  on ScanNet's 20 classes and on NYU40, with the expected calibration error in 15 bins.
images.json: frames of a recording with label images in a space of 6 classes. Every pixel has a truth or none, and a voxel or none; every voxel has
  class probabilities of three heads. Scores of all labelled pixels for the final maps (expert, vote3d, vote2d, bayes2d), for the heads in their
  own frames, and the mIoU of the maps after each frame over the pixels seen until then.
"""
import json
import math
import random

NONE = 255
VOXEL = 0.04
SCANNET20 = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 24, 28, 33, 34, 36, 39]  # NYU40 ids in benchmark order


def scores(pairs, classes):
    """Scores of (truth, prediction) pairs; a truth outside the classes is ignored, a prediction outside is a miss."""
    counted = [(t, p) for t, p in pairs if t < classes]
    iou, accuracy, weighted = [], [], 0.0
    for c in range(classes):
        hits = sum(1 for t, p in counted if t == c and p == c)
        truths = sum(1 for t, p in counted if t == c)
        union = sum(1 for t, p in counted if t == c or p == c)
        iou.append(hits / union if union else None)
        accuracy.append(hits / truths if truths else None)
        weighted += (hits / union if union else 0.0) * truths
    return {
        "count": len(counted),
        "missed": sum(1 for t, p in counted if p >= classes),
        "miou": mean(iou),
        "miou_present": mean([i for i, a in zip(iou, accuracy) if a is not None]),
        "macc": mean(accuracy),
        "wiou": weighted / len(counted) if counted else None,
        "iou": iou,
    }


def mean(values):
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def expected_calibration_error(judged, bins=15):
    """judged: (confidence, right) pairs; bins (m / M, (m + 1) / M], 0 in the first."""
    error = 0.0
    for m in range(bins):
        inside = [(c, r) for c, r in judged if m / bins < c <= (m + 1) / bins or (m == 0 and c == 0)]
        if inside:
            confidence = sum(c for c, _ in inside) / len(inside)
            accuracy = sum(1 for _, r in inside if r) / len(inside)
            error += len(inside) / len(judged) * abs(accuracy - confidence)
    return error


def nearest(point, others, reach):
    """The position of the nearest other point within reach, -1 if none; refuses cases in which single precision might decide otherwise."""
    ranked = sorted((math.dist(point, other), i) for i, other in enumerate(others))[:2]
    assert abs(ranked[0][0] - reach) > 1e-5 and ranked[1][0] - ranked[0][0] > 1e-6, "roll again with another seed"
    return ranked[0][1] if ranked[0][0] <= reach else -1


def mesh_case():
    random.seed(404)
    voxels = sorted({(random.randrange(-6, 7), random.randrange(-6, 7), random.randrange(-2, 3)) for _ in range(220)})
    truth_at = lambda x: [1, 2, 5, 7, 40, 18, 39, 0, 163][min(8, int((x + 0.4) / 0.09))]  # stripes; 163 is no NYU40 id
    vertices, ids = [], []
    for _ in range(400):
        vertices.append([round(random.uniform(-0.4, 0.4), 4), round(random.uniform(-0.3, 0.25), 4), round(random.uniform(-0.1, 0.3), 4)])
        ids.append(truth_at(vertices[-1][0]))
    centers = [[(i + 0.5) * VOXEL for i in voxel] for voxel in voxels]
    labels = []
    for center in centers:
        nyu = truth_at(center[0])
        label = SCANNET20.index(nyu) if nyu in SCANNET20 else 3
        labels.append(label if random.random() < 0.6 else random.choice([0, 1, 4, 6, 9, 19]))
    confidences = []
    while len(confidences) < len(voxels):
        steps = random.randrange(0, 65536)  # the map keeps 1/65535
        if steps % 4369:  # 65535 = 15 * 4369: no confidence on the border of two bins
            confidences.append(steps)
    of_voxel = [nearest(center, vertices, 2 * VOXEL) for center in centers]
    of_vertex = [nearest(vertex, centers, 2 * VOXEL) for vertex in vertices]

    spaces = {}
    for name, nyu_ids in (("scannet20", SCANNET20), ("nyu40", list(range(1, 41)))):
        to_id = {nyu: i for i, nyu in enumerate(nyu_ids)}
        truths = [to_id.get(i, NONE) for i in ids]
        said = [to_id.get(SCANNET20[label], NONE) for label in labels]
        voxel_pairs = [(truths[v] if v >= 0 else NONE, said[i]) for i, v in enumerate(of_voxel)]
        vertex_pairs = [(truths[v], said[i] if i >= 0 else NONE) for v, i in enumerate(of_vertex)]
        spaces[name] = {
            "voxel": scores(voxel_pairs, len(nyu_ids))
            | {"ece": expected_calibration_error([(c / 65535, t == p) for (t, p), c in zip(voxel_pairs, confidences) if t != NONE])},
            "vertex": scores(vertex_pairs, len(nyu_ids))
            | {"ece": expected_calibration_error([(confidences[i] / 65535, truths[v] == said[i]) for v, i in enumerate(of_vertex) if i >= 0 and truths[v] != NONE])},
        }
    return {"voxels": voxels, "labels": labels, "confidences": confidences, "vertices": vertices, "nyu40": ids, "scores": spaces}


def argmax(values):
    return values.index(max(values))


def images_case():
    random.seed(505)
    classes, width, height = 6, 20, 12
    truth_of = {}
    frames = []
    for t in range(4):
        voxels = sorted({(random.randrange(8), random.randrange(4), 0) for _ in range(24)})
        heads = {}
        for head, skill in (("probabilities2d", 1.0), ("probabilities3d", 0.8), ("probabilities_expert", 1.6)):
            rows = []
            for voxel in voxels:
                truth_of.setdefault(voxel, random.choice([0, 0, 1, 2, 4]))
                weights = [random.uniform(0.05, 1.0) + (skill * random.random() if c == truth_of[voxel] else 0.0) for c in range(classes)]
                rows.append([round(w / sum(weights), 4) for w in weights])
            heads[head] = rows
        pixel_voxel, labels = [], []
        for _ in range(width * height):
            row = random.randrange(-3, len(voxels))
            pixel_voxel.append(max(row, -1))
            right = truth_of[voxels[row]] if row >= 0 else random.randrange(classes)
            labels.append(random.choices([right, random.randrange(classes), NONE, 6], [8, 1, 2, 1])[0])  # 6 is outside the classes
        frames.append({"voxels": voxels, "pixel_voxel": pixel_voxel, "labels": labels if t != 2 else None} | heads)  # frame 2 has no label image

    def final_maps(until):
        maps = {"expert": {}, "vote3d": {}, "vote2d": {}, "bayes2d": {}}
        votes2d, votes3d, logs = {}, {}, {}
        for frame in frames[: until + 1]:
            for i, voxel in enumerate(frame["voxels"]):
                maps["expert"][voxel] = argmax(frame["probabilities_expert"][i])
                votes2d.setdefault(voxel, [0] * classes)[argmax(frame["probabilities2d"][i])] += 1
                votes3d.setdefault(voxel, [0] * classes)[argmax(frame["probabilities3d"][i])] += 1
                for c in range(classes):
                    logs.setdefault(voxel, [0.0] * classes)[c] += math.log(max(frame["probabilities2d"][i][c], 1e-5))
        for voxel in logs:
            maps["vote2d"][voxel], maps["vote3d"][voxel] = argmax(votes2d[voxel]), argmax(votes3d[voxel])
            maps["bayes2d"][voxel] = argmax(logs[voxel])
        return maps

    def pixels(until):
        for frame in frames[: until + 1]:
            for row, truth in zip(frame["pixel_voxel"], frame["labels"] or []):
                yield frame, row, truth

    def map_pairs(labels, until):
        return [(truth, labels[frame["voxels"][row]] if row >= 0 else NONE) for frame, row, truth in pixels(until)]

    last = len(frames) - 1
    result = {method: scores(map_pairs(labels, last), classes) for method, labels in final_maps(last).items()}
    for method, head in (("frame_expert", "probabilities_expert"), ("frame3d", "probabilities3d"), ("frame2d", "probabilities2d")):
        pairs = [(truth, argmax(frame[head][row]) if row >= 0 else NONE) for frame, row, truth in pixels(last)]
        result[method] = scores(pairs, classes)
    confidence = {}
    for frame in frames:
        for i, voxel in enumerate(frame["voxels"]):
            confidence[voxel] = max(frame["probabilities_expert"][i])
    expert = final_maps(last)["expert"]
    judged = [
        (confidence[frame["voxels"][row]], expert[frame["voxels"][row]] == truth)
        for frame, row, truth in pixels(last)
        if row >= 0 and truth < classes
    ]
    result["expert"]["ece"] = expected_calibration_error(judged)
    curve = [{method: scores(map_pairs(labels, t), classes)["miou"] for method, labels in final_maps(t).items()} for t in range(len(frames))]
    return {"classes": classes, "width": width, "height": height, "frames": frames, "scores": result, "curve": curve}


for name, case in (("mesh.json", mesh_case()), ("images.json", images_case())):
    with open(name, "w") as f:
        json.dump(case, f, separators=(",", ":"))
        f.write("\n")
