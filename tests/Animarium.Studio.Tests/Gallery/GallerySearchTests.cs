using Animarium.Diffusion.Conduct;
using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Studio.Tests.Gallery;

/// <summary>Finding pictures again.</summary>
public sealed class GallerySearchTests : IDisposable
{
    private readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public void A_picture_is_kept_with_everything_its_description_says()
    {
        var picture = studio.Add("a.png", "1girl, (long_hair:1.2), hatsune miku \\(vocaloid\\) <lora:ink:0.8>", 7, 32, 16, ", Model hash: abcdef0123, Lora hashes: \"ink: 0123456789ab\"");
        Assert.Equal((MetadataSource.A1111, 7UL, "anima", "abcdef0123", 32, 16), (picture.Source, picture.Seed!.Value, picture.Model, picture.ModelHash, picture.Width, picture.Height));
        Assert.Equal([new PictureLora("ink", "0123456789ab")], picture.Loras);
        Assert.Equal(["1girl", "long hair", "hatsune miku (vocaloid)"], picture.PromptTags);
        Assert.Equal((20, 4.0, "euler", "bad"), (picture.Settings.Complete().Steps, picture.Settings.Complete().Cfg, picture.Settings.Complete().Sampler, picture.Negative));
        Assert.Equal(ContentHash.Of(picture.Path), picture.Hash);
        Assert.Equal(picture.Id, studio.Gallery.Find(picture.Hash)!.Id);
    }

    [Theory]
    [InlineData("猫", "cat")]
    [InlineData("黒髪", "cat girl")]
    [InlineData("黒髪の", "cat")]
    [InlineData("ネコ", "wide")]
    [InlineData("ﾈｺ", "wide")]
    [InlineData("girl", "girl")]
    [InlineData("1g", "girl")]
    [InlineData("irl", "girl")]
    [InlineData("LONG_HAIR", "girl")]
    [InlineData("\"long hair\"", "girl")]
    [InlineData("hair long", "girl")]
    [InlineData("黒髪 -猫", "girl")]
    [InlineData("髪黒", "")]
    [InlineData("dog", "")]
    [InlineData("bad", "")]
    [InlineData(", \"", "cat girl wide")]
    [InlineData("猫 OR 1girl*", "")]
    public void Words_of_any_length_are_found_in_both_languages(string text, string found)
    {
        studio.Add("cat.png", "黒髪の少女と猫", 1);
        studio.Add("girl.png", "1girl, Long hair, 黒髪", 2);
        studio.Add("wide.png", "ネコとカフェ", 3);
        Assert.Equal(found.Split(' ', StringSplitOptions.RemoveEmptyEntries), studio.Names(GalleryQuery.All with { Text = text }).Order());
    }

    [Fact]
    public void Filters_narrow_and_can_be_combined()
    {
        var a = studio.Add("a.png", "1girl, smile <lora:ink:1>", 10, 32, 16);
        var b = studio.Add("b.png", "nude, 1girl", 12, 16, 32);
        studio.Gallery.Rate([b.Id], 4);
        studio.Gallery.Collect([a.Id], "お気に入り");
        studio.Gallery.Note([a.Id], "名作");
        studio.Gallery.Tag([b.Id], "Draft");
        foreach (var (query, name) in new (GalleryQuery, string)[]
        {
            (new() { Lora = "INK" }, "a"), (new() { RatingFrom = 3 }, "b"), (new() { SafetyFrom = Rating.Nsfw }, "b"), (new() { SafetyTo = Rating.Safe }, "a"), (new() { Shape = PictureShape.Portrait }, "b"),
            (new() { Collection = "お気に入り" }, "a"), (new() { HasNote = true }, "a"), (new() { Text = "名作" }, "a"), (new() { Tag = "draft" }, "b"), (new() { Tag = "SMILE" }, "a"), (new() { Width = 32, Model = "anima" }, "a"),
            (new() { Seed = 10 }, "a"), (new() { Text = "draft" }, "b"), (new() { HasNote = false, Sampler = "euler" }, "b"), (new() { Last = a.Id }, "a"),
        }) Assert.Equal([name], studio.Names(query));
        Assert.Equal(2, studio.Gallery.Count(new() { Seed = 11, SeedSpan = 1 }));
        Assert.Empty(studio.Names(new() { Model = "other" }));
        Assert.Equal(b.Id, studio.Gallery.Last());
        Assert.Empty(studio.Names(new() { From = DateTimeOffset.UtcNow.AddHours(1) }));
        Assert.Equal([new Facet("anima", 2)], studio.Gallery.Facets().Models);
        Assert.Equal([new Facet("お気に入り", 1)], studio.Gallery.Facets().Collections);
        Assert.Equal([new Facet("A1111", 2)], studio.Gallery.Facets().Sources);
    }

