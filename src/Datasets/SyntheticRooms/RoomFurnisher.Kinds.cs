using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>What each kind of room holds. Large things find their places first.</summary>
internal sealed partial class RoomFurnisher
{
    /// <summary>Furnishes the whole room.</summary>
    public void Furnish(RoomKind kind)
    {
        switch (kind)
        {
            case RoomKind.Bedroom: Bedroom(); break;
            case RoomKind.LivingRoom: LivingRoom(); break;
            case RoomKind.Kitchen: Kitchen(); break;
            case RoomKind.Bathroom: Bathroom(); break;
            case RoomKind.Office: Office(); break;
            default: Mixed(); break;
        }
        FillUp(kind);
        Radiators(0.35);
        if (random.Chance(0.7)) AtWall(furniture.TrashCan(), 0, random.Chance(0.6));
        Curtains(kind switch { RoomKind.Bedroom => 0.9, RoomKind.LivingRoom => 0.8, RoomKind.Mixed => 0.8, RoomKind.Office => 0.4, _ => 0.5 });
        Pictures(random.Between(2, 4));
        if (random.Chance(0.35)) AtWall(furniture.Plant(), 0, true);
        if (furniture.WithClutter) Repeat(random.Between(0, 2), () => AtWall(furniture.Boxes(), 0));
        if (random.Chance(0.4) && kind is not RoomKind.Bathroom) RugSomewhere();
        CeilingLamps(kind);
    }

    /// <summary>More of what suits the room, until a third of its floor is taken or nothing finds a place.</summary>
    private void FillUp(RoomKind kind)
    {
        var floor = layout.FloorParts.Sum(part => (part.X1 - part.X0) * (part.Y1 - part.Y0));
        for (var attempt = 0; attempt < 8; attempt++)
        {
            if (layout.Solids.Sum(s => 4 * s.HalfWidth * s.HalfDepth) > floor * 0.33) return;
            var wet = kind == RoomKind.Bathroom;
            AtWall(random.Below(wet ? 6 : 11) switch
            {
                0 => furniture.Cabinet(kind == RoomKind.Office),
                1 => furniture.Ottoman(),
                2 => furniture.TrashCan(),
                3 => wet ? furniture.WashingMachine() : furniture.SideTable(),
                4 => wet ? furniture.PedestalSink() : furniture.Bookshelf(),
                5 => furniture.Chair(kind == RoomKind.Office),
                6 => furniture.Bookshelf(),
                7 => furniture.Sofa(),
                8 => furniture.Armchair(),
                9 => furniture.TelevisionStand(),
                _ => furniture.Desk(random.Chance(0.5)),
            }, 0.35);
        }
    }

    private void Bedroom()
    {
        BedZone();
        if (random.Chance(0.3)) BedZone();
        AtWall(furniture.Cabinet(), 0.6, true);
        if (random.Chance(0.6)) DeskZone(false);
        if (random.Chance(0.6)) AtWall(furniture.Bookshelf(), 0.5);
        if (random.Chance(0.5)) AtWall(furniture.Cabinet(), 0.5);
        if (random.Chance(0.35)) AtWall(furniture.Armchair(), 0.4, true);
        if (random.Chance(0.3)) AtWall(furniture.Sofa(), 0.5);
        if (random.Chance(0.4)) AtWall(furniture.SideTable(), 0.2);
        if (random.Chance(0.35)) AtWall(furniture.Ottoman(), 0.3);
        if (random.Chance(0.3)) AtWall(furniture.FloorLamp(), 0, true);
        if (random.Chance(0.4)) AtWall(furniture.Chair(), 0.3);
    }

