namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// NYU40 ids as ScanNet's label table assigns them to what the generator builds. Classes outside the benchmark's 20 (ceiling, pillow,
/// lamp, box, "otherprop" for small clutter ...) are kept here and become unlabelled in the label space, as in ScanNet.
/// </summary>
internal static class Nyu40
{
    public const byte Wall = 1, Floor = 2, Cabinet = 3, Bed = 4, Chair = 5, Sofa = 6, Table = 7, Door = 8, Window = 9, Bookshelf = 10;
    public const byte Picture = 11, Counter = 12, Desk = 14, Curtain = 16, Pillow = 18, Mirror = 19, FloorMat = 20, Ceiling = 22;
    public const byte Refrigerator = 24, Television = 25, Towel = 27, ShowerCurtain = 28, Box = 29, Whiteboard = 30, NightStand = 32;
    public const byte Toilet = 33, Sink = 34, Lamp = 35, Bathtub = 36, Bag = 37, OtherStructure = 38, OtherFurniture = 39, OtherProp = 40;
}
