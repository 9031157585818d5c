using System.Globalization;
using System.Text.Json;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Weights;
using Animarium.Studio.Datasets;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Training.Output;
using Xunit;

namespace Animarium.Parity.Imports;

/// <summary>The metadata and hashes of LoRA files as sd-scripts writes them.</summary>
public sealed class TrainingMetadataTests : IDisposable
{
    static readonly Dictionary<string, JsonElement> Files = JsonDocument.Parse(File.ReadAllText(Reference.At("imports", "metadata", "expected.json")))
        .RootElement.GetProperty("files").EnumerateArray().Where(f => File.Exists(Reference.At("imports", f.GetProperty("file").GetString()!)))
        .ToDictionary(f => Path.GetFileName(f.GetProperty("file").GetString()!));

    readonly string written = Path.Combine(Path.GetTempPath(), $"metadata-{Guid.NewGuid():N}.safetensors");

    public static TheoryData<string> All => [.. Files.Keys];

    public static TheoryData<string> Trained => [.. Files.Keys.Where(name => Metadata(name).ContainsKey("ss_session_id"))];

    public void Dispose() => File.Delete(written);

    [Theory, MemberData(nameof(All))]
    public void Hashes_match(string name)
    {
        var expected = Files[name].GetProperty("hashes");
        var hashes = SiteHashes.Of(PathOf(name), TestContext.Current.CancellationToken);
        Assert.Equal(
            new[] { "sha256", "data_sha256", "autov1", "autov2", "autov3", "crc32", "blake3" }.Select(kind => expected.GetProperty(kind).GetString()),
            [hashes.File.Sha256, hashes.File.Tensors, hashes.File.AutoV1, hashes.File.AutoV2, hashes.File.AutoV3, hashes.Crc32, hashes.Blake3]);
    }

    [Theory, MemberData(nameof(All))]
    public void A_file_written_again_has_the_same_tensors_and_the_hashes_of_its_trainer(string name)
    {
        using (var file = LoraFile.Open(PathOf(name)))
            LoraWriter.Write(written, LoraLayerTensors.Of(file), new() { Type = null, Metadata = file.Metadata }, TestContext.Current.CancellationToken);
        using var again = SafeTensorsFile.Open(written);
        var expected = Metadata(name);
        string tensors = Files[name].GetProperty("hashes").GetProperty("data_sha256").GetString()!;
        Assert.Equal(tensors, FileHash.Of(again, cancel: TestContext.Current.CancellationToken).Tensors);
        Assert.Equal(tensors, again.Metadata["sshs_model_hash"]);
        if (expected.TryGetValue("sshs_legacy_hash", out var legacy)) Assert.Equal(legacy, again.Metadata["sshs_legacy_hash"]);
        if (expected.ContainsKey("modelspec.title")) Assert.Equal("0x" + tensors, again.Metadata["modelspec.hash_sha256"]);
        Assert.All(expected, entry => Assert.Equal(entry.Value, again.Metadata[entry.Key]));
    }

    [Theory, MemberData(nameof(Trained))]
    public void Facts_become_the_trainers_entries(string name)
    {
        var expected = Metadata(name);
        var actual = TrainingMetadata.Of(FactsOf(expected));
        // sd-scripts calls a flow "epsilon", and names its own version.
        string[] different = ["modelspec.prediction_type", "modelspec.implementation_version"];
        Assert.All(expected.Where(e => !e.Key.StartsWith("sshs_", StringComparison.Ordinal) && !different.Contains(e.Key)), entry => Assert.Equal(entry, KeyValuePair.Create(entry.Key, actual[entry.Key])));
        Assert.Equal("flow", actual["modelspec.prediction_type"]);
    }

