using Animarium.Studio.Images;
using Animarium.Studio.Images.Decoding;
using NetVips;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>The decoding process itself.</summary>
public sealed class DecodeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_says_what_this_process_would_say()
    {
        using var apart = Decoder(memory: 2048);
        var here = new DecoderHere();
        foreach (var format in new[] { PictureFormat.Png, PictureFormat.WebP, PictureFormat.Jpeg })
        {
            string path = folder.At($"a{format.Extension()}");
            PictureFile.Save(new(300, 200, 3, new byte[300 * 200 * 3]), path, format, description: new("1girl, 猫\nSteps: 9, Seed: 5", null, null));
            Assert.Equal(here.Thumbnail(path, 64), apart.Thumbnail(path, 64));
            var (mine, its) = (here.Describe(path), apart.Describe(path));
            Assert.Equal(mine.Header, its.Header);
            Assert.Equal(mine.Metadata.Source, its.Metadata.Source);
            Assert.Equal(mine.Metadata.Texts, its.Metadata.Texts);
        }
        File.WriteAllText(folder.At("no.png"), "no picture");
        Assert.Equal(Assert.Throws<PictureException>(() => here.Describe(folder.At("no.png"))).Message, Assert.Throws<PictureException>(() => apart.Describe(folder.At("no.png"))).Message);
        Assert.Throws<PictureException>(() => apart.Describe(folder.At("missing.png")));
    }

    [Fact]
    public void A_small_file_that_needs_much_memory_costs_only_itself()
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "the limit is Linux's");
        string bomb = folder.At("bomb.webp"), small = folder.At("small.png");
        using (var black = Image.Black(8000, 8000, bands: 3)) File.WriteAllBytes(bomb, black.WebpsaveBuffer(lossless: true, effort: 0));
        PictureFile.Save(new(8, 8, 3, new byte[8 * 8 * 3]), small, PictureFormat.Png);
        using var narrow = Decoder(memory: 160);
        Assert.Throws<PictureException>(() => narrow.Thumbnail(bomb, 256));
        Assert.NotEmpty(narrow.Thumbnail(small, 256));
        using var wide = Decoder(memory: 2048);
        Assert.NotEmpty(wide.Thumbnail(bomb, 256));
    }

    private static DecoderApart Decoder(int memory) =>
        new(["dotnet", RealProgram.Dll, "decode", "--memory", $"{memory}"], TimeProvider.System, TimeSpan.FromMinutes(2));
}
