using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Animarium.Studio.Images.Decoding;
using Animarium.Studio.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Animarium.Studio.Tests.Gallery;

/// <summary>Ratings, labels, notes, the trash, and the way back.</summary>
public sealed class GalleryChangeTests : IDisposable
{
    private readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public void Undo_brings_back_exactly_what_was()
    {
        long[] ids = [.. Enumerable.Range(0, 450).Select(n => studio.Add($"{n}.png", "1girl", n).Id)]; // several transactions
        studio.Gallery.Rate([.. ids.Where(id => id % 2 == 0)], 3);
        studio.Gallery.Collect([ids[0]], "best");
        studio.Gallery.Note([ids[1]], "a note");
        string before = Everything();
        GalleryChange[] changes = [studio.Gallery.Rate(ids, 5), studio.Gallery.Tag(ids, "x"), studio.Gallery.Collect(ids, "BEST"), studio.Gallery.Note(ids, ""), studio.Gallery.Trash(ids)];
        Assert.Equal(450, changes[4].Pictures);
        Assert.Empty(studio.Names(GalleryQuery.All));
        Assert.Equal(450, Directory.GetFiles(studio.Home.Trash).Length);
        studio.Reopen();
        foreach (var change in changes.Reverse()) studio.Gallery.Undo(change.Id);
        Assert.Equal(before, Everything());
        Assert.Empty(Directory.GetFiles(studio.Home.Trash));
    }

    [Fact]
    public void Undo_of_undo_does_it_again()
    {
        var picture = studio.Add("a.png", "1girl");
        var undone = studio.Gallery.Undo(studio.Gallery.Rate([picture.Id], 4).Id);
        Assert.Equal(0, studio.Gallery.Find(picture.Id)!.Rating);
        studio.Gallery.Undo(undone.Id);
        Assert.Equal(4, studio.Gallery.Find(picture.Id)!.Rating);
        Assert.Equal(GalleryProblem.Unknown, Assert.Throws<GalleryException>(() => studio.Gallery.Undo(999)).Problem);
    }

    [Fact]
    public void A_restored_picture_does_not_replace_what_has_its_place()
    {
        var picture = studio.Add("a.png", "1girl");
        studio.Gallery.Trash([picture.Id]);
        Assert.False(File.Exists(picture.Path));
        Assert.Equal(picture.Path, studio.Gallery.Find(picture.Id)!.Origin);
        var other = studio.Add("a.png", "2girls");
        studio.Gallery.Restore([picture.Id]);
        Assert.Equal("a-2.png", Path.GetFileName(studio.Gallery.Find(picture.Id)!.Path));
        Assert.Equal(other.Hash, ContentHash.Of(Path.Combine(studio.Home.Pictures, "a.png")));
    }

    [Fact]
    public async Task An_emptied_trash_is_gone_for_good()
    {
        var picture = studio.Add("a.png", "1girl");
        string thumbnail = await studio.Gallery.Thumbnail(picture.Id);
        studio.Gallery.Rate([picture.Id], 5);
        studio.Gallery.Trash([picture.Id]);
        Assert.Equal(1, studio.Gallery.EmptyTrash().Deleted);
        Assert.Null(studio.Gallery.Find(picture.Id));
        Assert.Empty(Directory.GetFiles(studio.Home.Trash));
        Assert.False(File.Exists(thumbnail));
        Assert.Equal(0, studio.Add("a.png", "1girl").Rating);
    }

    [Fact]
    public void A_picture_that_is_drawn_again_comes_back_from_the_trash()
    {
        var picture = studio.Add("a.png", "1girl");
        studio.Gallery.Rate([picture.Id], 2);
        studio.Gallery.Trash([picture.Id]);
        var again = studio.Add("b.png", "1girl");
        Assert.Equal((picture.Id, GalleryPlace.Here, 2, null), (again.Id, again.Place, again.Rating, again.Origin));
        Assert.Empty(Directory.GetFiles(studio.Home.Trash));
    }

    [Fact]
    public void A_file_deleted_behind_its_back_is_told_and_the_rest_goes_on()
    {
        var gone = studio.Add("gone.png", "1girl");
        var there = studio.Add("there.png", "2girls");
        File.Delete(gone.Path);
        var change = studio.Gallery.Trash([gone.Id, there.Id]);
        Assert.Equal(1, change.Pictures);
        Assert.Contains(gone.Path, Assert.Single(change.Failed).Message, StringComparison.Ordinal);
        Assert.Equal(GalleryPlace.Gone, studio.Gallery.Find(gone.Id)!.Place);
        Assert.Equal(1, studio.Gallery.ForgetGone());
    }

