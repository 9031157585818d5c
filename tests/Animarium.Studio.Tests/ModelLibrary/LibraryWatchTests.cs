using Animarium.Studio.ModelLibrary;
using Animarium.Studio.ModelLibrary.Downloads;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Animarium.Studio.Tests.ModelLibrary;

/// <summary>Files that come while the studio runs.</summary>
public sealed class LibraryWatchTests : IDisposable
{
    private readonly ModelShelf shelf = new();
    private readonly FakeTimeProvider time = new();

    public void Dispose() => shelf.Dispose();

    [Fact]
    public void It_looks_once_the_files_have_been_left_alone()
    {
        var catalog = new ModelCatalog([shelf.At("later")]); // not there: the system tells nothing, only the test does
        using var watch = new LibraryWatch(catalog, time);
        Assert.Empty(catalog.Models);
        shelf.Transformer("later/a.safetensors");
        watch.Touched(shelf.At("later", "a.safetensors"));
        time.Advance(LibraryWatch.Rest / 2);
        watch.Touched(shelf.At("later", "a.safetensors"));
        time.Advance(LibraryWatch.Rest / 2);
        Assert.Empty(catalog.Models);
        time.Advance(LibraryWatch.Rest);
        Assert.Single(catalog.Models);
    }

    [Fact]
    public void A_download_that_grows_makes_it_look_at_nothing()
    {
        int looks = 0;
        var catalog = new ModelCatalog([shelf.At("later")]);
        catalog.LookedAgain += () => looks++;
        using var watch = new LibraryWatch(catalog, time);
        watch.Touched(shelf.At("later", "a.safetensors.part"));
        time.Advance(LibraryWatch.Rest * 2);
        Assert.Equal(0, looks);
    }

    [Fact]
    public async Task The_system_tells_of_a_copied_file()
    {
        var catalog = new ModelCatalog([shelf.Root]);
        var looked = new TaskCompletionSource();
        catalog.LookedAgain += () => looked.TrySetResult();
        using var watch = new LibraryWatch(catalog, TimeProvider.System);
        Assert.Empty(catalog.Models);
        shelf.Transformer("a.safetensors");
        await looked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Single(catalog.Models);
    }

    [Fact]
    public void A_half_copied_official_file_is_told_by_its_size()
    {
        string path = shelf.Text(Path.Combine("vae", OfficialFiles.Vae.Name), "half");
        var states = OfficialDownloads.States(new ModelCatalog([shelf.Root]), shelf.Root);
        var vae = states.Single(state => state.File == OfficialFiles.Vae);
        Assert.Null(vae.Path);
        Assert.Equal((path, 4L), vae.Other);
        Assert.All(states.Where(state => state.File != OfficialFiles.Vae), state => Assert.Null(state.Other));
    }
}
