using AlsterNode.Evaluation;

namespace AlsterNode.Tests.Unit.Evaluation;

public class KdTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(300)]
    [InlineData(5000)]
    public void TheNearestPointIsTheOneThatBruteForceFinds(int count)
    {
        var random = new Random(0);
        for (var round = 0; round < 4; round++)
        {
            // Coarse lattices have many equal distances and duplicate points: the earlier point must win.
            var cells = round % 2 == 0 ? 1e6f : 4;
            var points = Enumerable.Range(0, 3 * count).Select(_ => MathF.Floor(random.NextSingle() * cells) / cells).ToArray();
            var tree = new KdTree(points);
            for (var query = 0; query < 200; query++)
            {
                var (x, y, z) = (Coordinate(), Coordinate(), Coordinate());
                var reach = query % 3 == 0 ? 0.1f : 10;

                Assert.Equal(BruteForce(points, x, y, z, reach), tree.Nearest(x, y, z, reach));
            }

            float Coordinate() => round % 2 == 0 ? (1.4f * random.NextSingle()) - 0.2f : (random.Next(10) - 1) / 8f;
        }
    }

    [Fact]
    public void APointExactlyAtTheLimitIsFoundAndOneBeyondIsNot()
    {
        var tree = new KdTree([1, 0, 0, 0, 3, 0]);

        Assert.Equal(0, tree.Nearest(0.5f, 0, 0, 0.5f));
        Assert.Equal(-1, tree.Nearest(0.25f, 0, 0, 0.5f));
        Assert.Equal(-1, new KdTree([]).Nearest(0, 0, 0, 1));
    }

    private static int BruteForce(float[] points, float x, float y, float z, float reach)
    {
        var (best, bestSquared) = (-1, reach * reach);
        for (var i = 0; i < points.Length / 3; i++)
        {
            var (dx, dy, dz) = (points[3 * i] - x, points[(3 * i) + 1] - y, points[(3 * i) + 2] - z);
            var squared = (dx * dx) + (dy * dy) + (dz * dz);
            if (squared < bestSquared || (best < 0 && squared <= bestSquared)) (best, bestSquared) = (i, squared);
        }

        return best;
    }
}