    private void LivingRoom()
    {
        SofaZone();
        if (random.Chance(0.5)) AtWall(furniture.TelevisionStand(), 0.7);
        if (random.Chance(0.85)) AtWall(furniture.Bookshelf(), 0.5, true);
        if (random.Chance(0.7)) AtWall(furniture.Cabinet(), 0.5);
        if (random.Chance(0.65)) DiningZone();
        if (random.Chance(0.5)) AtWall(furniture.Sofa(), 0.6);
        Repeat(random.Between(0, 2), () => AtWall(furniture.Armchair(), 0.4, true));
        if (random.Chance(0.35)) DeskZone(false);
        if (random.Chance(0.4)) AtWall(furniture.Ottoman(), 0.3);
        if (random.Chance(0.4)) AtWall(furniture.SideTable(), 0.2, true);
        if (random.Chance(0.4)) AtWall(furniture.FloorLamp(), 0, true);
    }

    private void Kitchen()
    {
        KitchenZone();
        if (random.Chance(0.8)) DiningZone();
        if (random.Chance(0.5)) AtWall(furniture.Cabinet(), 0.5, true);
        if (random.Chance(0.2)) AtWall(furniture.WashingMachine(), 0.5);
        if (random.Chance(0.3)) AtWall(furniture.Bookshelf(), 0.4);
        if (random.Chance(0.25)) AtWall(furniture.Sofa(), 0.5);
        if (random.Chance(0.4)) AtWall(furniture.Chair(), 0.2);
    }

    private void Bathroom()
    {
        BathZone();
        if (random.Chance(0.35)) AtWall(furniture.WashingMachine(), 0.4, true);
        if (random.Chance(0.6)) AtWall(furniture.Cabinet(), 0.4, true);
        if (random.Chance(0.25)) AtWall(furniture.Chair(), 0.1);
        if (random.Chance(0.3)) AtWall(furniture.Ottoman(), 0.1);
        Repeat(random.Between(1, 2), () => Hang(Nyu40.Towel, 0.65, 0.75, 0.7, 0.8, (_, h) =>
        {
            using (builder.At(0, 0, h - 0.1)) furniture.Towel(builder, 0);
        }));
    }

    private void Office()
    {
        DeskZone(true);
        Repeat(random.Between(1, 3), () => DeskZone(true));
        if (random.Chance(0.9)) AtWall(furniture.Bookshelf(), 0.5, true);
        Repeat(random.Between(1, 2), () => AtWall(furniture.Cabinet(true), 0.5, true));
        if (random.Chance(0.5)) DiningZone();
        if (random.Chance(0.5)) Hang(Nyu40.Whiteboard, random.Uniform(1, 1.8), random.Uniform(0.8, 1.1), 0.85, 1.0, (w, h) => furniture.Whiteboard(builder, w, h));
        if (random.Chance(0.35)) AtWall(furniture.Sofa(), 0.5);
        Repeat(random.Between(0, 2), () => AtWall(furniture.Chair(true), 0.2));
        if (random.Chance(0.25)) AtWall(furniture.Ottoman(), 0.2);
    }

    /// <summary>A studio: two to four zones of the others, the rare ones first.</summary>
    private void Mixed()
    {
        Action[] zones = [KitchenZone, BathZone, () => BedZone(), () => DeskZone(random.Chance(0.5)), () => SofaZone(), () => DiningZone(), () => AtWall(furniture.Bookshelf(), 0.5)];
        random.Shuffle<Action>(zones);
        var count = random.Between(4, 6);
        for (var i = 0; i < count; i++) zones[i]();
        AtWall(furniture.Cabinet(), 0.5, true);
    }

    private bool BedZone()
    {
        if (!AtWall(furniture.Bed(), 0.5, random.Chance(0.4), out var place)) return false;
        var half = layout.Solids[^1].HalfWidth;
        foreach (var side in (int[])[-1, 1])
        {
            if (!random.Chance(0.7)) continue;
            var stand = random.Chance(0.8) ? furniture.NightStand() : furniture.SideTable();
            var middle = place.Start + half + (side * (half + (stand.Width / 2) + 0.04));
            if (layout.TryAt(place.Wall, middle - (stand.Width / 2), stand.Width, stand.Depth, stand.Height, 0, out var beside)) Add(stand, beside.X, beside.Y, beside.Yaw);
        }
        return true;
    }

