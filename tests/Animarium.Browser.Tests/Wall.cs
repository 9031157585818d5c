using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Animarium.Studio.Storage;

namespace Animarium.Browser.Tests;

/// <summary>A gallery that is full before its studio starts: small pictures with descriptions, none of which has to be drawn.</summary>
internal static class Wall
{
    /// <summary>Takes a picture for each prompt into the gallery of a studio that does not run; the last is the newest.</summary>
    public static void Fill(string data, params IReadOnlyList<string> prompts)
    {
        var home = new StudioHome(data);
        home.Prepare();
        using var database = StudioDatabase.Open(home, TimeProvider.System);
        var gallery = new PictureGallery(home, database, TimeProvider.System);
        for (int n = 0; n < prompts.Count; n++)
        {
            string path = Path.Combine(home.Pictures, $"{n:00}.png");
            PictureFile.Save(Shaded(n), path, PictureFormat.Png, description: new($"{prompts[n]}\nSteps: {4 + n}, Sampler: Euler, Seed: {n}, Size: 96x128"));
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(20_000 + n));
            gallery.Add(path);
        }
    }

    private static Picture Shaded(int n)
    {
        byte[] pixels = new byte[96 * 128 * 3];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i / 3 % 96 * 2 + n * 20);
        return new(96, 128, 3, pixels);
    }
}
