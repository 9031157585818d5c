using System.Text.Json;
using System.Text.Json.Serialization;

namespace Animarium.Bench;

/// <summary>What was measured, as one line. Every figure that says something about the program is a ratio within one run; seconds are those of the machine.</summary>
/// <param name="Measure">Its name: <c>dit-step</c>, <c>vae-decode</c>, …</param>
public sealed record Measurement(string Measure)
{
    static readonly JsonSerializerOptions options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new Digits() },
    };

    /// <summary>Type of the computation: bf16 or fp32.</summary>
    public string? Dtype { get; init; }

    /// <summary>Side of the picture, in pixels.</summary>
    public int? Size { get; init; }

    /// <summary>Pictures at once.</summary>
    public int? Batch { get; init; }

    /// <summary>Tokens of the text.</summary>
    public long? Tokens { get; init; }

    /// <summary>Tags of the list.</summary>
    public int? Tags { get; init; }

    /// <summary>Seconds within which 95 of 100 repetitions were done.</summary>
    public double? Percentile95Seconds { get; init; }

    /// <summary>Seconds within which 99 of 100 repetitions were done.</summary>
    public double? Percentile99Seconds { get; init; }

    /// <summary>Seconds of the slowest repetition.</summary>
    public double? LongestSeconds { get; init; }

    /// <summary>Seconds to make ready what is measured.</summary>
    public double? LoadSeconds { get; init; }

    /// <summary>Browsers that looked on.</summary>
    public int? Browsers { get; init; }

    /// <summary>Programs that used the API.</summary>
    public int? Clients { get; init; }

    /// <summary>How often it was done.</summary>
    public int? Repetitions { get; init; }

    /// <summary>What went wrong.</summary>
    public int? Errors { get; init; }

    /// <summary>Pictures in the run.</summary>
    public int? Pictures { get; init; }

    /// <summary><c>cold</c> when the files had to come from the disk, <c>warm</c> when the system still had them in memory.</summary>
    public string? Cache { get; init; }

    /// <summary>Seconds, the median of the repetitions.</summary>
    public double? Seconds { get; init; }

    /// <summary>Seconds of processor time; of a server without its worker's.</summary>
    public double? ProcessorSeconds { get; init; }

    /// <summary>Of a training step: seconds to the loss, from noise to velocity.</summary>
    public double? ForwardSeconds { get; init; }

    /// <summary>Of a training step: seconds of the backward pass.</summary>
    public double? BackwardSeconds { get; init; }

    /// <summary>Of a training step: seconds of the optimizer.</summary>
    public double? OptimizerSeconds { get; init; }

    /// <summary>Of caching: seconds to decode a picture and fit it into its bucket.</summary>
    public double? DecodeSeconds { get; init; }

    /// <summary>Of caching: seconds of the VAE for a picture, beside nothing else.</summary>
    public double? EncodeSeconds { get; init; }

    /// <summary>Pictures in a second.</summary>
    public double? PicturesPerSecond { get; init; }

    /// <summary>Whether blocks are run again in the backward pass instead of being kept.</summary>
    public bool? Checkpointing { get; init; }

    /// <summary>Nominal work: 10¹² floating-point operations without any saving, e.g. with all 512 rows of the context.</summary>
    public double? Tflop { get; init; }

    /// <summary>Rate of plain matrix products of the same type, measured in turns with the repetitions: 10¹² operations a second.</summary>
    public double? MatmulRate { get; init; }

    /// <summary>Nominal work over what plain matrix products would have done in the time: <c>tflop / seconds / matmul_rate</c>.</summary>
    public double? Share { get; init; }

    /// <summary>What plain matrix products would have done in the time, 10¹² operations: <c>seconds · matmul_rate</c>.</summary>
    public double? EquivalentTflop { get; init; }

    /// <summary>Bytes of the weight files in use.</summary>
    public long? WeightBytes { get; init; }

    /// <summary>Bytes of the files that were read.</summary>
    public long? FileBytes { get; init; }

    /// <summary>The most memory of the process, mapped files included, in bytes.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>The most memory that no file backs, in bytes.</summary>
    public long? PeakAnonymousBytes { get; init; }

    /// <summary>Seconds to read the files in use once, from the same kind of cache.</summary>
    public double? ReadSeconds { get; init; }

    /// <summary>What the measure is about, over what bounds it: peak over bytes of weights, start over reading, time outside denoising over all time, a server's memory near the end of a load over that near its beginning, the 99th percentile of a completion over one search through all names.</summary>
    public double? Ratio { get; init; }

    /// <summary>One line of JSON, names in snake_case, without what the measure doesn't have.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, options);

    /// <summary>Five digits are more than any of these figures is worth.</summary>
    sealed class Digits : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(double.IsFinite(value) && value != 0 ? Math.Round(value, Math.Clamp(4 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15)) : 0);
    }
}
