using System.Diagnostics;
using Animarium.Diffusion.Tokenizers;
using CsCheck;
using Xunit;

namespace Animarium.Diffusion.Tests.Tokenizers;

public sealed class PromptTokenizerTests
{
    public static TheoryData<string> Both => ["qwen", "t5"];

    [Theory]
    [InlineData("qwen", 151643)]
    [InlineData("t5", 0)]
    public void Special_ids_come_from_the_files(string name, int pad) => Assert.Equal(pad, Official(name).PadId);

    [Theory]
    [MemberData(nameof(Both))]
    public void Any_text_has_ids_with_pieces(string name) => Gen.String[Gen.Char, 0, 60].Sample(text =>
        Official(name).Encode(text).All(id => id >= 0 && Official(name).Piece(id).Length > 0));

    [Theory]
    [InlineData("qwen", 'a', 26)]
    [InlineData("qwen", '一', 5000)]
    [InlineData("t5", 'a', 26)]
    public void Ten_times_the_word_takes_about_ten_times_as_long(string name, char letter, int letters)
    {
        var tokenizer = Official(name);
        string word = string.Concat(Enumerable.Range(0, 200_000).Select(i => (char)(letter + i * (i % 7919) % letters)));
        tokenizer.Encode(word[..20_000]);
        double small = Seconds(() => tokenizer.Encode(word[..20_000])), large = Seconds(() => tokenizer.Encode(word));
        Assert.True(large < 40 * small + 0.2, $"{small:f3} s for 20,000 characters, {large:f3} s for 200,000");
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_hundred_thousand_combining_marks_take_no_time(string name)
    {
        string marks = 'e' + new string('\u0301', 50_000) + new string('\u0323', 50_000);
        Assert.True(Seconds(() => Official(name).Encode(marks)) < 2);
    }

    [Fact]
    public void Pieces_spell_the_text()
    {
        Assert.Equal("1girl, hair ribbon", string.Concat(QwenTokenizer.Official.Encode("1girl, hair ribbon").Select(QwenTokenizer.Official.Piece)));
        Assert.Equal(" hair ribbon</s>", string.Concat(T5Tokenizer.Official.Encode("hair ribbon").Select(T5Tokenizer.Official.Piece)));
    }

    [Fact]
    public void A_folder_without_a_tokenizer_is_told_by_name()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        Assert.Contains("tokenizer_config.json", Assert.Throws<FileNotFoundException>(() => QwenTokenizer.Open(folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), """{"model": []}""");
        Assert.Contains(folder, Assert.Throws<InvalidDataException>(() => T5Tokenizer.Open(folder)).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static PromptTokenizer Official(string name) => name == "qwen" ? QwenTokenizer.Official : T5Tokenizer.Official;

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
