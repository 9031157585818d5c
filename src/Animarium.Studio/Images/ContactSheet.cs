using NetVips;

namespace Animarium.Studio.Images;

/// <summary>Several pictures as one, in rows, with room for words.</summary>
public static class ContactSheet
{
    private const int Gap = 8, TextSize = 15; // pixels
    private static readonly double[] Paper = [255, 255, 255], Ink = [40, 40, 40];

    /// <summary>Rows of pictures under a heading for each column, each row beside its own.</summary>
    /// <param name="rows">Each row's pictures; all cells are as large as the largest picture.</param>
    /// <param name="columns">The headings above; empty: none.</param>
    /// <param name="names">The headings at the left; empty: none.</param>
    public static Picture Of(IReadOnlyList<IReadOnlyList<Picture>> rows, IReadOnlyList<string> columns, IReadOnlyList<string> names)
    {
        int width = rows.SelectMany(row => row).Max(picture => picture.Width), height = rows.SelectMany(row => row).Max(picture => picture.Height);
        using var above = new Labels(columns, width);
        using var beside = new Labels(names, 2 * width);
        int left = Gap + (names.Count > 0 ? beside.Width + Gap : 0), top = Gap + (columns.Count > 0 ? above.Height + Gap : 0);
        int across = rows.Max(row => row.Count);

        var sheet = Image.Black(left + across * (width + Gap), top + rows.Count * (height + Gap)) + Paper;
        var held = new List<Image> { sheet };
        try
        {
            sheet = Keep(sheet.Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb));
            for (int row = 0; row < rows.Count; row++)
            {
                for (int column = 0; column < rows[row].Count; column++)
                    sheet = Keep(sheet.Insert(Keep(PictureFile.AsImage(rows[row][column].Rgb())), left + column * (width + Gap), top + row * (height + Gap)));
                if (names.Count > 0) sheet = Keep(sheet.Insert(beside[row], Gap, top + row * (height + Gap) + (height - beside[row].Height) / 2));
            }
            for (int column = 0; column < columns.Count; column++) sheet = Keep(sheet.Insert(above[column], left + column * (width + Gap) + (width - above[column].Width) / 2, Gap));
            return new(sheet.Width, sheet.Height, sheet.Bands, sheet.WriteToMemory<byte>());
        }
        finally
        {
            held.ForEach(image => image.Dispose());
        }

        Image Keep(Image image)
        {
            held.Add(image);
            return image;
        }
    }

    /// <summary>Words as pictures, wrapped to a width.</summary>
    private sealed class Labels : IDisposable
    {
        private readonly List<Image> images;

        public Labels(IReadOnlyList<string> texts, int width) => images = [.. texts.Select(text => Drawn(text, width))];

        public int Width => images.Count > 0 ? images.Max(image => image.Width) : 0;

        public int Height => images.Count > 0 ? images.Max(image => image.Height) : 0;

        public Image this[int n] => images[n];

        public void Dispose() => images.ForEach(image => image.Dispose());

        private static Image Drawn(string text, int width)
        {
            // Pango reads markup; the words are ours or a person's, and mean what they say.
            string plain = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
            using var mask = Image.Text(plain.Length > 0 ? plain : " ", font: $"sans {TextSize}px", width: width, align: Enums.Align.Centre);
            using var ink = mask.NewFromImage(Ink);
            using var paper = mask.NewFromImage(Paper);
            using var words = mask.Ifthenelse(ink, paper, blend: true);
            using var bytes = words.Cast(Enums.BandFormat.Uchar);
            return bytes.CopyMemory();
        }
    }
}
