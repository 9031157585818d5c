using System.Text.Json;
using Animarium.Studio.Datasets;
using Xunit;

namespace Animarium.Parity.Datasets;

/// <summary>captions.jsonl: captions under the stored chance.</summary>
public sealed class CaptionTests
{
    public static TheoryData<int, string> Captions => Cases.Of("captions.jsonl", line => line.GetProperty("name").GetString()!);

    [Theory, MemberData(nameof(Captions))]
    public void Caption_is_that_of_the_reference(int index, string name)
    {
        Assert.NotNull(name);
        var line = Cases.At("captions.jsonl", index);
        var settings = line.GetProperty("settings");
        var chance = new StoredChance(line);
        string caption = CaptionProcessing.Process(line.GetProperty("caption").GetString()!, new()
        {
            Shuffle = settings.GetProperty("shuffle_caption").GetBoolean(),
            KeepTokens = settings.GetProperty("keep_tokens").GetInt32(),
            KeepTokensSeparator = settings.GetProperty("keep_tokens_separator").GetString(),
            SecondarySeparator = settings.GetProperty("secondary_separator").GetString(),
            Separator = settings.GetProperty("caption_separator").GetString()!,
            Prefix = settings.GetProperty("caption_prefix").GetString(),
            Suffix = settings.GetProperty("caption_suffix").GetString(),
            Dropout = settings.GetProperty("caption_dropout_rate").GetDouble(),
            DropoutEveryEpochs = settings.GetProperty("caption_dropout_every_n_epochs").GetInt32(),
            TagDropout = settings.GetProperty("caption_tag_dropout_rate").GetDouble(),
            Wildcard = settings.GetProperty("enable_wildcard").GetBoolean(),
            TokenWarmupMin = settings.GetProperty("token_warmup_min").GetInt32(),
            TokenWarmupStep = settings.GetProperty("token_warmup_step").GetDouble(),
        }, line.GetProperty("epoch").GetInt32(), line.GetProperty("step").GetInt64(), line.GetProperty("max_train_steps").GetInt64(), chance);
        Assert.Equal(line.GetProperty("expected").GetString(), caption);
        Assert.Equal(line.GetProperty("random_used").GetInt32(), chance.Drawn);
    }

    private sealed class StoredChance(JsonElement line) : CaptionChance
    {
        private int chosen;

        public int Drawn { get; private set; }

        public override double Draw() => line.GetProperty("random")[Drawn++].GetDouble();

        public override int Choose(int count) => line.GetProperty("choices")[chosen++].GetInt32() % count;

        // The reference lists no permutation where there is nothing to shuffle.
        public override IReadOnlyList<int> Permute(int count) =>
            line.GetProperty("permutation") is { ValueKind: JsonValueKind.Array } order ? [.. order.EnumerateArray().Select(old => old.GetInt32())] : [.. Enumerable.Range(0, count)];
    }
}
