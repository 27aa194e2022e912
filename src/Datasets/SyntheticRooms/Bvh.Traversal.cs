using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Eight rays side by side. Directions need no unit length: distances are in multiples of them.</summary>
internal struct RayPacket
{
    public Vector256<float> OriginX, OriginY, OriginZ, DirectionX, DirectionY, DirectionZ;

    /// <summary>Hits count up to here; a negative value switches a ray off. After <see cref="Bvh.Closest"/> the distance of the hit.</summary>
    public Vector256<float> Distance;

    /// <summary>The triangle hit; -1 for none.</summary>
    public Vector256<int> Triangle;

    /// <summary>Barycentric weights of the triangle's second and third corner.</summary>
    public Vector256<float> U, V;
}

internal sealed partial class Bvh
{
    private const float Nearest = 1e-4f;   // [of the direction's length] a ray leaves its own surface
    private const float EdgeSlack = -1e-6f; // neighbouring triangles must not leave a gap

    /// <summary>Finds the first triangle along each ray.</summary>
    public void Closest(ref RayPacket rays) => Walk(ref rays, anyHit: false);

    /// <summary>The rays (bit per lane) that hit anything within their distance.</summary>
    public uint Blocked(ref RayPacket rays)
    {
        Walk(ref rays, anyHit: true);
        return ~Vector256.Equals(rays.Triangle, Vector256.Create(-1)).ExtractMostSignificantBits() & 0xFF;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Walk(ref RayPacket rays, bool anyHit)
    {
        Vector256<float> ox = rays.OriginX, oy = rays.OriginY, oz = rays.OriginZ, dx = rays.DirectionX, dy = rays.DirectionY, dz = rays.DirectionZ;
        Vector256<float> ix = Reciprocal(dx), iy = Reciprocal(dy), iz = Reciprocal(dz);
        var far = rays.Distance;
        var hit = Vector256.Create(-1);
        Vector256<float> hitU = default, hitV = default, zero = default, one = Vector256.Create(1f), nearest = Vector256.Create(Nearest), slack = Vector256.Create(EdgeSlack);
        var backwards = (dx.ToScalar() < 0 ? 1 : 0) | (dy.ToScalar() < 0 ? 2 : 0) | (dz.ToScalar() < 0 ? 4 : 0);
        ref var nodes = ref MemoryMarshal.GetArrayDataReference(_nodes);
        ref var facets = ref MemoryMarshal.GetArrayDataReference(_facets);
        Span<int> stack = stackalloc int[128];
        var top = 1;
        stack[0] = 0;
        while (top > 0)
        {
            ref var node = ref Unsafe.Add(ref nodes, stack[--top]);
            Vector256<float> x0 = (Vector256.Create(node.Min.X) - ox) * ix, x1 = (Vector256.Create(node.Max.X) - ox) * ix;
            Vector256<float> y0 = (Vector256.Create(node.Min.Y) - oy) * iy, y1 = (Vector256.Create(node.Max.Y) - oy) * iy;
            Vector256<float> z0 = (Vector256.Create(node.Min.Z) - oz) * iz, z1 = (Vector256.Create(node.Max.Z) - oz) * iz;
            var enter = Vector256.MaxNative(Vector256.MaxNative(Vector256.MinNative(x0, x1), Vector256.MinNative(y0, y1)), Vector256.MaxNative(Vector256.MinNative(z0, z1), zero));
            var leave = Vector256.MinNative(Vector256.MinNative(Vector256.MaxNative(x0, x1), Vector256.MaxNative(y0, y1)), Vector256.MinNative(Vector256.MaxNative(z0, z1), far));
            if (Vector256.LessThanOrEqual(enter, leave).ExtractMostSignificantBits() == 0) continue;
            if (node.Count == 0)
            {
                var swap = (backwards >> node.Axis) & 1;
                stack[top++] = node.First + 1 - swap; // the far child waits
                stack[top++] = node.First + swap;
                continue;
            }
            for (var k = 0; k < node.Count; k++)
            {
                // Moeller and Trumbore: p = d x e2, u = (s . p) / (e1 . p), q = s x e1, v = (d . q) / (e1 . p), t = (e2 . q) / (e1 . p)
                ref readonly var facet = ref Unsafe.Add(ref facets, node.First + k);
                Vector256<float> e1x = Vector256.Create(facet.Edge1.X), e1y = Vector256.Create(facet.Edge1.Y), e1z = Vector256.Create(facet.Edge1.Z);
                Vector256<float> e2x = Vector256.Create(facet.Edge2.X), e2y = Vector256.Create(facet.Edge2.Y), e2z = Vector256.Create(facet.Edge2.Z);
                Vector256<float> px = (dy * e2z) - (dz * e2y), py = (dz * e2x) - (dx * e2z), pz = (dx * e2y) - (dy * e2x);
                var inverse = one / ((e1x * px) + (e1y * py) + (e1z * pz));
                Vector256<float> sx = ox - Vector256.Create(facet.Corner.X), sy = oy - Vector256.Create(facet.Corner.Y), sz = oz - Vector256.Create(facet.Corner.Z);
                var u = ((sx * px) + (sy * py) + (sz * pz)) * inverse;
                Vector256<float> qx = (sy * e1z) - (sz * e1y), qy = (sz * e1x) - (sx * e1z), qz = (sx * e1y) - (sy * e1x);
                var v = ((dx * qx) + (dy * qy) + (dz * qz)) * inverse;
                var t = ((e2x * qx) + (e2y * qy) + (e2z * qz)) * inverse;
                var inside = Vector256.GreaterThanOrEqual(u, slack) & Vector256.GreaterThanOrEqual(v, slack) & Vector256.LessThanOrEqual(u + v, one - slack)
                    & Vector256.GreaterThan(t, nearest) & Vector256.LessThan(t, far);
                if (inside.ExtractMostSignificantBits() == 0) continue;
                hit = Vector256.ConditionalSelect(inside.AsInt32(), Vector256.Create(facet.Triangle), hit);
                hitU = Vector256.ConditionalSelect(inside, u, hitU);
                hitV = Vector256.ConditionalSelect(inside, v, hitV);
                far = Vector256.ConditionalSelect(inside, anyHit ? Vector256.Create(-1f) : t, far); // a blocked ray is switched off
            }
            if (anyHit && far.ExtractMostSignificantBits() == 0xFF) break;
        }
        (rays.Distance, rays.Triangle, rays.U, rays.V) = (far, hit, hitU, hitV);
    }

    /// <summary>1 / d, finite for rays parallel to an axis.</summary>
    private static Vector256<float> Reciprocal(Vector256<float> d)
    {
        var tiny = Vector256.LessThan(Vector256.Abs(d), Vector256.Create(1e-9f));
        return Vector256.Create(1f) / Vector256.ConditionalSelect(tiny, Vector256.Create(1e-9f), d);
    }
}
