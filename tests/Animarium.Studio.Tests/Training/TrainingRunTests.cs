using Animarium.Diffusion.Tensors;
using Animarium.Studio.Datasets;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Tests.Tagging;
using Animarium.Studio.Training.Run;
using Animarium.Diffusion.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Studio.Tests.Training;

/// <summary>From a folder to a plan and through a run, with what may go wrong on the way.</summary>
public sealed class TrainingRunTests : IDisposable
{
    private static readonly string Samples = Path.Combine(ShippedModel.Folder, "..", "..", "samples", "lora-style");

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;
    private readonly ModelCatalog library = new([Path.GetDirectoryName(ShippedModel.Folder)!]);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_models_own_advice_goes_over_the_preset_and_under_the_person()
    {
        var plan = Plan(Samples, "adapter.rank=3");
        Assert.Equal(2e-3, plan.Settings.Optimizer.LearningRate);
        Assert.Equal(3, plan.Settings.Adapter.Rank);
        Assert.Equal("lora-style", plan.Settings.Output.Name);
        Assert.Equal((128, 128), plan.Settings.Dataset.Resolution);
        Assert.Equal(3000, plan.ImagesSeen);
        Assert.Equal(200, plan.Length.Steps);
    }

    [Fact]
    public void Captions_of_a_run_are_variants_and_dropped_anew_each_time()
    {
        var plan = Plan(Samples, "dataset.shuffle=true", "dataset.keep_tokens=1", "dataset.caption_dropout=0.3", "seed=4", "steps.batch_size=1");
        var draws = Enumerable.Range(0, 40).SelectMany(epoch => plan.Dataset.Epoch(4, epoch).Batches).SelectMany(batch => batch.Draws).GroupBy(draw => draw.Picture.Path).First().ToList();
        var captions = draws.Select(draw => draw.Caption(variants: 4, step: 0, totalSteps: 100)).ToList();
        Assert.Equal(captions, draws.Select(draw => draw.Caption(variants: 4, step: 0, totalSteps: 100)));
        Assert.InRange(captions.Distinct().Count(), 3, 5); // four variants and the empty caption
        Assert.InRange(captions.Count(caption => caption.Length == 0), 4, 22); // of 40, at 0.3
        Assert.All(captions.Where(caption => caption.Length > 0), caption => Assert.StartsWith("1girl", caption.Replace("1boy", "1girl", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public void A_trigger_goes_before_captions_that_lack_it()
    {
        Copy("000001", "000002");
        File.WriteAllText(Path.Combine(folder, "000002.txt"), "smile, Miku");
        var plan = Plan(folder, "dataset.trigger=miku");
        Assert.StartsWith("miku, 1", plan.Dataset.Pictures[0].Found.Caption, StringComparison.Ordinal);
        Assert.Equal("smile, Miku", plan.Dataset.Pictures[1].Found.Caption);
    }

    [Fact]
    public void A_broken_picture_among_good_ones_is_named_and_left_out_on_request_alone()
    {
        Copy("000001");
        File.WriteAllBytes(Path.Combine(folder, "broken.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 1, 2, 3]);
        var e = Assert.Throws<DatasetException>(() => Plan(folder));
        Assert.Contains("broken.png", e.Message, StringComparison.Ordinal);
        var plan = Plan(folder, "dataset.skip_bad_pictures=true");
        Assert.Single(plan.Dataset.Pictures);
        Assert.Contains(plan.Notices, notice => notice.Message.Contains("broken.png", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_computed_once_is_there_for_the_next_run_and_a_changed_picture_is_computed_anew()
    {
        Copy("000001", "000002");
        string cache = Path.Combine(folder, ".cache");
        Assert.Equal(["latents", "latents", "texts", "texts"], Cached(cache));
        Assert.Empty(Cached(cache));
        File.Copy(Path.Combine(Samples, "000003.png"), Path.Combine(folder, "000002.png"), overwrite: true);
        Assert.Equal(["latents"], Cached(cache));
    }

    [Fact]
    public void A_model_with_numbers_that_are_none_changes_nothing_and_ends_the_run_with_advice()
    {
        Copy("000001");
        string model = Path.Combine(folder, "model"), broken = Path.Combine(model, "diffusion_models", "broken.safetensors");
        foreach (var file in Directory.EnumerateFiles(ShippedModel.Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) != ".png"))
        {
            string copy = Path.Combine(model, Path.GetRelativePath(ShippedModel.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (!file.Contains("diffusion_models", StringComparison.Ordinal)) File.Copy(file, copy);
        }
        using (var scope = NewDisposeScope())
        using (var file = SafeTensorsFile.Open(library.Models[0].Transformer.Path))
        {
            var tensors = file.Entries.Keys.ToDictionary(name => name, name => file.Read(name));
            string first = tensors.Keys.First(name => name.EndsWith("mlp.layer1.weight", StringComparison.Ordinal));
            tensors[first] = Scalars.Full(tensors[first].shape, double.NaN, tensors[first].dtype);
            SafeTensorsWriter.Write(broken, tensors);
        }
        var plan = Plan(folder, $"model.transformer={broken}", "steps.max_steps=9", "validation.every_steps=0", "sampling.every_steps=9", "sampling.at_first=false");
        var events = new List<TrainingEvent>();
        var e = Assert.Throws<Diffusion.Training.TrainingDivergedException>(() =>
        {
            foreach (var happened in Run(plan, null)) events.Add(happened);
        });
        Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
        Assert.Equal([true, true, true], events.OfType<TrainingStep>().Select(step => step.Skipped));
        Assert.Equal(3, events.OfType<TrainingNotice>().Count(notice => notice.Notice.Code == "train.skipped"));
    }

    [Fact]
    public void A_folder_that_changes_is_told_of_and_a_run_goes_on_with_what_it_read()
    {
        Copy("000001", "000002", "000003");
        var plan = Plan(folder, "steps.max_steps=4", "steps.batch_size=3", "validation.every_steps=0", "sampling.every_steps=9", "sampling.at_first=false", "dataset.caption_dropout=0", "dataset.flip=false");
        var told = new List<string>();
        foreach (var happened in Run(plan, null))
        {
            if (happened is TrainingStep { Step: 1 })
            {
                Copy("000004", "000005");
                File.Delete(Path.Combine(folder, "000001.png"));
                File.WriteAllText(Path.Combine(folder, "000002.txt"), "another caption");
            }
            if (happened is TrainingStep { Step: 2 }) Copy("000006");
            if (happened is TrainingNotice { Notice: { Code: "train.new-pictures" or "train.files-changed" } notice }) told.Add(notice.Message);
        }
        var once = Notice.Of("train.files-changed", 1, 1);
        Assert.Equal([Notice.Of("train.new-pictures", 2).Message, once.Message, Notice.Of("train.new-pictures", 3).Message, once.Message], told);
        Assert.True(File.Exists(plan.Folder.Result));
    }

    [Fact]
    public void A_picture_that_is_read_anew_and_is_gone_ends_the_run_with_its_name()
    {
        Copy("000001", "000002");
        var plan = Plan(folder, "steps.max_steps=9", "steps.batch_size=2", "validation.every_steps=0", "sampling.every_steps=9", "sampling.at_first=false", "dataset.random_crop=true");
        var e = Assert.Throws<DatasetException>(() =>
        {
            foreach (var happened in Run(plan, null))
                if (happened is TrainingStep { Step: 2 }) File.Delete(Path.Combine(folder, "000002.png"));
        });
        Assert.Contains("000002.png", e.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(plan.Folder.State));
    }

    [Fact]
    public void Early_stop_counts_on_when_a_run_is_resumed()
    {
        // A rate of next to nothing: no measurement is better than the first.
        Copy("000001");
        string[] settings = ["steps.max_steps=20", "optimizer.learning_rate=1e-30", "steps.early_stop=3", "validation.every_steps=1", "validation.pictures=1", "sampling.every_steps=99", "sampling.at_first=false", "seed=2"];
        var straight = Run(Plan(folder, settings), null).OfType<TrainingStep>().Last();
        Assert.Equal(4, straight.Step);

        using var stop = new CancellationTokenSource();
        var steps = new List<TrainingStep>();
        var interrupted = Plan(folder, settings);
        Assert.Throws<OperationCanceledException>(() => Collect(new TrainingRun(interrupted, library, new(null), null, TimeProvider.System).Run(resume: false, stop.Token), steps, () => stop.Cancel()));
        Collect(new TrainingRun(TrainingStart.Resume(interrupted.Folder.Path, [], library, _ => { }, TestContext.Current.CancellationToken), library, new(null), null, TimeProvider.System).Run(resume: true, TestContext.Current.CancellationToken), steps, () => { });
        Assert.Equal([1L, 2, 3, 4], steps.Select(step => step.Step));
        Assert.Equal(straight.SmoothLoss, steps[^1].SmoothLoss);

        static void Collect(IEnumerable<TrainingEvent> events, List<TrainingStep> steps, Action afterTwo)
        {
            foreach (var step in events.OfType<TrainingStep>())
            {
                steps.Add(step);
                if (step.Step == 2) afterTwo();
            }
        }
    }

    [Theory]
    [InlineData("", 1e-5)]
    [InlineData("learning_rate = 3e-6", 3e-6)]
    public void The_model_itself_gets_a_rate_of_its_own_where_a_file_says_none(string line, double rate)
    {
        Copy("000001");
        string file = Path.Combine(folder, "full.toml");
        File.WriteAllText(file, $"[dataset]\ntrain_folder = '{folder}'\n[adapter]\ntype = \"none\"\n[steps]\nmax_steps = 2\n[optimizer]\n{line}\n");
        var told = new List<string>();
        var plan = TrainingStart.Of(file, new(null, null, [$"output.directory={Path.Combine(folder, "run")}"]), library, notice => told.Add(notice.Code), TestContext.Current.CancellationToken);
        Assert.Equal(rate, plan.Settings.Optimizer.LearningRate);
        Assert.Equal(line.Length == 0, told.Contains("train.full-rate"));
    }

    [Theory]
    [InlineData("a cat --w 256 --h 128 --d 7 --s 12 --l 4.5 --n bad --fs 3", "a cat", 256, 128, 7, 12)]
    [InlineData("just words", "just words", null, null, null, null)]
    public void Sample_prompts_are_those_of_kohya(string line, string prompt, int? width, int? height, int? seed, int? steps)
    {
        var request = SamplePrompt.Read(line).Complete();
        Assert.Equal(prompt, request.Prompt);
        if (width is not null) Assert.Equal((width, height, (ulong?)seed, steps), (request.Width, request.Height, request.Seed, request.Steps));
    }

    [Fact]
    public void An_unknown_option_of_a_sample_prompt_is_named() =>
        Assert.Contains("--zz", Assert.Throws<SettingException>(() => SamplePrompt.Read("a cat --zz 3")).Message, StringComparison.Ordinal);

    private TrainingPlan Plan(string pictures, params string[] settings) => TrainingStart.Of(
        pictures, new("style", null, [$"output.directory={Path.Combine(folder, "run")}", .. settings]), library, _ => { }, TestContext.Current.CancellationToken);

    private IEnumerable<TrainingEvent> Run(TrainingPlan plan, string? cache) =>
        new TrainingRun(plan, library, new(null), cache, TimeProvider.System).Run(resume: false, TestContext.Current.CancellationToken);

    private IEnumerable<string> Cached(string cache) => [.. Run(Plan(folder, "steps.max_steps=1", "validation.every_steps=0", "sampling.every_steps=9", "sampling.at_first=false", "dataset.shuffle=false", "dataset.flip=false"), cache)
        .OfType<CachingStep>().Select(step => step.Kind)];

    private void Copy(params string[] names)
    {
        foreach (string name in names)
            foreach (string extension in new[] { ".png", ".txt" }) File.Copy(Path.Combine(Samples, name + extension), Path.Combine(folder, name + extension));
    }
}
