namespace AlsterNode.Evaluation;

/// <summary>A 5 x 7 pixel font with two rows below the baseline; letters, digits and a little punctuation.</summary>
internal static class PixelFont
{
    public const int Width = 5;

    public const int Height = 9;

    // A character and its rows from the top, five bits each with the left pixel as 10 hex; missing rows are empty.
    private const string Drawings = """
        A 0E 11 11 1F 11 11 11
        B 1E 11 11 1E 11 11 1E
        C 0E 11 10 10 10 11 0E
        D 1E 11 11 11 11 11 1E
        E 1F 10 10 1E 10 10 1F
        F 1F 10 10 1E 10 10 10
        G 0E 11 10 17 11 11 0F
        H 11 11 11 1F 11 11 11
        I 0E 04 04 04 04 04 0E
        J 07 02 02 02 02 12 0C
        K 11 12 14 18 14 12 11
        L 10 10 10 10 10 10 1F
        M 11 1B 15 15 11 11 11
        N 11 19 15 13 11 11 11
        O 0E 11 11 11 11 11 0E
        P 1E 11 11 1E 10 10 10
        Q 0E 11 11 11 15 12 0D
        R 1E 11 11 1E 14 12 11
        S 0F 10 10 0E 01 01 1E
        T 1F 04 04 04 04 04 04
        U 11 11 11 11 11 11 0E
        V 11 11 11 11 11 0A 04
        W 11 11 11 15 15 1B 11
        X 11 11 0A 04 0A 11 11
        Y 11 11 0A 04 04 04 04
        Z 1F 01 02 04 08 10 1F
        a 00 00 0E 01 0F 11 0F
        b 10 10 1E 11 11 11 1E
        c 00 00 0E 11 10 11 0E
        d 01 01 0F 11 11 11 0F
        e 00 00 0E 11 1F 10 0E
        f 06 08 1C 08 08 08 08
        g 00 00 0F 11 11 11 0F 01 0E
        h 10 10 1E 11 11 11 11
        i 04 00 0C 04 04 04 0E
        j 02 00 06 02 02 02 02 12 0C
        k 10 10 12 14 18 14 12
        l 0C 04 04 04 04 04 0E
        m 00 00 1A 15 15 15 15
        n 00 00 1E 11 11 11 11
        o 00 00 0E 11 11 11 0E
        p 00 00 1E 11 11 11 1E 10 10
        q 00 00 0F 11 11 11 0F 01 01
        r 00 00 16 19 10 10 10
        s 00 00 0F 10 0E 01 1E
        t 08 08 1C 08 08 09 06
        u 00 00 11 11 11 11 0F
        v 00 00 11 11 11 0A 04
        w 00 00 11 11 15 15 0A
        x 00 00 11 0A 04 0A 11
        y 00 00 11 11 11 11 0F 01 0E
        z 00 00 1F 02 04 08 1F
        0 0E 11 13 15 19 11 0E
        1 04 0C 04 04 04 04 0E
        2 0E 11 01 06 08 10 1F
        3 1E 01 01 0E 01 01 1E
        4 02 06 0A 12 1F 02 02
        5 1F 10 1E 01 01 11 0E
        6 06 08 10 1E 11 11 0E
        7 1F 01 02 04 08 08 08
        8 0E 11 11 0E 11 11 0E
        9 0E 11 11 0F 01 02 0C
        . 00 00 00 00 00 0C 0C
        , 00 00 00 00 00 0C 0C 08
        : 00 00 0C 0C 00 0C 0C
        - 00 00 00 0E
        _ 00 00 00 00 00 00 1F
        / 01 01 02 04 08 10 10
        % 19 1A 02 04 08 0B 13
        ( 02 04 08 08 08 04 02
        ) 08 04 02 02 02 04 08
        + 00 04 04 1F 04 04
        """;

    private static readonly byte[] Unknown = [0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F];

    private static readonly Dictionary<char, byte[]> Glyphs = Drawings.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(line => line[0], line => line[2..].Split(' ').Select(row => Convert.ToByte(row.Trim(), 16)).ToArray());

    /// <summary>Whether the pixel (x, y) of a character is ink; a character the font lacks is a box.</summary>
    public static bool IsInk(char character, int x, int y)
    {
        if (character == ' ') return false;
        var rows = Glyphs.GetValueOrDefault(character, Unknown);
        return y < rows.Length && ((rows[y] >> (Width - 1 - x)) & 1) != 0;
    }
}
