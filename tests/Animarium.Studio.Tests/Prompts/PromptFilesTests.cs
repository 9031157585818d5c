using Animarium.Studio.Generation;
using Animarium.Studio.Prompts;
using Animarium.Studio.Prompts.History;
using Animarium.Studio.Prompts.Styles;
using Animarium.Studio.Storage;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Prompts;

/// <summary>Wildcard lists, styles and the history.</summary>
public sealed class PromptFilesTests : IDisposable
{
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private readonly string folder = Directory.CreateTempSubdirectory("animarium-prompts-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_list_is_written_read_and_not_overwritten_unseen()
    {
        var files = new WildcardFiles(Path.Combine(folder, "lists"));
        Assert.Empty(files.All);
        files.Write("style/paint", "# colours\r\noil\n\nink\n", new(null));
        Assert.Equal("# colours\noil\n\nink\n", files.Read("style/paint"));
        Assert.Equal(("style/paint", 2), files.All.Select(file => (file.Name, file.Options)).Single());
        files.Write("style/paint", "oil\n", new(files.Read("style/paint")));
        Assert.Throws<PromptFileException>(() => files.Write("style/paint", "mine\n", new("# old\n")));
        Assert.Equal("oil\n", files.Read("style/paint"));
        Assert.True(files.Delete("style/paint"));
        Assert.False(files.Delete("style/paint"));
        Assert.Null(files.Read("style/paint"));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("a/../../out")]
    [InlineData("/etc/passwd")]
    [InlineData(@"a\b")]
    [InlineData(@"\\host\share")]
    [InlineData("CON")]
    [InlineData("a__b")]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData(".hidden")]
    [InlineData("a\0b")]
    public void A_name_never_leads_out_of_the_folder(string name)
    {
        var files = new WildcardFiles(Path.Combine(folder, "lists"));
        Assert.Throws<PromptFileException>(() => files.Write(name, "x"));
        Assert.Throws<PromptFileException>(() => files.Read(name));
        Assert.Throws<PromptFileException>(() => files.Delete(name));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        string lists = Directory.CreateDirectory(Path.Combine(folder, "lists")).FullName;
        File.WriteAllText(Path.Combine(folder, "secret.txt"), "secret");
        File.CreateSymbolicLink(Path.Combine(lists, "link.txt"), Path.Combine(folder, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(lists, "up"), folder);
        Assert.Throws<PromptFileException>(() => new WildcardFiles(lists).Read("link"));
        Assert.Throws<PromptFileException>(() => new WildcardFiles(lists).Read("up/secret"));
    }

    [Fact]
    public void Styles_survive_their_own_file_and_that_of_a1111()
    {
        var styles = new PromptStyles(Path.Combine(folder, "styles.json"));
        Assert.Empty(styles.Read());
        PromptStyle[] some =
        [
            new("水彩", "watercolor, {prompt}, soft", "blurry") { Settings = Settings.Empty.With("steps", "12") },
            new("Quoted, \"long\"", "line one\nline two", "text, {prompt}"),
        ];
        styles.Write(some);
        var back = styles.Read();
        Assert.Equal(some.Select(style => (style.Name, style.Prompt, style.Negative)), back.Select(style => (style.Name, style.Prompt, style.Negative)));
        Assert.Equal("12", back[0].Settings.ToJson()["steps"]!.ToString());
        Assert.Equal(("watercolor, 1girl, soft", "bad, blurry"), back[0].Around("1girl", "bad"));
        Assert.Equal(("line one\nline two", "text, "), back[1].Around("", ""));

        string csv = Path.Combine(folder, "styles.csv");
        File.WriteAllText(csv, "\ufeff" + PromptStyles.Export(some));
        Assert.Equal(some.Select(style => (style.Name, style.Prompt, style.Negative)), PromptStyles.Import(csv).Select(style => (style.Name, style.Prompt, style.Negative)));
        Assert.Throws<PromptFileException>(() => styles.Write([some[0], some[0]]));
        File.WriteAllText(csv, "a,b\n");
        Assert.Throws<PromptFileException>(() => PromptStyles.Import(csv));
        File.WriteAllText(Path.Combine(folder, "styles.json"), "{");
        Assert.Throws<PromptFileException>(() => styles.Read());
    }

    [Fact]
    public void The_history_holds_each_prompt_once_and_finds_parts_of_words()
    {
        var home = new StudioHome(Path.Combine(folder, "home"));
        home.Prepare();
        var clock = new Clock();
        using var database = StudioDatabase.Open(home, clock);
        var history = new PromptHistory(database, clock);
        Add("1girl, blue hair", "blurry");
        Add("青い髪の少女、夕焼け", "");
        Add("a \"quoted\" cat", "");
        Add("1girl, blue hair", "blurry");
        Add("  ", "");
        Assert.Equal(["1girl, blue hair", "a \"quoted\" cat", "青い髪の少女、夕焼け"], history.Search("").Select(past => past.Prompt));
        Assert.Equal(2, history.Search("")[0].Times);
        Assert.Equal("1girl, blue hair", history.Search("lue BLURR").Single().Prompt);
        Assert.Equal("青い髪の少女、夕焼け", history.Search("夕焼け").Single().Prompt);
        Assert.Equal("青い髪の少女、夕焼け", history.Search("髪").Single().Prompt);
        Assert.Equal("a \"quoted\" cat", history.Search("\"quoted\"").Single().Prompt);
        Assert.Empty(history.Search("nothing OR blue"));
        Assert.Single(history.Search("", offset: 1, take: 1));
        Assert.True(history.Remove(history.Search("夕焼け").Single().Id));
        Assert.Empty(history.Search("夕焼け"));
        history.Clear();
        Assert.Empty(history.Search(""));

        void Add(string prompt, string negative)
        {
            clock.Now += TimeSpan.FromSeconds(1);
            history.Add(prompt, negative);
        }
    }

    [Fact]
    public void A_difference_is_both_texts() => Gen.Select(PromptTexts.Any, PromptTexts.Any).Sample((before, after) =>
    {
        var parts = PromptDiff.Of(before, after);
        Assert.Equal(before, string.Concat(parts.Where(part => part.Kind != DiffKind.Added).Select(part => part.Text)));
        Assert.Equal(after, string.Concat(parts.Where(part => part.Kind != DiffKind.Removed).Select(part => part.Text)));
    }, iter: 3000);

    [Fact]
    public void Only_the_changed_word_differs() => Assert.Equal([new(DiffKind.Same, "1girl, "), new(DiffKind.Removed, "blue"), new(DiffKind.Added, "red"), new(DiffKind.Same, " hair")], PromptDiff.Of("1girl, blue hair", "1girl, red hair"));
}
