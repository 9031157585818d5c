using Animarium.Studio.Images;
using Animarium.Studio.Images.Decoding;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Animarium.Studio.Tests.Images;

/// <summary>Decoding processes that crash, hang or talk nonsense, played by the shell; the real one is in the tests of the command line.</summary>
public sealed class DecoderApartTests
{
    public DecoderApartTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "needs bash");

    [Theory, InlineData("read line; exit 139"), InlineData("read line; exec sleep 100"), InlineData("read line; echo nonsense"), InlineData("exit 1")]
    public void A_file_over_which_the_decoder_ends_is_named_and_the_next_one_is_asked_for_as_usual(string script)
    {
        using var decoder = Play(script);
        for (int n = 0; n < 2; n++)
            Assert.Contains("bad.png", Assert.Throws<PictureException>(() => decoder.Thumbnail("bad.png", 256)).Message, StringComparison.Ordinal);
        Assert.Contains("upload", Assert.Throws<PictureException>(() => decoder.Describe("bad.png", "upload")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_not_there_is_said()
    {
        using var decoder = new DecoderApart(["/nothing/here"], new FakeTimeProvider(), TimeSpan.FromSeconds(10));
        Assert.Throws<PictureException>(() => decoder.Thumbnail("a.png", 256));
    }

    [Fact]
    public void One_that_ended_while_it_was_idle_is_no_fault_of_the_file()
    {
        using var decoder = Play("""read line; echo '{"thumbnail":"AQI="}'""");
        for (int n = 0; n < 3; n++) Assert.Equal([1, 2], decoder.Thumbnail("a.png", 256));
    }

    [Fact]
    public void One_is_asked_again_and_again_until_it_was_idle_for_a_while()
    {
        var time = new FakeTimeProvider();
        using var decoder = new DecoderApart(["bash", "-c", """while read line; do echo "{\"problem\":\"$$\"}"; done"""], time, TimeSpan.FromSeconds(30));
        string first = Who();
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(first, Who());
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(first, Who());
        time.Advance(TimeSpan.FromSeconds(70));
        Assert.NotEqual(first, Who());

        string Who() => Assert.Throws<PictureException>(() => decoder.Thumbnail("a.png", 256)).Message;
    }

    private static DecoderApart Play(string script) => new(["bash", "-c", script], new FakeTimeProvider(), TimeSpan.FromSeconds(script.Contains("sleep", StringComparison.Ordinal) ? 0.5 : 30));
}
