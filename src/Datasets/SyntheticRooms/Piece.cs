namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// A piece of furniture before it has a place. Its frame: x to the right along the wall, y = 0 at the back, y towards the room (the front),
/// z up; x is centred.
/// </summary>
/// <param name="Nyu40Id">Class of the piece.</param>
/// <param name="Width">Extent in x [m].</param>
/// <param name="Depth">Extent in y from 0 [m].</param>
/// <param name="Height">Extent in z from 0 [m].</param>
/// <param name="Build">Adds the surfaces in the piece's frame.</param>
internal sealed record Piece(byte Nyu40Id, double Width, double Depth, double Height, Action<MeshBuilder> Build)
{
    /// <summary>Parts of another class, as targets to look at: their class and middle in the piece's frame.</summary>
    public (byte Nyu40Id, double X, double Y, double Z)[] Parts { get; init; } = [];
}
