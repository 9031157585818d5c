using System.Text;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Studio.Tests.Images;

/// <summary>Descriptions as other programs write them.</summary>
public sealed class ImageMetadataTests
{
    private const string Infotext = "1girl, 桜\nNegative prompt: bad\nSteps: 20, Sampler: Euler, Seed: 5";

    public static TheoryData<string, byte[]> Comments => new()
    {
        { "A1111", [.. "UNICODE\0"u8, .. Encoding.BigEndianUnicode.GetBytes(Infotext)] },
        { "little endian", [.. "UNICODE\0"u8, .. Encoding.Unicode.GetBytes(Infotext)] },
        { "big endian, marked", [.. "UNICODE\0"u8, 0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Infotext)] },
        { "little endian, marked", [.. "UNICODE\0"u8, 0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Infotext)] },
        { "UTF-8 that claims to be UTF-16", [.. "UNICODE\0"u8, .. Encoding.UTF8.GetBytes(Infotext)] },
        { "UTF-8 that claims to be ASCII", [.. "ASCII\0\0\0"u8, .. Encoding.UTF8.GetBytes(Infotext)] },
        { "no charset", [.. "\0\0\0\0\0\0\0\0"u8, .. Encoding.UTF8.GetBytes(Infotext)] },
    };

    [Theory]
    [MemberData(nameof(Comments))]
    public void A_UserComment_is_read_in_every_encoding_found_in_the_wild(string writer, byte[] comment)
    {
        foreach (bool bigEndian in new[] { true, false })
        {
            var texts = ImageMetadata.Read(Jpeg(Block(bigEndian, (0x9286, comment)))).Texts;
            Assert.True(texts is [{ Key: "parameters", Text: Infotext, Place: "EXIF UserComment" }], $"{writer}, {bigEndian}: {string.Join(" | ", texts)}");
        }
    }

    [Fact]
    public void ComfyUI_keeps_its_graph_in_Model_and_Make()
    {
        var metadata = ImageMetadata.Read(Jpeg(Block(false, (0x0110, [.. """prompt:{"1": {"class_type": "桜"}}"""u8, 0]), (0x010F, [.. """workflow:{"nodes": []}"""u8, 0]))));
        Assert.Equal(MetadataSource.ComfyUI, metadata.Source);
        Assert.Equal("""{"1": {"class_type": "桜"}}""", metadata.ComfyPrompt);
        Assert.Equal("""{"nodes": []}""", metadata.ComfyWorkflow);
    }

    [Fact]
    public void SwarmUI_is_imported_with_its_LoRAs_and_what_is_left_is_named()
    {
        var metadata = OfPng(new PngText("parameters", """
            {"sui_image_params": {"prompt": "1girl", "negativeprompt": "bad", "model": "anima-base-v1.0", "seed": 7, "steps": 30, "cfgscale": 4.5, "sampler": "er_sde",
             "scheduler": "simple", "width": 832, "height": 1216, "sigmashift": 3, "loras": ["styles/ink.safetensors", "turbo-v0.2"], "loraweights": ["0.8", "1"], "aspectratio": "Custom"}, "sui_models": []}
            """));
        Assert.Equal(MetadataSource.SwarmUI, metadata.Source);
        var import = metadata.Import()!;
        Assert.Equal("1girl <lora:ink:0.8> <lora:turbo-v0.2:1>", import.Infotext.Prompt);
        Assert.Equal(("bad", "30", "er_sde", "4.5", "7", "3", (832, 1216)),
            (import.Infotext.Negative, import.Infotext["Steps"], import.Infotext["Sampler"], import.Infotext["CFG scale"], import.Infotext["Seed"], import.Infotext["Shift"], import.Infotext.Size!.Value));
        Assert.Equal(["aspectratio: Custom"], import.Unmapped);
    }

    [Fact]
    public void NovelAI_is_imported_from_its_comment()
    {
        var metadata = OfPng(new("Software", "NovelAI"), new("Description", "1girl"), new("Comment", """{"prompt": "1girl, 桜", "uc": "bad", "steps": 28, "scale": 5.0, "seed": 9, "sampler": "k_euler", "width": 832, "height": 1216}"""));
        Assert.Equal(MetadataSource.NovelAI, metadata.Source);
        Assert.Equal(("1girl, 桜", "bad", "28"), (metadata.Import()!.Infotext.Prompt, metadata.Import()!.Infotext.Negative, metadata.Import()!.Infotext["Steps"]));
    }

    [Theory]
    [InlineData(MetadataSource.StabilityMatrix, "smproj")]
    [InlineData(MetadataSource.InvokeAI, "invokeai_metadata")]
    [InlineData(MetadataSource.A1111, "other")]
    public void The_program_is_known_by_its_keys(MetadataSource source, string key)
    {
        var metadata = OfPng(new("parameters", Infotext), new(key, "{}"));
        Assert.Equal(source, metadata.Source);
        Assert.Equal("1girl, 桜", metadata.Import()!.Infotext.Prompt);
    }

    [Fact]
    public void A_picture_without_description_has_none()
    {
        var metadata = OfPng();
        Assert.Equal(MetadataSource.None, metadata.Source);
        Assert.Null(metadata.Import());
    }

    [Theory]
    [InlineData("parameters", """{"sui_image_params": """)]
    [InlineData("parameters", """{"sui_image_params": 3}""")]
    [InlineData("prompt", "[]")]
    [InlineData("prompt", "{{{")]
    public void Broken_JSON_imports_nothing(string key, string text) => Assert.Null(OfPng(new PngText(key, text)).Import());

    private static ImageMetadata OfPng(params PngText[] texts) =>
        ImageMetadata.Read(PngText.Insert(PictureFile.Encode(PictureFileTests.Gradient(8, 8, 3), PictureFormat.Png).File, texts));

    /// <summary>A TIFF block: the given entries in the first folder, or UserComment in a folder of its own.</summary>
    private static byte[] Block(bool bigEndian, params (int Tag, byte[] Value)[] entries)
    {
        bool nested = entries[0].Tag == 0x9286;
        int start = 8, folder = nested ? 26 : start, values = folder + 2 + 12 * entries.Length + 4;
        var block = new List<byte>([.. bigEndian ? "MM"u8 : "II"u8, .. Number(42, 2), .. Number(start, 4)]);
        if (nested) block.AddRange([.. Number(1, 2), .. Number(0x8769, 2), .. Number(4, 2), .. Number(1, 4), .. Number(folder, 4), .. Number(0, 4)]);
        block.AddRange(Number(entries.Length, 2));
        foreach (var (tag, value) in entries)
        {
            block.AddRange([.. Number(tag, 2), .. Number(nested ? 7 : 2, 2), .. Number(value.Length, 4), .. Number(values, 4)]);
            values += value.Length;
        }
        return [.. block, .. Number(0, 4), .. entries.SelectMany(entry => entry.Value)];

        byte[] Number(int value, int size)
        {
            var bytes = BitConverter.GetBytes(value)[..size];
            if (bigEndian) Array.Reverse(bytes);
            return bytes;
        }
    }

    /// <summary>A JPEG with this block as its APP1 segment.</summary>
    private static byte[] Jpeg(byte[] block)
    {
        byte[] plain = PictureFile.Encode(PictureFileTests.Gradient(8, 8, 3), PictureFormat.Jpeg).File, segment = [.. "Exif\0\0"u8, .. block];
        int length = segment.Length + 2;
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. segment, .. plain[2..]];
    }
}
