using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Studio.Tests.Gallery;

/// <summary>Folders of other programs, and making the gallery again.</summary>
public sealed class GalleryImportTests : IDisposable
{
    private readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public void A_folder_is_taken_in_where_it_lies_and_faults_are_named()
    {
        studio.Draw("a.png", "1girl", 1, studio.Strange);
        File.Copy(Path.Combine(studio.Strange, "a.png"), Path.Combine(studio.Strange, "copy.png"));
        Studio.Write(Path.Combine(studio.Strange, "deep", "er", "comfy.png"), 16, 16, new PngText("prompt", """{"1": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 9, "positive": ["2", 0]}}, "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "桜"}}}"""));
        Studio.Write(Path.Combine(studio.Strange, "swarm.png"), 16, 16, new PngText("parameters", """{"sui_image_params": {"prompt": "sea", "seed": 3, "model": "anima"}}"""));
        Studio.Write(Path.Combine(studio.Strange, "nothing.png"), 16, 16);
        string cut = studio.Draw("cut.png", "1boy", 2, studio.Strange), refused = studio.Draw("refused.png", "loli, sex", 4, studio.Strange);
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^20]);
        File.WriteAllText(Path.Combine(studio.Strange, "text.png"), "no picture");
        Directory.CreateSymbolicLink(Path.Combine(studio.Strange, "deep", "loop"), studio.Strange);
        File.CreateSymbolicLink(Path.Combine(studio.Strange, "nowhere.png"), Path.Combine(studio.Strange, "missing.png"));

        var (last, problems) = Import();
        Assert.Equal((4, 1), (last.Added, last.Copies));
        Assert.Equal(["cut.png unreadable", "nowhere.png link", "refused.png refused", "text.png unreadable"], problems.Select(p => $"{Path.GetFileName(p.Path)} {p.Code}").Order());
        Assert.All(problems, problem => Assert.Contains(problem.Path, problem.Message, StringComparison.Ordinal));
        Assert.Equal(["comfy"], studio.Names(new() { Text = "桜", Source = MetadataSource.ComfyUI }));
        Assert.Equal(["swarm"], studio.Names(new() { Source = MetadataSource.SwarmUI }));
        Assert.Equal(["nothing"], studio.Names(new() { Source = MetadataSource.None }));
        Assert.True(File.Exists(refused));
        Assert.Equal(4, Import().Last.Known);
    }

    [Fact]
    public void An_import_that_was_ended_goes_on_where_it_was()
    {
        for (int n = 0; n < 300; n++) studio.Draw($"{n:000}.png", "1girl", n, studio.Strange);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var report in new GalleryImport(studio.Gallery).Run(studio.Strange, cancellation: stop.Token))
            {
                Assert.Equal(300, report.Total); // known from the first report on
                stop.Cancel();
            }
        });
        int before = studio.Gallery.Count(GalleryQuery.All);
        Assert.InRange(before, 1, 299);
        studio.Reopen();
        var last = Import().Last;
        Assert.Equal((300 - before, before), (last.Added, last.Known));
    }

    [Fact]
    public void Copies_lie_in_the_studios_folder_and_keep_their_date()
    {
        string path = studio.Draw(Path.Combine("sub", "a.png"), "1girl", 1, studio.Strange);
        File.SetLastWriteTimeUtc(path, new(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        foreach (int _ in new[] { 1, 2 }) Import(copy: true);
        var picture = Assert.Single(studio.Gallery.Search(GalleryQuery.All, 0, 9));
        Assert.Equal(Path.Combine(studio.Home.Pictures, "strange", "sub", "a.png"), picture.Path);
        Assert.Equal(2024, picture.Drawn.Year);
        Assert.Single(Directory.GetFiles(studio.Home.Pictures, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rebuilding_finds_everything_that_a_person_decided(bool loseDatabase)
    {
        var own = studio.Add("own.png", "1girl");
        string strange = studio.Draw("strange.png", "2girls", 2, studio.Strange), single = studio.Draw("single.png", "3girls", 3, Path.Combine(studio.Folder, "elsewhere"));
        Import();
        long singleId = studio.Gallery.Add(single).Id, strangeId = studio.Gallery.Search(new() { Text = "2girls" }, 0, 1)[0].Id;
        var trashed = studio.Add("trashed.png", "4girls");
        studio.Gallery.Rate([own.Id, strangeId], 4);
        studio.Gallery.Note([singleId], "一番");
        studio.Gallery.Collect([strangeId], "旅");
        studio.Gallery.Tag([own.Id], "mine");
        studio.Gallery.Trash([trashed.Id]);
        string moved = Path.Combine(studio.Home.Pictures, "new", "name.png");
        Directory.CreateDirectory(Path.GetDirectoryName(moved)!);
        File.Move(own.Path, moved);
        File.AppendAllText(studio.Home.Journal, "{\"hash\":\"torn");

        studio.Reopen(loseDatabase);
        var problems = Rebuild();
        Assert.Empty(problems);
        Assert.Equal(["name", "single", "strange"], studio.Names(GalleryQuery.All).Order());
        Assert.Equal(["name"], studio.Names(new() { RatingFrom = 4, Text = "mine" }));
        Assert.Equal(["strange"], studio.Names(new() { Collection = "旅", RatingFrom = 4 }));
        Assert.Equal(["single"], studio.Names(new() { Text = "一番" }));
        var inTrash = Assert.Single(studio.Gallery.Search(GalleryQuery.All with { Place = GalleryPlace.Trash }, 0, 9));
        studio.Gallery.Restore([inTrash.Id]);
        Assert.True(File.Exists(trashed.Path));
        if (!loseDatabase) Assert.Equal(own.Id, studio.Gallery.Find(own.Hash)!.Id);

        // The journal that was written anew says the same.
        studio.Reopen(loseDatabase: true);
        Rebuild();
        Assert.Equal(["strange"], studio.Names(new() { Collection = "旅", RatingFrom = 4 }));
        Assert.Equal(strange, studio.Gallery.Search(new() { Collection = "旅" }, 0, 1)[0].Path);
    }

    [Fact]
    public void A_deleted_file_is_noticed_and_comes_back_with_its_rating()
    {
        var picture = studio.Add("a.png", "1girl");
        studio.Gallery.Rate([picture.Id], 5);
        byte[] file = File.ReadAllBytes(picture.Path);
        File.Delete(picture.Path);
        Assert.Equal(picture.Path, Assert.Single(Rebuild(quick: true)).Path);
        Assert.Empty(studio.Names(GalleryQuery.All));
        File.WriteAllBytes(Path.Combine(studio.Home.Pictures, "b.png"), file);
        Assert.Empty(Rebuild(quick: true));
        Assert.Equal(["b"], studio.Names(new() { RatingFrom = 5 }));
    }

    [Fact]
    public void A_file_that_was_overwritten_is_another_picture()
    {
        var first = studio.Add("a.png", "1girl");
        var second = studio.Add("a.png", "2girls");
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(GalleryPlace.Gone, studio.Gallery.Find(first.Id)!.Place);
    }

    [Fact]
    public void A_picture_that_was_on_its_way_to_the_trash_is_found_there()
    {
        var picture = studio.Add("a.png", "1girl");
        File.Move(picture.Path, Path.Combine(studio.Home.Trash, picture.Hash + ".png"));
        Rebuild(quick: true);
        studio.Gallery.Restore([picture.Id]);
        Assert.True(File.Exists(picture.Path));
        Assert.Equal(["a"], studio.Names(GalleryQuery.All));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said() =>
        Assert.Contains(studio.Strange, Assert.Throws<GalleryException>(() => Import()).Message, StringComparison.Ordinal);

    private (IntakeProgress Last, List<FileProblem> Problems) Import(bool copy = false)
    {
        var reports = new GalleryImport(studio.Gallery).Run(studio.Strange, copy).ToList();
        return (reports[^1], [.. reports.SelectMany(report => report.Problems)]);
    }

    private List<FileProblem> Rebuild(bool quick = false) => [.. new GalleryRebuild(studio.Gallery).Run(quick).SelectMany(report => report.Problems)];
}
