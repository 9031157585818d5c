using System.Globalization;
using System.Text;
using Animarium.Studio.Images;

namespace Animarium.Cli.Terminal;

/// <summary>Pictures as sixels: bands of six rows, one pass for each colour of a fixed palette, ordered dithering between them.</summary>
internal static class Sixel
{
    private const int Levels = 6; // of each of red, green and blue: 216 colours, which every terminal with sixels has
    private const int Band = 6; // rows of a sixel

    /// <summary>Bayer's matrix of order 4, 0…15.</summary>
    private static readonly int[] Bayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

    /// <summary>The sequence for an RGB picture.</summary>
    public static string Encode(Picture picture)
    {
        var text = new StringBuilder($"\eP0;1q\"1;1;{picture.Width};{picture.Height}");
        for (int colour = 0; colour < Levels * Levels * Levels; colour++)
            text.Append(CultureInfo.InvariantCulture, $"#{colour};2;{Percent(colour / (Levels * Levels))};{Percent(colour / Levels % Levels)};{Percent(colour % Levels)}");

        var colours = new int[Band * picture.Width];
        for (int top = 0; top < picture.Height; top += Band)
        {
            Array.Fill(colours, -1);
            for (int y = top; y < Math.Min(top + Band, picture.Height); y++)
                for (int x = 0; x < picture.Width; x++) colours[(y - top) * picture.Width + x] = Dithered(picture, x, y);
            foreach (int colour in colours.Distinct().Where(colour => colour >= 0)) AppendRow(text, colours, colour, picture.Width);
            text.Append('-');
        }
        return text.Append("\e\\").ToString();
    }

    private static int Percent(int level) => level * 100 / (Levels - 1);

    private static int Dithered(Picture picture, int x, int y)
    {
        double threshold = (Bayer[y % 4 * 4 + x % 4] + 0.5) / 16;
        int at = (y * picture.Width + x) * 3;
        return (Level(picture.Pixels[at]) * Levels + Level(picture.Pixels[at + 1])) * Levels + Level(picture.Pixels[at + 2]);

        int Level(byte value) => Math.Min(Levels - 1, (int)(value / 255.0 * (Levels - 1) + threshold));
    }

    /// <summary>One colour of one band: a character for each column, runs of the same one counted.</summary>
    private static void AppendRow(StringBuilder text, int[] colours, int colour, int width)
    {
        text.Append(CultureInfo.InvariantCulture, $"#{colour}");
        for (int x = 0, run; x < width; x += run)
        {
            char sixel = At(x);
            for (run = 1; x + run < width && At(x + run) == sixel;) run++;
            if (run > 3) text.Append(CultureInfo.InvariantCulture, $"!{run}{sixel}");
            else text.Append(sixel, run);
        }
        text.Append('$');

        char At(int x)
        {
            int bits = 0;
            for (int row = 0; row < Band; row++)
                if (colours[row * width + x] == colour) bits |= 1 << row;
            return (char)('?' + bits);
        }
    }
}
