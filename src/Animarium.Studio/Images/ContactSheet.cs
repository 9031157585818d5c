using NetVips;

namespace Animarium.Studio.Images;

/// <summary>Several pictures as one, in rows, with room for words.</summary>
public static class ContactSheet
{
    private const int Gap = 8, TextSize = 15; // pixels
    private static readonly double[] Paper = [255, 255, 255], Ink = [40, 40, 40];

    /// <summary>Rows of pictures under a heading for each column, each row beside its own.</summary>
    /// <param name="rows">Each row's pictures; all cells are as large as the largest picture. Null: the cell stays empty.</param>
    /// <param name="columns">The headings above; empty: none.</param>
    /// <param name="names">The headings at the left; empty: none.</param>
    /// <param name="title">Words over everything; null: none.</param>
    public static Picture Of(IReadOnlyList<IReadOnlyList<Picture?>> rows, IReadOnlyList<string> columns, IReadOnlyList<string> names, string? title = null)
    {
        var all = rows.SelectMany(row => row).OfType<Picture>().ToList();
        int width = all.Max(picture => picture.Width), height = all.Max(picture => picture.Height);
        using var above = new Labels(columns, width);
        using var beside = new Labels(names, 2 * width);
        int left = Gap + (names.Count > 0 ? beside.Width + Gap : 0), across = rows.Max(row => row.Count);
        using var over = new Labels(title is null ? [] : [title], left + across * (width + Gap) - 2 * Gap);
        int heading = Gap + (title is null ? 0 : over.Height + Gap), top = heading + (columns.Count > 0 ? above.Height + Gap : 0);

        var sheet = Image.Black(left + across * (width + Gap), top + rows.Count * (height + Gap)) + Paper;
        var held = new List<Image> { sheet };
        try
        {
            sheet = Keep(sheet.Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb));
            for (int row = 0; row < rows.Count; row++)
            {
                for (int column = 0; column < rows[row].Count; column++)
                    if (rows[row][column] is { } picture) sheet = Keep(sheet.Insert(Keep(PictureFile.AsImage(picture.Rgb())), left + column * (width + Gap), top + row * (height + Gap)));
                if (names.Count > 0) sheet = Keep(sheet.Insert(beside[row], Gap, top + row * (height + Gap) + (height - beside[row].Height) / 2));
            }
            for (int column = 0; column < columns.Count; column++) sheet = Keep(sheet.Insert(above[column], left + column * (width + Gap) + (width - above[column].Width) / 2, heading));
            if (title is not null) sheet = Keep(sheet.Insert(over[0], Gap, Gap));
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
            // Words without anything to see are none for it.
            string seen = text.Any(c => char.IsLetterOrDigit(c) || char.IsPunctuation(c) || char.IsSymbol(c) || char.IsSurrogate(c)) ? text : "–";
            string plain = seen.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
            using var mask = Image.Text(plain, font: $"sans {TextSize}px", width: width, align: Enums.Align.Centre);
            using var ink = mask.NewFromImage(Ink);
            using var paper = mask.NewFromImage(Paper);
            using var words = mask.Ifthenelse(ink, paper, blend: true);
            using var bytes = words.Cast(Enums.BandFormat.Uchar);
            return bytes.CopyMemory();
        }
    }
}
