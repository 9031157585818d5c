using System.Text;
using Animarium.Studio.Prompts.Completion;
using Animarium.Studio.Prompts.Dictionary;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Prompts;

/// <summary>Tags are found however somebody types.</summary>
public sealed class TagDictionaryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("animarium-tags-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("long ha", "long hair")]
    [InlineData("Long_Ha", "long hair")]
    [InlineData("nagaikam", "long hair")]
    [InlineData("nagai kami", "long hair")]
    [InlineData("ながいか", "long hair")]
    [InlineData("ながいｋ", "long hair")]
    [InlineData("長い髪", "long hair")]
    [InlineData("ロングヘア", "long hair")]
    [InlineData("tsuinte-ru", "twintails")]
    [InlineData("tuinteeru", "twintails")]
    [InlineData("kinpatsu", "blonde hair")]
    [InlineData("kimpatu", "blonde hair")]
    [InlineData("joou", "queen")]
    [InlineData("zyoo", "queen")]
    [InlineData("gakki", "musical instrument")]
    [InlineData("pigtai", "twintails")]
    public void A_tag_is_completed_from_any_script(string typed, string expected) => Assert.Contains(TagDictionary.Shipped.Complete(typed, 10), match => match.Tag.Name == expected);

    [Theory]
    [InlineData("しゃしん", "syasin")]
    [InlineData("shashin", "syasin")]
    [InlineData("とうきょう", "tokyo")]
    [InlineData("tōkyō", "tokyo")]
    [InlineData("ちぇっく", "tyekku")]
    [InlineData("chekku", "tyekku")]
    [InlineData("せんぱい", "senpai")]
    [InlineData("sempai", "senpai")]
    [InlineData("うぃんく", "winku")]
    [InlineData("髪", null)]
    [InlineData("", null)]
    public void Spellings_of_a_sound_are_one(string text, string? sound) => Assert.Equal(sound, Romaji.Of(text));

    [Fact]
    public void An_alias_shows_its_tag_and_an_at_sign_only_artists()
    {
        var alias = Assert.Single(TagDictionary.Shipped.Complete("pigtails", 5));
        Assert.Equal((TagMatchKind.Alias, "pigtails", "twintails"), (alias.Kind, alias.Matched, alias.Tag.Name));
        Assert.All(TagDictionary.Shipped.Complete("@", 50), match => Assert.Equal(TagCategory.Artist, match.Tag.Category));
        Assert.Equal("@open peeps", TagDictionary.Shipped.Complete("@pee", 5).Single().Tag.Written);
    }

    [Fact]
    public void Every_tag_of_the_shipped_model_is_known_and_has_no_count()
    {
        var lines = File.ReadLines(Path.Combine(Tagging.ShippedModel.Folder, "tagger", "selected_tags.csv")).Skip(1).Select(line => line.Split(',')[1]);
        Assert.All(lines.Where(tag => tag is not "general"), tag => Assert.NotNull(TagDictionary.Shipped.Find(tag)));
        Assert.All(TagDictionary.Shipped.Tags, tag => Assert.Null(tag.Count));
        Assert.Equal(TagDictionary.Shipped.Tags.Count, TagDictionary.Shipped.Tags.Select(tag => tag.Name).Distinct().Count());
    }

    [Fact]
    public void Lists_of_all_known_forms_are_put_together()
    {
        File.WriteAllText(Path.Combine(folder, "danbooru.csv"), "1girl,0,6000000,\"1girls,sole_female\"\nlong_hair,0,4500000,\"/lh,longhair\"\nhatsune_miku,4,120000,\"miku,初音ミク\"\nwlop,1,900,\nsaber_(fate),4,5000,\n^_^,0,3000,\n");
        File.WriteAllText(Path.Combine(folder, "z-japanese.csv"), "long_hair,ロング|長髪\nmiku,,ミク\n", Encoding.GetEncoding("utf-16"));
        File.WriteAllText(Path.Combine(folder, "e621.csv"), "id,name,category,post_count\n1,red_panda,5,700\n2,hi_res,7,9\n");
        File.WriteAllText(Path.Combine(folder, "broken.csv"), "good_tag,0,5,\nbad \"tag,0,5,\"never closed\nother,what?,7,x\n");
        File.WriteAllBytes(Path.Combine(folder, "picture.csv"), [0, 1, 2, 3, 255, 0]);
        var open = TagFolder.Open(folder);
        Assert.Equal("1girl", open.Dictionary.Tags[0].Name);
        Assert.Equal(4_500_000, open.Dictionary.Find("LONG_HAIR")!.Count);
        Assert.Equal("long hair", open.Dictionary.Complete("長髪", 3)[0].Tag.Name);
        Assert.Equal("hatsune miku", open.Dictionary.Complete("ミク", 3)[0].Tag.Name);
        Assert.Equal(TagCategory.Artist, open.Dictionary.Find("@wlop")!.Category);
        Assert.Equal(@"saber \(fate\)", open.Dictionary.Find("saber (fate)")!.Written);
        Assert.Equal("^_^", open.Dictionary.Find("^_^")!.Name);
        Assert.Equal((TagCategory.General, TagCategory.Meta), (open.Dictionary.Find("red panda")!.Category, open.Dictionary.Find("hi res")!.Category));
        Assert.Equal(["broken.csv:2", "broken.csv:3", "picture.csv:0"], open.Problems.Select(problem => $"{Path.GetFileName(problem.File)}:{problem.Line}").Order());
    }

    [Fact]
    public void Any_bytes_are_a_list_or_a_problem()
    {
        var random = new Random(3);
        for (int n = 0; n < 300; n++)
        {
            var bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            if (n % 2 == 0) bytes = [.. bytes.Select(b => (byte)"ab,\"\n|0_"[b % 8])];
            File.WriteAllBytes(Path.Combine(folder, "any.csv"), bytes);
            Assert.All(TagFolder.Open(folder).Dictionary.Tags, tag => Assert.NotEmpty(tag.Name));
        }
    }

    [Theory]
    [InlineData("lnog hair", "long hair")]
    [InlineData("twintals", "twintails")]
    [InlineData("smille", "smile")]
    [InlineData("zzzzzzzz", null)]
    [InlineData("blue hat", null)]
    public void A_slip_of_the_pen_has_a_nearest_tag(string typed, string? expected) => Assert.Equal(expected, TagDictionary.Shipped.Nearest(typed));

    [Theory]
    [InlineData("1girl, long ha|", CompletionKind.Tag, "1girl, long hair, |")]
    [InlineData("1girl, (long ha|:1.2), smile", CompletionKind.Tag, "1girl, (long hair|:1.2), smile")]
    [InlineData("1girl, long| hiar, smile", CompletionKind.Tag, "1girl, long hair|, smile")]
    [InlineData("(smile:1.|)", CompletionKind.None, null)]
    [InlineData("@mica|", CompletionKind.Artist, "@micah, |")]
    [InlineData("a, <lora:de|", CompletionKind.Lora, "a, <lora:detail:1>|")]
    [InlineData("a, <|", CompletionKind.Lora, "a, <lora:detail:1>|")]
    [InlineData("<lora:detail:0.|>", CompletionKind.None, null)]
    [InlineData("a, __col|", CompletionKind.Wildcard, "a, __colours__|")]
    [InlineData("__colours__ long h|", CompletionKind.Tag, null)]
    [InlineData("watercol|", CompletionKind.Tag, @"watercolor \(medium\), |")]
    [InlineData("1girl, |", CompletionKind.None, null)]
    public void The_word_under_the_caret_is_completed(string marked, CompletionKind kind, string? accepted)
    {
        int caret = marked.IndexOf('|', StringComparison.Ordinal);
        string prompt = marked.Remove(caret, 1);
        var completions = new PromptCompletion(TagDictionary.Shipped, ["detail"], ["colours"]).At(prompt, caret);
        Assert.Equal(kind, completions.Kind);
        if (accepted is null) return;
        var (text, at) = completions.Accept(prompt, completions.Items[0]);
        Assert.Equal(accepted, text.Insert(at, "|"));
    }

    [Fact]
    public void Any_text_and_caret_can_be_completed() => Gen.Select(PromptTexts.Any, Gen.Int[-5, 60]).Sample((text, caret) =>
    {
        var completions = new PromptCompletion(TagDictionary.Shipped, ["detail"], ["colours"]).At(text, caret, 3);
        Assert.InRange(completions.Start, 0, text.Length);
        Assert.InRange(completions.Length, 0, text.Length - completions.Start);
    }, iter: 3000);
}
