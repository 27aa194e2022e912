"""Segmentation scores by an independent route: from lists of positions, never from a confusion matrix.

Run here: python3 make_scores.py. Writes pairs.csv (truth,prediction; scannet20 ids, 255 = none) and scores.json.
Rules: a truth outside the classes is ignored; a prediction outside is a miss; a class has an IoU when it occurs in the truth or, where there is
a truth, in the predictions; means are over the classes that have a value.
"""
import json
import random

CLASSES = 20
NONE = 255

random.seed(20)
present = [0, 1, 2, 4, 6, 7, 12, 19]  # classes in the truth; 9 is only ever predicted, 15 only where there is no truth
pairs = []
for _ in range(3000):
    truth = random.choice(present + [0, 0, 1, NONE])
    if truth == NONE:
        prediction = random.choice([0, 1, 15, NONE])
    elif random.random() < 0.6:
        prediction = truth
    else:
        prediction = random.choice(present + [9, NONE])
    pairs.append((truth, prediction))

counted = [i for i, (truth, _) in enumerate(pairs) if truth < CLASSES]
iou, accuracy, weighted = {}, {}, 0.0
for c in range(CLASSES):
    is_truth = {i for i in counted if pairs[i][0] == c}
    is_predicted = {i for i in counted if pairs[i][1] == c}
    union = is_truth | is_predicted
    iou[c] = len(is_truth & is_predicted) / len(union) if union else None
    accuracy[c] = len(is_truth & is_predicted) / len(is_truth) if is_truth else None
    weighted += (iou[c] or 0.0) * len(is_truth) / len(counted)


def mean(values):
    known = [v for v in values if v is not None]
    return sum(known) / len(known)


with open("pairs.csv", "w") as f:
    f.writelines(f"{truth},{prediction}\n" for truth, prediction in pairs)
with open("scores.json", "w") as f:
    json.dump(
        {
            "total": len(counted),
            "miou": mean(iou.values()),
            "miou_present": mean(iou[c] for c in range(CLASSES) if accuracy[c] is not None),
            "macc": mean(accuracy.values()),
            "wiou": weighted,
            "iou": [iou[c] for c in range(CLASSES)],
            "accuracy": [accuracy[c] for c in range(CLASSES)],
        },
        f,
        indent=1,
    )
    f.write("\n")
