using Animarium.Studio.Images;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Images;

public sealed class PictureFileTests : IDisposable
{
    private const string Infotext = "1girl, 桜, 青い髪, 🌸, café\nNegative prompt: worst quality, 低品質\nSteps: 30, Sampler: ER SDE, Seed: 1";
    private const string Json = """{"prompt": "桜 <🌸> & \"café\"\n", "seed": 1}""";

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<PictureFormat> Writable => [PictureFormat.Png, PictureFormat.WebP, PictureFormat.Jpeg, PictureFormat.Avif];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Writable))]
    public void Pixels_and_descriptions_come_back(PictureFormat format)
    {
        var picture = Gradient(67, 45, 3);
        string path = Path.Combine(folder, "new", "picture" + format.Extension());
        Assert.Empty(PictureFile.Save(picture, path, format, 100, new(Infotext, Json)));
        var again = PictureFile.Load(path);
        Assert.Equal((67, 45, 3), (again.Width, again.Height, again.Channels));
        int worst = picture.Pixels.Zip(again.Pixels, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= (format is PictureFormat.Png or PictureFormat.WebP ? 0 : 24), $"{format} is off by {worst}");

        var metadata = ImageMetadata.Read(path);
        Assert.Equal(MetadataSource.Animarium, metadata.Source);
        Assert.Equal(Infotext, metadata.Parameters);
        Assert.Equal(Json, metadata.Animarium);
        Assert.Equal("1girl, 桜, 青い髪, 🌸, café", metadata.Import()!.Infotext.Prompt);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Theory]
    [InlineData(PictureFormat.Png, 200_000, 400_000)]
    [InlineData(PictureFormat.WebP, 29_900, 400_000)]
    [InlineData(PictureFormat.Avif, 29_900, 400_000)]
    [InlineData(PictureFormat.Jpeg, 29_900, 59_500)]
    public void Long_descriptions_survive(PictureFormat format, int infotextLength, int jsonLength)
    {
        string infotext = new string('長', infotextLength), json = new('x', jsonLength);
        var (file, warnings) = PictureFile.Encode(Gradient(16, 16, 3), format, 90, new(infotext, json));
        Assert.Empty(warnings);
        var metadata = ImageMetadata.Read(file);
        Assert.Equal(infotext, metadata.Parameters);
        Assert.Equal(json, metadata.Animarium);
    }

    [Theory]
    [InlineData(PictureFormat.WebP, 40_000, 100_000, "the parameters text")]
    [InlineData(PictureFormat.Avif, 40_000, 100_000, "the parameters text")]
    [InlineData(PictureFormat.Jpeg, 40_000, 1000, "the parameters text")]
    [InlineData(PictureFormat.Jpeg, 1000, 70_000, "Animarium's own description")]
    public void What_does_not_fit_is_told(PictureFormat format, int infotextLength, int jsonLength, string lost)
    {
        var (file, warnings) = PictureFile.Encode(Gradient(16, 16, 3), format, 90, new(new string('長', infotextLength), new string('x', jsonLength)));
        Assert.Contains(lost, Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Single(ImageMetadata.Read(file).Texts);
    }

    [Theory]
    [MemberData(nameof(Writable))]
    public void A_picture_cut_short_anywhere_is_refused_in_words(PictureFormat format)
    {
        byte[] file = PictureFile.Encode(Gradient(64, 64, 3), format, 90, new(Infotext, Json)).File;
        Gen.Int[0, file.Length - 100].Sample(length =>
        {
            try
            {
                PictureFile.Load(file[..length]);
                return false;
            }
            catch (PictureException e)
            {
                return e.Message.Length > 20;
            }
        }, iter: 30);
    }

    [Fact]
    public void Random_damage_is_a_picture_or_a_PictureException()
    {
        var files = Writable.Select(row => PictureFile.Encode(Gradient(24, 24, 3), row.Data, 90, new(Infotext, Json)).File).ToArray();
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[12, 2000], Gen.Byte).Sample((which, at, value) =>
        {
            byte[] damaged = [.. files[which]];
            damaged[at % damaged.Length] = value;
            try
            {
                PictureFile.Load(damaged);
                ImageMetadata.Read(damaged).Import();
            }
            catch (PictureException)
            {
                // Told in words.
            }
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void A_picture_of_too_many_pixels_is_refused_before_it_is_decoded()
    {
        byte[] png = PictureFile.Encode(Gradient(8, 8, 3), PictureFormat.Png).File;
        byte[] huge = Png.WithSize(png, 60_000, 60_000);
        Assert.Contains("60000×60000", Assert.Throws<PictureException>(() => PictureFile.Load(huge, "huge.png")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_picture_is_told_by_name()
    {
        string path = Path.Combine(folder, "text.png");
        File.WriteAllText(path, "<svg xmlns='http://www.w3.org/2000/svg'/>");
        Assert.Contains("text.png", Assert.Throws<PictureException>(() => PictureFile.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains("missing.png", Assert.Throws<PictureException>(() => PictureFile.Load(Path.Combine(folder, "missing.png"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing_behind()
    {
        string path = Path.Combine(folder, "taken.png");
        Directory.CreateDirectory(path);
        Assert.Contains("taken.png", Assert.Throws<PictureException>(() => PictureFile.Save(Gradient(8, 8, 3), path, PictureFormat.Png)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_in_words()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        Assert.Contains("a.png cannot be written", Assert.Throws<PictureException>(() => PictureFile.Save(Gradient(8, 8, 3), Path.Combine(folder, "file", "a.png"), PictureFormat.Png)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transparency_is_kept_or_laid_over_white()
    {
        var picture = new Picture(8, 8, 4, [.. Enumerable.Repeat<byte[]>([255, 0, 0, 0], 64).SelectMany(p => p)]);
        Assert.Equal(picture.Pixels, PictureFile.Load(PictureFile.Encode(picture, PictureFormat.Png).File).Pixels);
        var flat = PictureFile.Load(PictureFile.Encode(picture, PictureFormat.Jpeg, 100).File);
        Assert.All(flat.Pixels, value => Assert.InRange(value, 253, 255));
    }

    internal static Picture Gradient(int width, int height, int channels) =>
        new(width, height, channels, [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) from c in Enumerable.Range(0, channels)
                                         select (byte)(c == 0 ? x * 255 / width : c == 1 ? y * 255 / height : 128)]);
}
