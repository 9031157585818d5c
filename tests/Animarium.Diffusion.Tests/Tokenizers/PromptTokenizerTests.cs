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
    public async Task A_word_of_a_million_letters_is_tokenized(string name, char letter, int letters)
    {
        // Work that grew with the square of the word would take hours.
        string word = string.Concat(Enumerable.Range(0, 1_000_000).Select(i => (char)(letter + (long)i * (i % 7919) % letters)));
        await Task.Run(() => Official(name).Encode(word), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_hundred_thousand_combining_marks_are_tokenized(string name)
    {
        string marks = 'e' + new string('\u0301', 50_000) + new string('\u0323', 50_000);
        await Task.Run(() => Official(name).Encode(marks), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
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
}