    [Theory, MemberData(nameof(Trained))]
    public void Every_key_of_sd_scripts_is_written_and_no_other(string name)
    {
        string list = Reference.At("imports", "metadata", "ss-keys.json");
        var keys = JsonDocument.Parse(File.ReadAllText(list)).RootElement.EnumerateArray().Select(key => key.GetString()!);
        Assert.Equal(keys.Order(StringComparer.Ordinal), TrainingMetadata.Of(FactsOf(Metadata(name))).Keys.Where(key => key.StartsWith("ss_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    static string PathOf(string name) => Reference.At("imports", "metadata", name);

    static Dictionary<string, string> Metadata(string name) => Files[name].GetProperty("metadata") is { ValueKind: JsonValueKind.Object } entries
        ? entries.EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetString()!) : [];

    static TrainingFacts FactsOf(Dictionary<string, string> m)
    {
        double Number(string key) => double.Parse(m["ss_" + key], CultureInfo.InvariantCulture);
        double? Optional(string key) => m["ss_" + key] == "None" ? null : Number(key);
        int Count(string key) => (int)Number(key);
        DateTimeOffset Time(string key) => DateTimeOffset.UnixEpoch.AddSeconds(Number(key));
        JsonElement Json(string key) => JsonDocument.Parse(m["ss_" + key]).RootElement;

        var resolution = m["ss_resolution"].Trim('(', ')').Split(", ").Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var folders = Json("dataset_dirs").EnumerateObject().ToList();
        var dataset = new DatasetFacts(
            new()
            {
                Resolution = (resolution[0], resolution[1]), BatchSize = Count("batch_size_per_device"),
                Subsets = [.. folders.Select(f => new SubsetSettings { Folder = "/home/someone/pictures/" + f.Name, Repeats = f.Value.GetProperty("n_repeats").GetInt32() })],
            },
            [.. folders.Select(f => f.Value.GetProperty("img_count").GetInt32())])
        {
            Buckets = [.. Json("bucket_info").GetProperty("buckets").EnumerateObject().Select(b => (b.Value.GetProperty("resolution")[0].GetInt32(), b.Value.GetProperty("resolution")[1].GetInt32(), b.Value.GetProperty("count").GetInt32()))],
            MeanRatioError = Json("bucket_info").GetProperty("mean_img_ar_error").GetDouble(),
            TagFrequency = Json("tag_frequency").EnumerateObject().ToDictionary(f => f.Name, f => (IReadOnlyDictionary<string, int>)f.Value.EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetInt32())),
        };
        return new()
        {
            SessionId = long.Parse(m["ss_session_id"], CultureInfo.InvariantCulture), StartedAt = Time("training_started_at"), FinishedAt = Time("training_finished_at"),
            OutputName = m["ss_output_name"], Comment = m["ss_training_comment"], Seed = Count("seed"), BaseModel = new("/home/someone/models/" + m["ss_sd_model_name"], null),
            Network = new(m["ss_network_module"], Count("network_dim"), Number("network_alpha")) { Dropout = Optional("network_dropout") },
            Optimization = new(Number("learning_rate"), m["ss_optimizer"], m["ss_lr_scheduler"])
            {
                TransformerRate = Optional("unet_lr"), TextEncoderRate = Optional("text_encoder_lr"), WarmupSteps = Count("lr_warmup_steps"), MixedPrecision = m["ss_mixed_precision"],
            },
            Loss = new()
            {
                Type = m["ss_loss_type"], WeightingScheme = m["ss_weighting_scheme"], TimestepSampling = m["ss_timestep_sampling"], SigmoidScale = Number("sigmoid_scale"),
                FlowShift = Number("discrete_flow_shift"), LogitMean = Number("logit_mean"), LogitStd = Number("logit_std"), ModeScale = Number("mode_scale"),
            },
            Progress = new(Count("steps"), Count("max_train_steps"), Count("epoch"), Count("num_epochs"), Count("num_batches_per_epoch")),
            Datasets = [dataset],
            Publication = new() { Title = m["modelspec.title"], Author = m.GetValueOrDefault("modelspec.author"), Tags = m.GetValueOrDefault("modelspec.tags") },
        };
    }
}
