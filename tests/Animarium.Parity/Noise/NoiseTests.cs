using System.Globalization;
using System.Text.Json;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Noise;

/// <summary>Every noise generator against the recorded numbers of the program that it stands for.</summary>
public sealed class NoiseTests
{
    const double TorchTolerance = 4e-7, NvTolerance = 1e-6, BrownianTolerance = 1e-6;

    static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Reference.At("guidance", "noise.json"))).RootElement;

    static TheoryData<int, string> Named(string list) => [.. Golden.GetProperty(list).EnumerateArray().Select((e, i) => (i, e.GetProperty("tensor").GetString()!))];

    public static TheoryData<int, string> Torch => Named("torch_cpu");

    public static TheoryData<int, string> Brownian => Named("brownian");

    /// <summary>Draws of one generator one after the other, by seed.</summary>
    public static TheoryData<string, string> Streams =>
        [.. new[] { "streams", "philox" }.SelectMany(list => Golden.GetProperty(list).EnumerateArray().Select(e => (list, e.GetProperty("seed").ToString())).Distinct())];

    public static TheoryData<double> Strengths => [.. Golden.GetProperty("subseed").GetProperty("strengths").EnumerateArray().Select(s => s.GetDouble())];

    [Theory, MemberData(nameof(Torch))]
    public void Draws_as_PyTorch(int index, string name)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("torch_cpu")[index];
        Same(new TorchGenerator(Seed(e)).Normal(Shape(e)), name, TorchTolerance);
    }

    [Theory, MemberData(nameof(Streams))]
    public void Goes_on_where_the_last_draw_ended(string list, string seed)
    {
        using var scope = NewDisposeScope();
        var draws = Golden.GetProperty(list).EnumerateArray().Where(e => e.GetProperty("seed").ToString() == seed).OrderBy(e => e.GetProperty("draw").GetInt32());
        var (source, tolerance) = list == "philox" ? (NoiseSource.Nv, NvTolerance) : (NoiseSource.Cpu, TorchTolerance);
        var generator = source.Generator(ulong.Parse(seed, CultureInfo.InvariantCulture));
        foreach (var e in draws) Same(generator.Normal(Shape(e)), e.GetProperty("tensor").GetString()!, tolerance);
    }

    [Theory, MemberData(nameof(Brownian))]
    public void Follows_the_Brownian_motion(int index, string name)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("brownian")[index];
        var shape = Read(name).shape[1..];
        var tree = new BrownianTree(Seed(e), shape, e.GetProperty("sigma_min").GetDouble(), e.GetProperty("sigma_max").GetDouble());
        Same(stack(e.GetProperty("pairs").EnumerateArray().Select(p => tree.Increment(p[0].GetDouble(), p[1].GetDouble()))), name, BrownianTolerance);
    }

    [Theory, MemberData(nameof(Brownian))]
    public void Finds_the_same_motion_in_any_order(int index, string name)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("brownian")[index];
        var shape = Read(name).shape[1..];
        var tree = new BrownianTree(Seed(e), shape, e.GetProperty("sigma_min").GetDouble(), e.GetProperty("sigma_max").GetDouble());
        var backwards = e.GetProperty("pairs").EnumerateArray().Reverse().Select(p => tree.Increment(p[0].GetDouble(), p[1].GetDouble())).ToArray();
        Same(stack(backwards.Reverse()), name, BrownianTolerance);
    }

    [Fact]
    public void Draws_a_batch_as_ComfyUI_from_one_generator()
    {
        using var scope = NewDisposeScope();
        var golden = Read(Batch("comfy"));
        Same(new TorchGenerator(Seed(Golden.GetProperty("batch"))).Normal(golden.shape), Batch("comfy"), TorchTolerance);
    }

    [Fact]
    public void Draws_a_batch_as_Forge_from_a_generator_a_picture()
    {
        using var scope = NewDisposeScope();
        var golden = Read(Batch("forge_cpu"));
        ulong seed = Seed(Golden.GetProperty("batch"));
        var noise = new BatchNoise([.. Enumerable.Range(0, (int)golden.shape[0]).Select(i => seed + (ulong)i)], golden.shape[1..], NoiseSource.Cpu);
        Same(noise.Initial(), Batch("forge_cpu"), TorchTolerance);
    }

    [Theory, MemberData(nameof(Strengths))]
    public void Moves_towards_a_variation_seed(double strength)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("subseed");
        string name = $"subseed/{strength.ToString("0.0##", CultureInfo.InvariantCulture)}";
        ulong seed = Seed(e), other = Seed(e, "subseed");
        var source = Enum.Parse<NoiseSource>(e.GetProperty("source").GetString()!, ignoreCase: true);
        long[] shape = Read(name).shape;
        Same(source.Generator(seed).Normal(shape), "subseed/low", NvTolerance);
        Same(source.Generator(other).Normal(shape), "subseed/high", NvTolerance);
        Same(new BatchNoise([seed], shape, source).Initial(new([other], strength))[0], name, NvTolerance);
    }

    static string Batch(string program) => Golden.GetProperty("batch").GetProperty(program).GetString()!;

    static ulong Seed(JsonElement e, string name = "seed") => ulong.Parse(e.GetProperty(name).ToString(), CultureInfo.InvariantCulture);

    static long[] Shape(JsonElement e) => [.. e.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];

    static Tensor Read(string name)
    {
        using var file = SafeTensorsFile.Open(Reference.At("guidance", "noise.safetensors"));
        return file.Read(name).clone();
    }

    static void Same(Tensor actual, string name, double tolerance) => Distance.Within(actual, Read(name), maxAbs: tolerance, what: name);
}