    [Fact]
    public void Pages_follow_each_other_without_gap_in_every_order()
    {
        for (int n = 0; n < 20; n++) studio.Add($"{n}.png", "1girl", n == 0 ? long.MaxValue : n, n % 3 == 0 ? 32 : 16);
        foreach (var sort in Enum.GetValues<GallerySort>())
        {
            var query = new GalleryQuery { Sort = sort, Shuffle = 5 };
            var pages = Enumerable.Range(0, 7).SelectMany(page => studio.Gallery.Search(query, page * 3, 3)).Select(picture => picture.Id);
            Assert.Equal(studio.Gallery.Ids(query), pages);
            Assert.Equal(20, studio.Gallery.Ids(query).Distinct().Count());
        }
        Assert.Equal(1UL, studio.Gallery.Search(new() { Sort = GallerySort.Seed }, 0, 1)[0].Seed);
        Assert.NotEqual(studio.Gallery.Ids(new() { Sort = GallerySort.Random, Shuffle = 1 }), studio.Gallery.Ids(new() { Sort = GallerySort.Random, Shuffle = 2 }));
    }

    [Fact]
    public void Seeds_beyond_63_bits_are_found_with_their_neighbours()
    {
        const ulong border = 1UL << 63;
        foreach (ulong seed in new[] { border - 1, border, ulong.MaxValue })
            studio.Gallery.Add(Studio.Write(Path.Combine(studio.Home.Pictures, $"{seed}.png"), 16, 16, new PngText("animarium", $$"""{"format":1,"request":{"prompt":"x","seed":{{seed}} } }""")));
        Assert.Equal(2, studio.Gallery.Count(new() { Seed = border, SeedSpan = 1 }));
        Assert.Equal(1, studio.Gallery.Count(new() { Seed = ulong.MaxValue, SeedSpan = 9 }));
        Assert.Equal([border - 1, border, ulong.MaxValue], studio.Gallery.Search(new() { Sort = GallerySort.Seed }, 0, 9).Select(picture => picture.Seed!.Value));
    }

    [Fact]
    public void A_picture_knows_what_it_was_drawn_over()
    {
        var parent = studio.Add("parent.png", "1girl");
        string Child(string extra, int side) => Studio.Write(Path.Combine(studio.Home.Pictures, $"{side}{extra.Length}.png"), side, side, new PngText("animarium",
            $$"""{"format":1,"request":{"prompt":"1girl"{{extra}} },"init":{"file":"parent.png","sha256":"{{parent.Hash}}","width":16,"height":16} }"""));
        Assert.Equal(new PictureParent(parent.Hash, ParentKind.Refined), studio.Gallery.Add(Child("", 16)).Parent);
        Assert.Equal(ParentKind.Upscaled, studio.Gallery.Add(Child("", 32)).Parent!.Kind);
        Assert.Equal(ParentKind.Repainted, studio.Gallery.Add(Child(",\"mask\":\"mask.png\"", 16)).Parent!.Kind);
        Assert.Equal(3, studio.Gallery.Count(new() { Parent = parent.Hash }));
    }
}
