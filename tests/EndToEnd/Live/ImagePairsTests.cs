using AlsterNode.Core;
using AlsterNode.Node.Live;

namespace AlsterNode.Tests.EndToEnd.Live;

public class ImagePairsTests
{
    private const long Millisecond = 1_000_000;
    private const long Interval = 20 * Millisecond;

    private readonly List<string> _dropped = [];
    private readonly ImagePairs<string> _pairs;

    public ImagePairsTests() => _pairs = new ImagePairs<string>(4, (image, reason) => _dropped.Add($"{image} {reason}"));

    [Fact]
    public void ImagesOfOneTimeAreAPairAtOnceInWhateverOrderTheyCome()
    {
        Color(100);
        Depth(100);
        Assert.Equal("c100 d100", Take());
        Depth(133);
        Color(133);
        Assert.Equal("c133 d133", Take());
        Assert.Empty(_dropped);
    }

    [Fact]
    public void TheClosestColourImageIsTakenOnceNoCloserOneCanCome()
    {
        Color(90);
        Depth(100);
        Assert.Null(Take()); // a closer one may be on its way
        Color(103);
        Assert.Equal("c103 d100", Take());
        Assert.Equal(["c90 " + DropReason.DepthMissing], _dropped);
    }

    [Fact]
    public void APartnerWithinTheIntervalIsTakenWhenNothingElseComes()
    {
        Color(90);
        Depth(100);
        Assert.Null(Take(now: 100));
        Assert.Equal("c90 d100", Take(now: 300));
    }

    [Fact]
    public void ImagesFurtherApartThanTheIntervalAreNoPair()
    {
        Color(50);
        Depth(100);
        Color(121);
        Depth(125);
        Assert.Null(Take(now: 120)); // 125 may get a closer one
        Assert.Equal("c121 d125", Take(now: 300));
        Assert.Equal(["d100 " + DropReason.ColorMissing, "c50 " + DropReason.DepthMissing], _dropped);
    }

    [Fact]
    public void WhatWaitsInVainMakesRoomAndIsNamed()
    {
        foreach (var stamp in (ReadOnlySpan<int>)[0, 100, 200, 300, 400, 500]) Color(stamp);
        Assert.Equal(["c0 " + DropReason.DepthMissing, "c100 " + DropReason.DepthMissing], _dropped);
        foreach (var stamp in (ReadOnlySpan<int>)[1000, 1100, 1200, 1300, 1400]) Depth(stamp);
        Assert.Equal("d1000 " + DropReason.ColorMissing, _dropped[^1]);
    }

    [Fact]
    public void ASecondImageOfTheSameTimeIsNotTaken()
    {
        Color(100);
        Assert.False(_pairs.AddColor(100 * Millisecond, 0, "again"));
        Depth(100);
        Assert.Equal("c100 d100", Take());
    }

    [Fact]
    public void ImagesThatOvertakeEachOtherFindTheirPartners()
    {
        Depth(133);
        Depth(100);
        Color(133);
        Color(100);
        Assert.Equal("c100 d100", Take());
        Assert.Equal("c133 d133", Take());
    }

    private void Color(int stamp) => Assert.True(_pairs.AddColor(stamp * Millisecond, stamp * Millisecond, $"c{stamp}"));

    private void Depth(int stamp) => Assert.True(_pairs.AddDepth(stamp * Millisecond, stamp * Millisecond, $"d{stamp}"));

    private string? Take(long now = 0) => _pairs.TryTake(Interval, now * Millisecond, out var color, out var depth) ? $"{color} {depth}" : null;
}
