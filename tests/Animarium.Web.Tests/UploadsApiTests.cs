using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Animarium.Studio.Images;
using Animarium.Studio.Jobs;
using Xunit;

namespace Animarium.Web.Tests;

/// <summary>Pictures that are sent to be drawn with.</summary>
public class UploadsApiTests
{
    static CancellationToken Ended => TestContext.Current.CancellationToken;

    static byte[] Picture()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("animarium-upload-").FullName, "a.png");
        PictureFile.Save(new(8, 8, 3, new byte[8 * 8 * 3]), path, PictureFormat.Png);
        byte[] bytes = File.ReadAllBytes(path);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return bytes;
    }

    static ByteArrayContent Body(byte[] bytes, string type = "image/png") => new(bytes) { Headers = { ContentType = new(type) } };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_sent_can_be_drawn_with(bool form)
    {
        await using var studio = await TestStudio.Start();
        byte[] picture = Picture();
        using HttpContent content = form ? new MultipartFormDataContent { { Body(picture), "file", "../../passwd" } } : Body(picture);
        using var answer = await studio.Client.PostAsync("/api/v1/uploads", content, Ended);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var upload = await answer.Content.ReadFromJsonAsync<JsonElement>(Ended);
        string path = upload.GetProperty("path").GetString()!;
        Assert.Equal(studio.Home.Uploads, Path.GetDirectoryName(path));
        Assert.Equal(picture, await studio.Client.GetByteArrayAsync(upload.GetProperty("address").GetString(), Ended));
        using var order = await studio.Client.PostAsJsonAsync("/api/v1/jobs", new { settings = new { prompt = "cat", init = path, mask = path } }, Ended);
        Assert.Equal(HttpStatusCode.Created, order.StatusCode);
        Assert.Equal(JobKind.Draw, studio.Get<JobQueue>().List().Single().Kind);
    }

    [Fact]
    public async Task What_is_no_picture_or_more_than_one_is_refused()
    {
        await using var studio = await TestStudio.Start();
        using var twice = new MultipartFormDataContent { { Body(Picture()), "a", "a.png" }, { Body(Picture()), "b", "b.png" } };
        foreach (var (content, code) in new (HttpContent, string)[] { (Body([]), "picture"), (Body("<svg onload=alert(1)>"u8.ToArray()), "picture"), (new MultipartFormDataContent(), "file"), (twice, "file") })
        {
            using var answer = await studio.Client.PostAsync("/api/v1/uploads", content, Ended);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>(Ended)).GetProperty("code").GetString());
        }
        Assert.Empty(Directory.GetFiles(studio.Home.Uploads));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_over_the_limit_is_refused_and_not_kept(bool form)
    {
        await using var studio = await TestStudio.Start(change: options => options with { LargestUpload = 1 << 16 });
        byte[] large = [.. Picture(), .. new byte[1 << 17]];
        using HttpContent content = form ? new MultipartFormDataContent { { Body(large), "file", "a.png" } } : Body(large);
        using var answer = await studio.Client.PostAsync("/api/v1/uploads", content, Ended);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("large", (await answer.Content.ReadFromJsonAsync<JsonElement>(Ended)).GetProperty("code").GetString());
        Assert.Empty(Directory.GetFiles(studio.Home.Uploads));
    }
}
