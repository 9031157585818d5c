using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Weights;
using Animarium.Recipe.Data;
using Animarium.Recipe.Model;
using Animarium.Recipe.Steps;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Recipe.Tests;

/// <summary>The whole way from pictures to a model that draws, in small.</summary>
public sealed class RecipeTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_step_learns_and_the_result_draws()
    {
        using var tiny = new TinyRecipe();
        var untrained = new ModelFolder(tiny.Beside("untrained"));
        tiny.Work.Model.Export(untrained);
        var vae = new List<PictureReport>();
        new VaeStep(tiny.Pictures, TinyRecipe.Options(30, 3e-3, 4) with { Every = 10 }).Run(tiny.Work, vae.Add);
        Falls(vae.Select(report => report.Loss));
        Assert.True(vae[^1].Decibels > vae[0].Decibels);

        EncodeStep.Run(tiny.Work, tiny.Pictures, float32, output.WriteLine);
        var transformer = new List<TransformerReport>();
        new TransformerStep([tiny.Pictures], TinyRecipe.Options(40, 4e-3, 8) with { Every = 10 }).Run(tiny.Work, transformer.Add);
        Falls(transformer.Select(report => report.Kept.Single()));

        var decoder = new List<PictureReport>();
        new DecoderStep(tiny.Pictures, TinyRecipe.Options(20, 1e-3, 2) with { Every = 5 }).Run(tiny.Work, decoder.Add);
        Falls(decoder.Select(report => report.Loss));

        string folder = tiny.Beside("finished");
        tiny.Work.Model.Export(new(folder));
        Between(untrained, tiny.Work.Model, new(tiny.Beside("between")));
        using var engine = Engine.Open(new ModelCatalog([folder]).Find(), new GenerationRequest { Threads = 1 });
        Assert.Empty(engine.Unexpected);
        var request = new DrawRequest { Items = [new("1girl, @discs, red hair, blue background", "", 1)], Width = 64, Height = 64, Steps = 4 };
        using var picture = engine.Pipeline.Draw(request).OfType<Animarium.Diffusion.Pipeline.DrawnPicture>().Single().Image;
        Assert.True(picture.isfinite().all().item<bool>());
        Assert.Equal([3, 64, 64], picture.shape);
    }

    [Fact]
    public void A_step_that_was_interrupted_ends_as_if_it_had_not_been()
    {
        using TinyRecipe straight = new(), broken = new();
        var options = TinyRecipe.Options(6, 3e-3, 2) with { Every = 3 };
        var (vae, transformer, decoder) = ((Func<TinyRecipe, VaeStep>)(r => new(r.Pictures, options)), (Func<TinyRecipe, TransformerStep>)(r => new([r.Pictures], options)), (Func<TinyRecipe, DecoderStep>)(r => new(r.Pictures, options)));

        vae(straight).Run(straight.Work, _ => { });
        Interrupted(() => vae(broken).Run(broken.Work, _ => throw new OperationCanceledException()));
        vae(broken).Run(broken.Work, _ => { });
        Same(straight.Work.Model.Vae, broken.Work.Model.Vae);

        foreach (var tiny in new[] { straight, broken }) EncodeStep.Run(tiny.Work, tiny.Pictures, float32, output.WriteLine);
        transformer(straight).Run(straight.Work, _ => { });
        Interrupted(() => transformer(broken).Run(broken.Work, _ => throw new OperationCanceledException()));
        transformer(broken).Run(broken.Work, _ => { });
        Same(straight.Work.Model.Diffusion, broken.Work.Model.Diffusion);
        Same(straight.Work.Model.TextEncoder, broken.Work.Model.TextEncoder);

        decoder(straight).Run(straight.Work, _ => { });
        Interrupted(() => decoder(broken).Run(broken.Work, _ => throw new OperationCanceledException()));
        var other = options with { Seed = 2 };
        Assert.Contains("seed 2", Assert.Throws<InvalidDataException>(() => new DecoderStep(broken.Pictures, other).Run(broken.Work, _ => { })).Message, StringComparison.Ordinal);
        decoder(broken).Run(broken.Work, _ => { });
        Same(straight.Work.Model.Vae, broken.Work.Model.Vae);
    }

    [Fact]
    public void Pictures_of_two_sizes_take_turns()
    {
        using var tiny = new TinyRecipe();
        var larger = tiny.Draw("larger", 96);
        foreach (var pictures in new[] { tiny.Pictures, larger }) EncodeStep.Run(tiny.Work, pictures, float32, output.WriteLine);
        var options = TinyRecipe.Options(60, 4e-3, 8) with { Every = 15, Pictures = "data and larger" };
        var reports = new List<TransformerReport>();
        new TransformerStep([tiny.Pictures, larger], options).Run(tiny.Work, reports.Add);
        for (int set = 0; set < 2; set++) Falls(reports.Select(report => report.Kept[set]));
        string curve = tiny.Work.Curve.Draw();
        Assert.Contains("round 1, 64 pixels", curve, StringComparison.Ordinal);
        Assert.Contains("round 1, 96 pixels", curve, StringComparison.Ordinal);
        Assert.Contains("data and larger", Assert.Throws<InvalidDataException>(() => new TransformerStep([larger], options with { Pictures = "larger" }).Run(tiny.Work, reports.Add)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_given_twice_goes_on_in_its_next_turn_and_is_measured_once()
    {
        using var tiny = new TinyRecipe();
        EncodeStep.Run(tiny.Work, tiny.Pictures, float32, output.WriteLine);
        var larger = tiny.Draw("larger", 96);
        EncodeStep.Run(tiny.Work, larger, float32, output.WriteLine);
        CaptionedLatents set = Open(tiny.Pictures), other = Open(larger);
        using var twice = new LatentSets([set, set]);
        Assert.False(twice.Batch(0, 8).Latents.equal(twice.Batch(1, 8).Latents).all().item<bool>());
        Assert.Single(twice.Kept);
        Assert.Equal(2, twice.Turns.Count());
        using var mixed = new LatentSets([set, other, set]);
        foreach (var (step, of, visit) in new[] { (0, set, 0), (1, other, 0), (2, set, 1), (3, set, 2), (4, other, 1), (5, set, 3) })
            Assert.True(mixed.Batch(step, 8).Latents.equal(of.Batch(visit, 8).Latents).all().item<bool>(), $"step {step}");

        CaptionedLatents Open(DrawnPictures pictures) => new(tiny.Work.Latents(pictures), pictures, PromptTokenizers.Open(tiny.Work.Model.Tokenizers), 1);
    }

    [Fact]
    public void Short_tokenizers_cut_captions_as_the_official_ones_do()
    {
        using var tiny = new TinyRecipe();
        var small = PromptTokenizers.Open(tiny.Work.Model.Tokenizers);
        var random = new Animarium.Studio.SplitMix64(1);
        foreach (string caption in tiny.Pictures.All.Select(picture => CaptionRules.Own.Vary(picture, ref random)).Concat(tiny.Pictures.All.Select(picture => picture.Caption)))
        {
            Assert.Equal(Pieces(QwenTokenizer.Official, caption), Pieces(small.Qwen, caption));
            Assert.Equal(Pieces(T5Tokenizer.Official, caption), Pieces(small.T5, caption));
        }
    }

    static void Between(ModelFolder before, ModelFolder after, ModelFolder between)
    {
        after.Export(between, (before, 0.25));
        foreach (var part in new Func<ModelFolder, string>[] { m => m.Diffusion, m => m.TextEncoder })
        {
            using var scope = NewDisposeScope();
            using SafeTensorsFile first = SafeTensorsFile.Open(part(before)), last = SafeTensorsFile.Open(part(after)), mixed = SafeTensorsFile.Open(part(between));
            string name = first.Entries.Keys.First(key => key.EndsWith("mlp.layer1.weight", StringComparison.Ordinal) || key.EndsWith("mlp.up_proj.weight", StringComparison.Ordinal));
            Tensor old = first.Read(name).to(float32), now = last.Read(name).to(float32);
            Assert.False(old.allclose(now, 1e-2, 1e-3), name);
            Assert.True(mixed.Read(name).to(float32).allclose(now.Times(0.75).Plus(old.Times(0.25)), 1e-2, 1e-3), name);
        }
    }

    static string[] Pieces(PromptTokenizer tokenizer, string text) => [.. tokenizer.Encode(text).Select(tokenizer.Piece)];

    static void Interrupted(Action run) => Assert.Throws<OperationCanceledException>(run);

    static void Same(string expected, string actual) => Assert.Equal(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(expected))), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(actual))));

    void Falls(IEnumerable<double> losses)
    {
        double[] all = [.. losses];
        output.WriteLine(string.Join(" ", all.Select(loss => $"{loss:0.0000}")));
        Assert.All(all, loss => Assert.True(double.IsFinite(loss)));
        Assert.True(all[^1] < 0.95 * all[0], $"{all[0]} to {all[^1]}");
    }
}
