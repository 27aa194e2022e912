using AlsterNode.Core;
using AlsterNode.Evaluation;

namespace AlsterNode.Tests.Unit.Evaluation;

/// <summary>A room of 5 m x 4 m with a ceiling, a different class on every wall, a table and a toilet in known places.</summary>
public class MapPictureTests
{
    private const double VoxelSize = 0.05;
    private const byte Wall = 0, Floor = 1, Table = 6, Door = 7, Window = 8, Curtain = 13, Toilet = 16, Ceiling = 19;

    [Fact]
    public void FromAboveTheCeilingIsOffAndTheFurnitureStandsWhereItIs()
    {
        var (voxels, labels) = Room();

        var picture = MapPicture.Top(voxels, labels, LabelSpace.ScanNet20, VoxelSize);

        Assert.Equal(0, Count(picture, Ceiling));
        var room = Bounds(picture, Floor);
        var table = Bounds(picture, Table);
        var toilet = Bounds(picture, Toilet);
        var pixelsPerMetre = (room.Right - room.Left) / 4.9; // the floor reaches under no wall
        Assert.Equal(1.5 * pixelsPerMetre, table.Right - table.Left, 5.0);
        Assert.Equal(0.5 * pixelsPerMetre, table.Bottom - table.Top, 5.0);
        Assert.True(table.Right < toilet.Left, $"The table ends at {table.Right} px, the toilet with larger x begins at {toilet.Left} px.");
        Assert.True(toilet.Bottom < table.Top, $"The toilet has larger y and ends at {toilet.Bottom} px, the table begins at {table.Top} px.");
    }

    [Fact]
    public void WhatIsHigherIsBrighterFromAbove()
    {
        var (voxels, labels) = Room();
        Array.Fill(labels, Wall);

        var picture = MapPicture.Top(voxels, labels, LabelSpace.ScanNet20, VoxelSize);

        var (centre, border) = (picture[525, 450], Bounds(picture, Wall));
        Assert.True(centre.Green < picture[(border.Left + border.Right) / 2, border.Top + 3].Green - 20, "The floor is darker than the top of a wall.");
    }

    [Theory]
    [InlineData(45, Window, Door)] // from +x, +y: those walls are lowered, the ones behind stand
    [InlineData(225, Door, Window)]
    public void WallsOnTheViewersSideAreLowered(double azimuth, byte lowered, byte standing)
    {
        var (voxels, labels) = Room();

        var picture = MapPicture.View(voxels, labels, LabelSpace.ScanNet20, VoxelSize, new MapPictureOptions { AzimuthDegrees = azimuth });

        Assert.Equal(0, Count(picture, Ceiling));
        Assert.InRange(Count(picture, standing), 20_000, int.MaxValue);
        Assert.InRange(Count(picture, lowered), 100, Count(picture, standing) / 4);
        Assert.InRange(Count(picture, Table), 2_000, int.MaxValue);
        Assert.InRange(Count(picture, Toilet), 300, int.MaxValue);
    }

    [Fact]
    public void FlatSurfacesHaveNoHolesOrStripes()
    {
        VoxelIndex[] plate = [.. from x in Enumerable.Range(0, 100) from y in Enumerable.Range(0, 100) select new VoxelIndex(x, y, 0)];
        var labels = new byte[plate.Length];

        foreach (var azimuth in new[] { 10.0, 33, 45, 81 })
        {
            var picture = MapPicture.View(plate, labels, LabelSpace.ScanNet20, VoxelSize, new MapPictureOptions { AzimuthDegrees = azimuth });
            var (cx, cy) = ((1280 - 230) / 2, 450);
            var colors = from dx in Enumerable.Range(-100, 200) from dy in Enumerable.Range(-100, 200) select picture[cx + dx, cy + dy];
            Assert.Equal([MapPicture.ColorOf(LabelSpace.ScanNet20, Wall)], colors.Distinct());
        }
    }

