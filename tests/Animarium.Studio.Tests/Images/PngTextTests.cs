using System.IO.Compression;
using System.Text;
using Animarium.Studio.Images;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Images;

public sealed class PngTextTests
{
    private static readonly byte[] Picture = PictureFile.Encode(PictureFileTests.Gradient(8, 8, 3), PictureFormat.Png).File;

    [Fact]
    public void Any_text_comes_back() => Gen.String.Sample(text =>
    {
        string expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)));
        var read = Assert.Single(PngText.Read(new MemoryStream(PngText.Insert(Picture, [new("parameters", text)]))));
        return read == new PngText("parameters", expected);
    }, iter: 300);

    [Theory]
    [InlineData("1girl, café", "tEXt")]
    [InlineData("1girl, Ã©", "iTXt")] // the bytes of é in UTF-8: some readers would take them for that
    [InlineData("桜 🌸", "iTXt")]
    public void Latin_text_is_written_as_old_readers_expect(string text, string chunk) =>
        Assert.Equal(33 + 4, PngText.Insert(Picture, [new("parameters", text)]).AsSpan().IndexOf(Encoding.ASCII.GetBytes(chunk + "parameters")));

    [Fact]
    public void Every_kind_of_chunk_is_read()
    {
        byte[] text = Encoding.UTF8.GetBytes("桜"), key = [.. "k"u8, 0];
        var png = Png.Of(
            Png.Chunk("tEXt", [.. key, 0xE9]),
            Png.Chunk("tEXt", [.. key, .. text]),
            Png.Chunk("zTXt", [.. key, 0, .. Packed([0xE9])]),
            Png.Chunk("iTXt", [.. key, 0, 0, .. "ja"u8, 0, .. "x"u8, 0, .. text]),
            Png.Chunk("iTXt", [.. key, 1, 0, 0, 0, .. Packed(text)]));
        Assert.Equal(["é", "桜", "é", "桜", "桜"], PngText.Read(png).Select(read => read.Text));
    }

    [Fact]
    public void Hostile_chunks_are_passed_over()
    {
        byte[] key = [.. "k"u8, 0], bomb = Packed(new byte[200 << 20]);
        byte[] wrongSum = Png.Chunk("tEXt", [.. key, 65]);
        wrongSum[^1] ^= 1;
        var png = Png.Of(
            Png.Chunk("zTXt", [.. key, 0, .. bomb]), Png.Chunk("iTXt", [.. key, 1, 0, 0, 0, .. bomb]), Png.Chunk("zTXt", [.. key, 0, 1, 2, 3]),
            wrongSum, Png.Chunk("tEXt", []), Png.Chunk("tEXt", [0]), Png.Chunk("iTXt", key), Png.Chunk("tEXt", "no end"u8.ToArray()),
            Png.Chunk("tEXt", [.. key, .. "good"u8]), [0xFF, 0xFF, 0xFF, 0xFF, .. "tEXt"u8]);
        Assert.Equal([new PngText("k", "good")], PngText.Read(png));
    }

    private static byte[] Packed(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal)) stream.Write(data);
        return packed.ToArray();
    }
}
