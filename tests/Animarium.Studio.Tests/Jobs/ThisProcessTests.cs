using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Jobs;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Tests.Tagging;
using Xunit;

namespace Animarium.Studio.Tests.Jobs;

/// <summary>The queue with a worker inside this process, and the shipped model.</summary>
public sealed class ThisProcessTests
{
    [Fact]
    public async Task Pictures_are_drawn_without_a_second_process()
    {
        using var studio = new StudioForTest();
        var tools = new WorkTools(new StudioFolders([Path.GetDirectoryName(ShippedModel.Folder)!], null, null), e => ("failed", e.Message), TimeProvider.System);
        await using var runner = new JobRunner(studio.Queue, new ThisProcess(tools), new(studio.Home.Pictures, studio.Home.Runs), TimeProvider.System);
        using var end = new CancellationTokenSource();
        var running = runner.Run(end.Token);
        runner.Expect(Settings.Empty, Settings.Empty);
        var events = studio.Queue.Feed.Watch(TestContext.Current.CancellationToken);
        long id = studio.Queue.Add(DrawOrder.Of(Settings.Empty.With("prompt", "1girl, solo, @lorelei").With("seed", "1").With("steps", "2").With("count", "2"), new Random(1))).Id;
        await foreach (var happened in events)
            if (happened is JobChanged { Job: { IsOver: true } }) break;
        await end.CancelAsync();
        await running;

        Assert.Equal((JobState.Done, 2), (studio.Queue.Find(id)!.State, studio.Queue.Find(id)!.Done));
        Assert.All(studio.Queue.Pictures(id), picture => Assert.Equal(128, PictureFile.Load(picture.Path!).Width));
    }
}