    [Fact]
    public async Task A_thumbnail_of_a_missing_or_broken_file_says_which()
    {
        var picture = studio.Add("a.png", "1girl");
        File.Delete(picture.Path);
        Assert.Contains(picture.Path, (await Assert.ThrowsAsync<GalleryException>(() => studio.Gallery.Thumbnail(picture.Id))).Message, StringComparison.Ordinal);
        Assert.Equal(GalleryPlace.Gone, studio.Gallery.Find(picture.Id)!.Place);
        Assert.Equal(GalleryProblem.Unknown, (await Assert.ThrowsAsync<GalleryException>(() => studio.Gallery.Thumbnail(999))).Problem);
    }

    [Fact]
    public async Task Thumbnails_are_named_for_the_content_and_fit_their_square()
    {
        var picture = studio.Add("a.png", "1girl", width: 1024, height: 512);
        string small = await studio.Gallery.Thumbnail(picture.Id), large = await studio.Gallery.Thumbnail(picture.Id, ThumbnailSize.Large);
        Assert.Equal($"{picture.Hash}-256.webp", Path.GetFileName(small));
        Assert.Equal((256, 128), (PictureFile.Load(small).Width, PictureFile.Load(small).Height));
        Assert.Equal(512, PictureFile.Load(large).Width);
        File.Delete(picture.Path);
        Assert.Equal(small, await studio.Gallery.Thumbnail(picture.Id)); // what is made needs no picture
    }

    [Fact]
    public void A_journal_that_cannot_be_written_changes_nothing()
    {
        var picture = studio.Add("a.png", "1girl");
        Directory.CreateDirectory(studio.Home.Journal); // a folder in its place: no one can write there, not even root
        string message = Assert.Throws<GalleryException>(() => studio.Gallery.Trash([picture.Id])).Message;
        Assert.Contains(studio.Home.Journal, message, StringComparison.Ordinal);
        Assert.True(File.Exists(picture.Path));
        Assert.Equal(GalleryPlace.Here, studio.Gallery.Find(picture.Id)!.Place);
    }

    [Fact]
    public void A_full_database_says_so_and_loses_nothing()
    {
        var picture = studio.Add("a.png", "1girl");
        using var opened = studio.Database.Connect();
        var error = Assert.Throws<StorageException>(() => studio.Database.Write(writing =>
        {
            writing.Execute($"PRAGMA max_page_count = {writing.ExecuteScalar<long>("PRAGMA page_count")}");
            var record = PictureRecord.Read(studio.Draw("b.png", string.Join(", ", Enumerable.Range(0, 1800).Select(n => $"tag {n}"))), new DecoderHere());
            PictureTable.Insert(writing, record, null, 0);
        }));
        Assert.Equal(StorageProblem.Full, error.Problem);
        Assert.Equal(["a"], studio.Names(GalleryQuery.All));
    }

    [Fact]
    public void A_locked_database_says_so_and_loses_nothing()
    {
        var picture = studio.Add("a.png", "1girl");
        studio.Gallery.Rate([picture.Id], 2);
        using (var other = new SqliteConnection($"Data Source={studio.Home.Database};Pooling=False"))
        {
            other.Open();
            other.Execute("BEGIN IMMEDIATE");
            foreach (var change in new Action[] { () => studio.Gallery.Rate([picture.Id], 5), () => studio.Gallery.Trash([picture.Id]), () => studio.Add("b.png", "2girls") })
                Assert.Equal(StorageProblem.Locked, Assert.Throws<StorageException>(change).Problem);
            Assert.Equal(["a"], studio.Names(GalleryQuery.All)); // who only looks is not held up
        }
        Assert.True(File.Exists(picture.Path));
        Assert.Equal(2, studio.Gallery.Find(picture.Id)!.Rating);
        studio.Reopen(loseDatabase: true);
        foreach (var _ in new GalleryRebuild(studio.Gallery).Run(cancellation: TestContext.Current.CancellationToken)) { }
        Assert.Equal(2, studio.Gallery.Search(GalleryQuery.All with { Text = "1girl" }, 0, 10).Single().Rating); // nor does the journal say what did not come about
        Assert.Equal(["a", "b"], studio.Names(GalleryQuery.All).Order());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    public void A_rating_is_within_its_range(int rating) => Assert.Equal(GalleryProblem.Invalid, Assert.Throws<GalleryException>(() => studio.Gallery.Rate([1], rating)).Problem);

    private string Everything() => string.Join('\n', studio.Gallery.Search(GalleryQuery.All with { Sort = GallerySort.Oldest }, 0, 1000)
        .OrderBy(p => p.Id).Select(p => $"{p.Id} {p.Path} {p.Rating} {string.Join('|', p.Tags)} {string.Join('|', p.Collections)} {p.Note} {p.Origin} {p.Trashed}"));
}
