using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>A room's colours and surfaces: pieces of one room often match, rooms do not.</summary>
internal sealed class Palette
{
    private readonly Prng _random;
    private readonly Material[] _woods;
    private readonly Material[] _fabrics;

    public Palette(Prng random)
    {
        _random = random;
        _woods = [MakeWood(), MakeWood()];
        _fabrics = [MakeFabric(), MakeFabric(), MakeFabric()];
        Metal = Steel(random.Uniform(0.35, 0.75));
        DarkMetal = Steel(random.Uniform(0.02, 0.1));
        White = Plain(0xF2F0EB, 0.15f);
        Ceramic = new Material { Color = Material.Hsv(random.Uniform(), 0.03, random.Uniform(0.88, 0.97)), Gloss = 0.5f, Seed = Seed() };
        Black = Plain(0x1A1A1C, 0.25f);
        Wall = MakeWall();
        Ceiling = new Material { Color = Material.Hsv(0.12, random.Uniform(0, 0.06), random.Uniform(0.88, 0.98)), Seed = Seed() };
        Trim = random.Chance(0.6) ? White : Wood();
    }

    public Material Metal { get; }

    public Material DarkMetal { get; }

    public Material White { get; }

    public Material Black { get; }

    public Material Ceramic { get; }

    public Material Wall { get; }

    public Material Ceiling { get; }

    /// <summary>Baseboards, door and window frames.</summary>
    public Material Trim { get; }

    /// <summary>One of the room's woods, at times a new one.</summary>
    public Material Wood() => _random.Chance(0.2) ? MakeWood() : _random.Pick<Material>(_woods);

    /// <summary>One of the room's fabrics, at times a new one.</summary>
    public Material Fabric() => _random.Chance(0.4) ? MakeFabric() : _random.Pick<Material>(_fabrics);

    /// <summary>Wood, paint or laminate of cabinets and the like.</summary>
    public Material Front() => _random.Uniform() switch
    {
        < 0.5 => Wood(),
        < 0.8 => new Material { Color = Material.Hsv(_random.Uniform(0.05, 0.18), _random.Uniform(0, 0.12), _random.Uniform(0.75, 0.96)), Gloss = 0.15f, Seed = Seed() },
        < 0.92 => Paint(0.55, 0.75),
        _ => Steel(_random.Uniform(0.3, 0.6)),
    };

    /// <summary>A strong colour: plastic, books, toys.</summary>
    public Material Paint(double saturation = 0.9, double value = 0.9) => new()
    {
        Color = Material.Hsv(_random.Uniform(), saturation * _random.Uniform(0.3, 1), value * _random.Uniform(0.35, 1)),
        Gloss = (float)_random.Uniform(0, 0.3),
        Seed = Seed(),
    };

    public Material Plain(int rgb, float gloss = 0) => new() { Color = Material.Rgb(rgb), Gloss = gloss, Seed = Seed() };

    /// <summary>Cloth for curtains and bedding, often patterned.</summary>
    public Material Cloth(double minValue = 0.35)
    {
        var a = Material.Hsv(_random.Uniform(), _random.Uniform(0, 0.6), _random.Uniform(minValue, 0.97));
        var b = Material.Hsv(_random.Uniform(), _random.Uniform(0, 0.6), _random.Uniform(0.3, 0.97));
        var pattern = _random.Pick(Pattern.Weave, Pattern.Weave, Pattern.Weave, Pattern.Plain, Pattern.Stripes, Pattern.Checks, Pattern.Dots);
        return new Material { Color = a, Color2 = b, Pattern = pattern, Scale = (float)_random.Uniform(0.06, 0.25), Seed = Seed() };
    }

    /// <summary>Worktops: stone, laminate, wood.</summary>
    public Material Stone()
    {
        var value = _random.Uniform(0.15, 0.92);
        var a = Material.Hsv(_random.Uniform(0, 0.15), _random.Uniform(0, 0.2), value);
        var pattern = _random.Pick(Pattern.Marble, Pattern.Speckle, Pattern.Speckle, Pattern.Plain);
        return _random.Chance(0.2) ? Wood() : new Material { Color = a, Color2 = a * (float)_random.Uniform(0.4, 0.8), Pattern = pattern, Scale = 0.25f, Gloss = 0.35f, Seed = Seed() };
    }

    /// <summary>Tiles for wet rooms.</summary>
    public Material Tile()
    {
        var a = Material.Hsv(_random.Uniform(), _random.Chance(0.6) ? 0.04 : _random.Uniform(0.1, 0.5), _random.Uniform(0.5, 0.95));
        return new Material
        {
            Color = a,
            Color2 = Vector3.Lerp(a, new Vector3(_random.Chance(0.7) ? 0.75f : 0.08f), 0.8f),
            Pattern = _random.Chance(0.8) ? Pattern.Tiles : Pattern.Brick,
            Scale = (float)_random.Uniform(0.08, 0.4),
            Gloss = 0.35f,
            Seed = Seed(),
        };
    }

