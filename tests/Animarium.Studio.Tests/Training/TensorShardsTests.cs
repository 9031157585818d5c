using Animarium.Diffusion.Tensors;
using Animarium.Studio.Training.Caches;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Studio.Tests.Training;

/// <summary>What is computed once stays, what is damaged is computed again, and what is no number never gets in.</summary>
public sealed class TensorShardsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Tensors_come_back_before_and_after_they_are_written()
    {
        using var scope = NewDisposeScope();
        var value = rand(3, 4);
        using (var shards = TensorShards.Open(folder))
        {
            shards.Add("a", value);
            Assert.True(shards.Read("a").equal(value).all().item<bool>());
            shards.Flush();
            shards.Add("lost", value); // never flushed: a program that is killed here
        }
        using var again = TensorShards.Open(folder);
        Assert.True(again.Has("a") && !again.Has("lost"));
        Assert.True(again.Read("a").equal(value).all().item<bool>());
        Assert.Throws<KeyNotFoundException>(() => again.Read("lost"));
    }

    [Fact]
    public void Two_programs_share_a_folder()
    {
        using var scope = NewDisposeScope();
        using (TensorShards one = TensorShards.Open(folder), two = TensorShards.Open(folder))
        {
            one.Add("a", ones(2));
            two.Add("b", ones(2));
            one.Flush();
            two.Flush();
        }
        using var again = TensorShards.Open(folder);
        Assert.True(again.Has("a") && again.Has("b"));
    }

    [Fact]
    public void A_damaged_shard_is_forgotten()
    {
        File.WriteAllText(Path.Combine(folder, "x.safetensors"), "no such thing");
        using var shards = TensorShards.Open(folder);
        Assert.Equal(0, shards.Count);
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void Numbers_that_are_none_are_refused(float value)
    {
        using var scope = NewDisposeScope();
        using var shards = TensorShards.Open(folder);
        Assert.Throws<NotFiniteException>(() => shards.Add("a", Scalars.Full([2], value, float32)));
        Assert.False(shards.Has("a"));
    }
}
