using System.Text;
using Animarium.Studio.Datasets;
using Xunit;

namespace Animarium.Studio.Tests.Datasets;

/// <summary>Captions in the encodings that people have.</summary>
public sealed class CaptionFileTests
{
    private const string Japanese = "1girl, 初音ミク, ツインテール、　笑顔";

    [Theory]
    [InlineData("utf-8", false, "UTF-8")]
    [InlineData("utf-8", true, "UTF-8")]
    [InlineData("utf-16", false, "UTF-16LE")]
    [InlineData("utf-16", true, "UTF-16LE")]
    [InlineData("utf-16BE", false, "UTF-16BE")]
    [InlineData("utf-16BE", true, "UTF-16BE")]
    [InlineData("shift_jis", false, "Shift_JIS")]
    public void Any_common_encoding_is_told(string name, bool mark, string expected)
    {
        var encoding = name == "shift_jis" ? CodePagesEncodingProvider.Instance.GetEncoding(932)! : Encoding.GetEncoding(name);
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Japanese + "\r\nsecond line\r\n")];
        var file = CaptionFile.Decode(bytes)!;
        Assert.Equal(expected, file.Encoding);
        Assert.Equal(Japanese, file.Caption(wildcard: false));
        Assert.Equal(Japanese + "\nsecond line", file.Caption(wildcard: true));
    }

    [Theory]
    [InlineData(new byte[] { 0x31, 0xFF, 0xFE, 0x80 })]
    [InlineData(new byte[] { 0x00, 0x01, 0x00, 0x00, 0x02, 0x00, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0xD8 })]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0xFF })]
    public void What_is_no_text_is_refused(byte[] bytes) => Assert.Null(CaptionFile.Decode(bytes));

    [Fact]
    public void An_empty_file_is_an_empty_caption() => Assert.Equal("", CaptionFile.Decode([])!.Caption(wildcard: true));

    [Fact]
    public void Any_bytes_are_decoded_or_refused()
    {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);
            _ = CaptionFile.Decode(bytes)?.Caption(wildcard: i % 2 == 0);
        }
    }
}
