namespace Animarium.Studio.Datasets;

/// <summary>
/// Sizes that keep a picture's proportions almost exactly: sides are multiples of 16 pixels (one token: VAE 8 × patch 2), and the number of tokens
/// lies in a band just below that of the resolution, so that steps cost about the same and next to nothing is cropped.
/// </summary>
internal static class FreeFit
{
    private const int Token = 16; // pixels a side
    private const double Band = 15.0 / 16; // of the tokens of the resolution: 768² = 2304 tokens gives 2160 … 2304

    public static Placement? Place(PixelSize picture, DatasetSettings settings)
    {
        double ratio = (double)picture.Width / picture.Height;
        int most = settings.Resolution.Width / Token * (settings.Resolution.Height / Token), widest = most, highest = most;
        if (settings.NoUpscale)
        {
            (widest, highest) = (picture.Width / Token, picture.Height / Token);
            if ((long)widest * highest < most) most = widest * highest;
        }
        if (most < 1) return null;

        int least = Math.Max((int)Math.Ceiling(most * Band), 1);
        (double Error, int Tokens, PixelSize Size)? best = null;
        for (int columns = 1; columns <= Math.Min(most, widest); columns++)
        {
            // Within a column count, the best row count lies at the ratio, or at the nearer end of the band.
            int from = (least + columns - 1) / columns, to = Math.Min(most / columns, highest);
            if (from > to) continue;
            foreach (int rows in (ReadOnlySpan<int>)[Math.Clamp((int)(columns / ratio), from, to), Math.Clamp((int)Math.Ceiling(columns / ratio), from, to)])
            {
                double error = Math.Abs(Math.Log((double)columns / rows / ratio));
                if (best is { } b && (error > b.Error || error == b.Error && columns * rows <= b.Tokens)) continue;
                best = (error, columns * rows, new(columns * Token, rows * Token));
            }
        }
        // A picture that must not be enlarged has room for its own columns × rows, so there always is one.
        return Placement.Covering(best!.Value.Size, picture);
    }
}
