using System.Net;
using System.Net.Http.Headers;
using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Animarium.Web.Tests.Client;
using Xunit;
using PictureFormat = Animarium.Studio.Images.PictureFormat;

namespace Animarium.Web.Tests;

/// <summary>Pictures: found, sent, changed, taken back.</summary>
public class GalleryApiTests
{
    static CancellationToken Ended => TestContext.Current.CancellationToken;

    static long Drawn(TestStudio studio, byte shade)
    {
        string path = Path.Combine(studio.Home.Pictures, $"{shade}.png");
        byte[] pixels = new byte[64 * 48 * 3];
        Array.Fill(pixels, shade);
        PictureFile.Save(new(64, 48, 3, pixels), path, PictureFormat.Png, description: new($"cat {shade}\nSteps: 4, Seed: {shade}, Size: 64x48"));
        return studio.Get<PictureGallery>().Add(path).Id;
    }

    [Fact]
    public async Task Pictures_are_found_changed_and_brought_back()
    {
        await using var studio = await TestStudio.Start();
        var client = new StudioClient(studio.Client);
        long first = Drawn(studio, 10), second = Drawn(studio, 20);
        var found = await client.SearchPicturesAsync(text: "cat 20", cancellationToken: Ended);
        Assert.Equal((1, second), (found.Total, found.Pictures.Single().Id));
        Assert.Equal(2, (await client.SearchPicturesAsync(source: Source.A1111, safetyTo: SafetyTo.Safe, cancellationToken: Ended)).Total);
        Assert.Equal(0, (await client.SearchPicturesAsync(sampler: "euler", cancellationToken: Ended)).Total);
        await client.ChangePicturesAsync(new() { Ids = [first, second], Rating = 4, Tag = "mine" }, Ended);
        Assert.Equal(2, (await client.SearchPicturesAsync(ratingFrom: 4, tag: "mine", cancellationToken: Ended)).Total);
        var trashed = (await client.ChangePicturesAsync(new() { Ids = [first], Trash = true }, Ended)).Single();
        Assert.Equal(1, (await client.SearchPicturesAsync(cancellationToken: Ended)).Total);
        await client.UndoChangeAsync(trashed.Id, Ended);
        Assert.Equal(2, (await client.SearchPicturesAsync(cancellationToken: Ended)).Total);
        Assert.Equal(400, (await Assert.ThrowsAnyAsync<ApiException>(() => client.ChangePicturesAsync(new() { Ids = [first], Rating = 9 }, Ended))).StatusCode);
    }

    [Fact]
    public async Task Files_and_thumbnails_never_change_under_their_address()
    {
        await using var studio = await TestStudio.Start();
        var picture = await new StudioClient(studio.Client).GetPictureAsync(Drawn(studio, 30), Ended);
        using var file = await studio.Client.GetAsync(picture.File, Ended);
        Assert.Equal("image/png", file.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", file.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        byte[] bytes = await file.Content.ReadAsByteArrayAsync(Ended);
        Assert.Equal(picture.Bytes, bytes.Length);

        var again = new HttpRequestMessage(HttpMethod.Get, picture.File);
        again.Headers.IfNoneMatch.Add(file.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await studio.Client.SendAsync(again, Ended)).StatusCode);

        var part = new HttpRequestMessage(HttpMethod.Get, picture.File);
        part.Headers.Range = new RangeHeaderValue(8, 15);
        using var ranged = await studio.Client.SendAsync(part, Ended);
        Assert.Equal(HttpStatusCode.PartialContent, ranged.StatusCode);
        Assert.Equal(bytes[8..16], await ranged.Content.ReadAsByteArrayAsync(Ended));

        using var small = await studio.Client.GetAsync(picture.Thumbnail, Ended);
        Assert.Equal("image/webp", small.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, (await studio.Client.GetAsync(picture.File + "/huge", Ended)).StatusCode);
        File.Delete(Path.Combine(studio.Home.Pictures, "30.png"));
        Assert.Equal(HttpStatusCode.NotFound, (await studio.Client.GetAsync(picture.File, Ended)).StatusCode);
    }

    [Fact]
    public async Task A_pictures_settings_are_read_without_keeping_it()
    {
        await using var studio = await TestStudio.Start();
        Drawn(studio, 40);
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(studio.Home.Pictures, "40.png"), Ended);
        using var answer = await studio.Client.PostAsync("/api/v1/metadata", new ByteArrayContent(file) { Headers = { ContentType = new("image/png") } }, Ended);
        string text = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Ended);
        Assert.Contains("\"seed\":40", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(studio.Home.Uploads));
    }
}