    [Fact]
    public void TheLegendListsTheClassesShownAndNoOthers()
    {
        var (voxels, labels) = Room();
        labels[0] = LabelSpace.Unlabelled;

        var picture = MapPicture.Top(voxels, labels, LabelSpace.ScanNet20, VoxelSize);

        var strip = Enumerable.Range(0, picture.Height).Select(y => picture[1280 - 230 + 15, y]).Distinct().ToHashSet();
        byte[] shown = [Wall, Floor, Table, Door, Window, Curtain, Toilet, LabelSpace.Unlabelled];
        Assert.All(shown, label => Assert.Contains(MapPicture.ColorOf(LabelSpace.ScanNet20, label), strip));
        byte[] absent = [Ceiling, 3, 4, 5];
        Assert.All(absent, label => Assert.DoesNotContain(MapPicture.ColorOf(LabelSpace.ScanNet20, label), strip));
    }

    [Fact]
    public void AFewStrayVoxelsDoNotShrinkTheRoom()
    {
        var (voxels, labels) = Room();
        var clean = Bounds(MapPicture.Top(voxels, labels, LabelSpace.ScanNet20, VoxelSize), Floor);
        VoxelIndex[] dirty = [.. voxels, new(100_000, 0, 0), new(0, -100_000, 0), new(0, 0, -5000)];

        var drawn = Bounds(MapPicture.Top(dirty, [.. labels, 0, 0, 0], LabelSpace.ScanNet20, VoxelSize), Floor);

        Assert.Equal(clean.Right - clean.Left, drawn.Right - drawn.Left, 30.0);
    }

    [Fact]
    public void AnEmptyMapIsAnEmptyPicture()
    {
        var picture = MapPicture.View([], [], LabelSpace.ScanNet20, VoxelSize);

        Assert.Equal((1280, 900), (picture.Width, picture.Height));
        Assert.Equal(new Rgb(255, 255, 255), picture[500, 450]);
    }

    private static (VoxelIndex[] Voxels, byte[] Labels) Room()
    {
        var map = new SortedDictionary<VoxelIndex, byte>();
        Fill(0, 99, 0, 79, 0, 0, Floor);
        Fill(0, 99, 0, 79, 50, 50, Ceiling);
        Fill(0, 99, 0, 0, 0, 50, Door); // y = 0
        Fill(0, 0, 0, 79, 0, 50, Curtain); // x = 0
        Fill(0, 99, 79, 79, 0, 50, Window); // y = 4 m
        Fill(99, 99, 0, 79, 0, 50, Wall); // x = 5 m
        Fill(30, 59, 20, 29, 14, 14, Table);
        Fill(70, 77, 50, 57, 1, 8, Toilet);
        return ([.. map.Keys], [.. map.Values]);

        void Fill(int x0, int x1, int y0, int y1, int z0, int z1, byte label)
        {
            for (var x = x0; x <= x1; x++)
            {
                for (var y = y0; y <= y1; y++)
                {
                    for (var z = z0; z <= z1; z++) map[new(x, y, z)] = label;
                }
            }
        }
    }

    private static int Count(Canvas picture, byte label) => Find(picture, label).Count();

    private static (int Left, int Right, int Top, int Bottom) Bounds(Canvas picture, byte label)
    {
        var found = Find(picture, label).ToArray();
        return (found.Min(p => p.X), found.Max(p => p.X) + 1, found.Min(p => p.Y), found.Max(p => p.Y) + 1);
    }

    // Pixels of the map (not of the legend) with the class's colour at any brightness from a half to full.
    private static IEnumerable<(int X, int Y)> Find(Canvas picture, byte label)
    {
        var color = MapPicture.ColorOf(LabelSpace.ScanNet20, label);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width - 230; x++)
            {
                var pixel = picture[x, y];
                var brightness = pixel.Red / (double)color.Red;
                if (brightness is > 0.5 and <= 1.0
                    && Math.Abs(pixel.Green - (brightness * color.Green)) < 4 && Math.Abs(pixel.Blue - (brightness * color.Blue)) < 4) yield return (x, y);
            }
        }
    }
}
