"""Open3D on the geometry of one frame: depth image to points in the world, one point a voxel, normals of the points' neighbourhoods.

Stands for the stages "normals" and "lift" of `alster bench`, which also average 40 features a voxel and keep the pixels' voxels.
    python3 open3d_geometry.py DEPTH.f32 WIDTH HEIGHT FX FY CX CY --voxel-size 0.04
DEPTH.f32 holds WIDTH x HEIGHT floats [m]. Prints one JSON object. Threads: OMP_NUM_THREADS.
"""

import argparse
import json
import time

import numpy as np
import open3d as o3d


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("depth")
    parser.add_argument("camera", nargs=6, type=float, help="WIDTH HEIGHT FX FY CX CY")
    parser.add_argument("--voxel-size", type=float, default=0.04)
    parser.add_argument("--max-depth", type=float, default=3.0)
    parser.add_argument("--seconds", type=float, default=3)
    words = parser.parse_args()
    width, height = int(words.camera[0]), int(words.camera[1])
    depth = np.fromfile(words.depth, dtype=np.float32).reshape(height, width)
    depth[depth > words.max_depth] = 0
    image = o3d.geometry.Image(depth)
    camera = o3d.camera.PinholeCameraIntrinsic(width, height, *words.camera[2:])

    def geometry():
        cloud = o3d.geometry.PointCloud.create_from_depth_image(image, camera, depth_scale=1.0, depth_trunc=words.max_depth)
        voxels = cloud.voxel_down_sample(words.voxel_size)
        voxels.estimate_normals(o3d.geometry.KDTreeSearchParamHybrid(radius=3 * words.voxel_size, max_nn=30))
        return len(voxels.points)

    for _ in range(3):
        voxels = geometry()
    samples, end = [], time.perf_counter() + words.seconds
    while len(samples) < 10 or time.perf_counter() < end:
        start = time.perf_counter()
        geometry()
        samples.append((time.perf_counter() - start) * 1e3)
    samples.sort()
    print(json.dumps({"stage": "geometry", "engine": f"Open3D {o3d.__version__}", "p50_ms": samples[len(samples) // 2], "p95_ms": samples[int(len(samples) * 0.95)], "voxels": voxels}))


if __name__ == "__main__":
    main()