    /// <summary>The floor of a kind of room.</summary>
    public Material Floor(RoomKind kind)
    {
        if (kind is RoomKind.Bathroom || (kind is RoomKind.Kitchen && _random.Chance(0.6))) return Tile() with { Scale = (float)_random.Uniform(0.2, 0.6) };
        var wood = MakeWood();
        return _random.Uniform() switch
        {
            < 0.5 => wood with { Pattern = Pattern.Planks, Scale = (float)_random.Uniform(0.09, 0.2), Gloss = 0.2f },
            < 0.85 => Carpet(),
            < 0.93 => Tile() with { Scale = (float)_random.Uniform(0.3, 0.6) },
            _ => Stone(),
        };
    }

    public Material Carpet()
    {
        var a = Material.Hsv(_random.Uniform(), _random.Uniform(0, 0.35), _random.Uniform(0.25, 0.8));
        return new Material { Color = a, Color2 = a * 0.55f, Pattern = Pattern.Speckle, Scale = (float)_random.Uniform(0.05, 0.2), Seed = Seed() };
    }

    public Material Picture() => new()
    {
        Color = Material.Hsv(_random.Uniform(), _random.Uniform(0.2, 0.8), _random.Uniform(0.3, 0.9)),
        Color2 = Material.Hsv(_random.Uniform(), _random.Uniform(0.2, 0.8), _random.Uniform(0.3, 0.9)),
        Pattern = Pattern.Painting,
        Scale = 1,
        Seed = Seed(),
    };

    public uint Seed() => (uint)(_random.Next() >> 32);

    private Material MakeWood()
    {
        var hue = _random.Uniform(0.045, 0.1);
        var value = _random.Uniform(0.22, 0.85);
        var saturation = _random.Uniform(0.3, 0.65) * (value > 0.7 ? 0.7 : 1);
        return new Material
        {
            Color = Material.Hsv(hue, saturation, value),
            Color2 = Material.Hsv(hue - 0.01, Math.Min(1, saturation * 1.15), value * _random.Uniform(0.6, 0.85)),
            Pattern = Pattern.Wood,
            Scale = (float)_random.Uniform(0.25, 0.5),
            Gloss = (float)_random.Uniform(0, 0.25),
            Seed = Seed(),
        };
    }

    private Material MakeFabric()
    {
        if (_random.Chance(0.15)) return Plain(_random.Pick(0x2A1D17, 0x161616, 0x6B4630, 0xC9B59A, 0xDAD4C8), 0.3f); // leather
        var strong = _random.Chance(0.4);
        return new Material
        {
            Color = Material.Hsv(_random.Uniform(), strong ? _random.Uniform(0.3, 0.8) : _random.Uniform(0, 0.25), _random.Uniform(0.12, 0.9)),
            Color2 = Material.Hsv(_random.Uniform(), _random.Uniform(0, 0.5), _random.Uniform(0.2, 0.9)),
            Pattern = _random.Chance(0.85) ? Pattern.Weave : _random.Pick(Pattern.Stripes, Pattern.Checks),
            Scale = (float)_random.Uniform(0.04, 0.2),
            Seed = Seed(),
        };
    }

    private Material MakeWall()
    {
        var saturation = _random.Chance(0.65) ? _random.Uniform(0, 0.12) : _random.Uniform(0.12, 0.5);
        var color = Material.Hsv(_random.Chance(0.6) ? _random.Uniform(0.06, 0.17) : _random.Uniform(), saturation, _random.Uniform(0.62, 0.97));
        var plain = new Material { Color = color, Color2 = Vector3.Lerp(color, new Vector3((float)_random.Uniform(0.1, 0.9)), 0.35f), Seed = Seed(), Scale = (float)_random.Uniform(0.08, 0.3) };
        return _random.Uniform() switch
        {
            < 0.75 => plain,
            < 0.83 => plain with { Pattern = Pattern.Stripes },
            < 0.9 => plain with { Pattern = Pattern.Dots },
            < 0.95 => plain with { Pattern = Pattern.Brick, Scale = 0.075f },
            _ => MakeWood() with { Pattern = Pattern.Planks, Scale = 0.15f },
        };
    }

    private Material Steel(double value) => new()
    {
        Color = Material.Hsv(0.6, 0.03, value),
        Pattern = Pattern.Brushed,
        Gloss = 0.7f,
        Seed = Seed(),
    };
}