    private bool SofaZone()
    {
        var sofa = furniture.Sofa();
        if (!AtWall(sofa, 0.25, false, out var place)) return false;
        var coffee = furniture.CoffeeTable();
        var off = sofa.Depth + random.Uniform(0.3, 0.45);
        var (x, y) = place.Wall.Point(place.Start + (sofa.Width / 2) + random.Uniform(-0.2, 0.2), off);
        if (random.Chance(0.85) && Exactly(coffee, x, y, place.Yaw)) OnTable(coffee, x, y, place.Yaw, random.Between(1, 4));
        return true;
    }

    private bool DiningZone()
    {
        var table = furniture.DiningTable();
        var free = random.Chance(0.75);
        if (free && Free(table, 0.65, out var place))
        {
            var (x, y) = place.Point(0, -table.Depth / 2);
            OnTable(table, x, y, place.Yaw, random.Between(1, 5));
            ChairsAround(place, random.Between(2, 6));
            return true;
        }
        if (!AtWall(table, 0.3, false, out var wall)) return false;
        OnTable(table, wall.X, wall.Y, wall.Yaw, random.Between(1, 4));
        layout.Clearings.RemoveAt(layout.Clearings.Count - 1); // chairs stand where access was kept
        ChairsAround(layout.Solids[^1], 3);
        return true;
    }

    private bool DeskZone(bool office)
    {
        var desk = furniture.Desk(office || random.Chance(0.5));
        if (!AtWall(desk, 0.75, false, out var place)) return false;
        layout.Clearings.RemoveAt(layout.Clearings.Count - 1); // the chair stands where access was kept
        var chair = furniture.Chair(office || random.Chance(0.5));
        var (x, y) = place.Wall.Point(place.Start + (desk.Width / 2) + random.Uniform(-0.2, 0.2), desk.Depth + chair.Depth + random.Uniform(0.05, 0.25));
        Exactly(chair, x, y, place.Yaw + Math.PI + random.Uniform(-0.5, 0.5));
        return true;
    }

    private void KitchenZone()
    {
        var upper = random.Chance(0.75);
        var window = random.Chance(0.7) ? KitchenWindow() : null;
        foreach (var width in (double[])[random.Uniform(2.0, 3.0), random.Uniform(1.4, 1.8)])
        {
            if (!Worktop(width, upper, window, out var place)) continue;
            var fridge = furniture.Refrigerator();
            var beside = random.Chance(0.5) ? place.Start + width + 0.03 : place.Start - fridge.Width - 0.03;
            if (!layout.TryAt(place.Wall, beside, fridge.Width, fridge.Depth, fridge.Height, 0.6, out var spot)) AtWall(fridge, 0.6, true);
            else Add(fridge, spot.X, spot.Y, spot.Yaw);
            break;
        }
        if (random.Chance(0.4)) AtWall(furniture.KitchenRun(random.Uniform(1.0, 1.8), false, false, random.Chance(0.5)), 0.6);
    }

    /// <summary>A window high enough for a worktop below it.</summary>
    private (Wall Wall, Opening Opening)? KitchenWindow() =>
        layout.Walls.SelectMany(wall => wall.Openings, (wall, opening) => ((Wall Wall, Opening Opening)?)(wall, opening))
            .FirstOrDefault(item => item is { Opening: { IsDoor: false, Bottom: > 0.98 } });

    /// <summary>A kitchen run with a sink: below the window where it fits, else at any wall.</summary>
    private bool Worktop(double width, bool upper, (Wall Wall, Opening Opening)? window, out WallPlace place) =>
        (window is { } at && Under(at.Wall, at.Opening, furniture.KitchenRun(width, true, random.Chance(0.75), upper: false, lowSplash: true), out place))
        || AtWall(furniture.KitchenRun(width, true, random.Chance(0.75), upper), 0.7, true, out place);

    private bool Under(Wall wall, Opening window, Piece run, out WallPlace place)
    {
        var start = Math.Clamp(window.Middle + random.Uniform(-0.5, 0.5) - (run.Width / 2), 0.01, Math.Max(0.01, wall.Length - run.Width - 0.01));
        place = default;
        if (wall.Length < run.Width + 0.02 || !layout.TryAt(wall, start, run.Width, run.Depth, run.Height, 0.7, out place)) return false;
        Add(run, place.X, place.Y, place.Yaw);
        return true;
    }

    private void BathZone()
    {
        TubZone();
        AtWall(furniture.Toilet(), 0.45);
        var basin = random.Chance(0.5) ? furniture.PedestalSink() : furniture.Vanity();
        if (!AtWall(basin, 0.5, false, out var place) && !AtWall(basin = furniture.PedestalSink(), 0.4, false, out place)) return;
        double w = Math.Min(basin.Width, random.Uniform(0.45, 0.9)), s = place.Start + (basin.Width / 2), z = random.Uniform(1.05, 1.2), h = random.Uniform(0.6, 0.9);
        if (place.Wall.IsUsed(s - (w / 2), s + (w / 2), z, z + h)) return;
        place.Wall.Used.Add((s - (w / 2), s + (w / 2), z, z + h));
        using var frame = builder.At(place.X, place.Y, z, place.Yaw);
        using var back = builder.At(0, -0.015, 0);
        furniture.Mirror(builder, w, h);
    }

    /// <summary>A bathtub along a wall, preferably in a corner, with a curtain on its open side.</summary>
    private void TubZone()
    {
        var tub = furniture.Bathtub(random.Uniform(1.5, 1.8));
        if (!AtWall(tub, 0.5, true, out var place)) return;
        if (!random.Chance(0.85)) return;
        using var frame = builder.At(place.X, place.Y, 0, place.Yaw);
        furniture.ShowerCurtain(builder, -tub.Width / 2, tub.Width / 2, tub.Depth + 0.03, random.Uniform(0.12, 0.35), Math.Min(layout.Height - 0.1, random.Uniform(1.9, 2.1)));
        var (x, y) = place.Wall.Point(place.Start + (tub.Width / 2), tub.Depth);
        layout.Solids.Add(new Footprint(x, y, tub.Width / 2, 0.06, place.Yaw, 0, 2.1));
        Objects.Add(new RoomObject(Nyu40.ShowerCurtain, new Vector3d(x, y, 1.2), 0.9));
    }

    private void OnTable(Piece table, double x, double y, double yaw, int count)
    {
        using var frame = builder.At(x, y, 0, yaw);
        furniture.Clutter(builder, table.Width * 0.6, table.Depth * 0.25, table.Depth * 0.75, table.Height, count);
    }

    private void RugSomewhere()
    {
        double w = random.Uniform(1.2, 2.2), d = random.Uniform(0.9, 1.6);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            double x = random.Uniform(0, layout.Width), y = random.Uniform(0, layout.Depth);
            var rug = new Footprint(x, y, w / 2, d / 2, 0, 0, 0.005);
            var inside = true;
            for (var k = 0; k < 4; k++) inside &= layout.Contains(rug.Corner(k).X, rug.Corner(k).Y, 0.1);
            if (!inside) continue;
            using var frame = builder.At(x, y, 0.001);
            furniture.Rug(builder, w, d);
            return;
        }
    }

    private void CeilingLamps(RoomKind kind)
    {
        foreach (var (x0, y0, x1, y1) in layout.FloorParts)
        {
            double x = (x0 + x1) / 2, y = (y0 + y1) / 2;
            if ((x1 - x0) * (y1 - y0) < 2) continue;
            Lamps.Add(new Vector3d(x, y, layout.Height - 0.7));
            using var frame = builder.At(x, y, layout.Height);
            furniture.CeilingLamp(builder, kind is RoomKind.Office || (kind is RoomKind.Kitchen && random.Chance(0.3)));
        }
    }

    /// <summary>Where the ceiling lamps shine from, in the room frame.</summary>
    public List<Vector3d> Lamps { get; } = [];
}
