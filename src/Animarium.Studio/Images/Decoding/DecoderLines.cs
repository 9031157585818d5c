using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Animarium.Studio.Images.Decoding;

/// <summary>A request to a decoding process: one line.</summary>
/// <param name="Path">The file.</param>
/// <param name="Language">Of messages.</param>
/// <param name="Side">Of the thumbnail; null: the file is to be described.</param>
/// <param name="Name">What messages call it; null: by its path.</param>
internal sealed record DecoderRequest(string Path, string Language, int? Side = null, string? Name = null);

/// <summary>Its answer: one line with one of these.</summary>
/// <param name="Thumbnail">A WebP file.</param>
/// <param name="Described">What the file says.</param>
/// <param name="Problem">Why it cannot be read, in words.</param>
internal sealed record DecoderAnswer(byte[]? Thumbnail = null, DescribedFile? Described = null, string? Problem = null);

/// <summary>The inside of a decoding process, <c>animarium decode</c>: answers each line with a line until there are no more.</summary>
public static class DecoderLines
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(), DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true,
    };

    /// <summary>Answers all requests.</summary>
    public static void Serve(TextReader requests, TextWriter answers)
    {
        var decoder = new DecoderHere();
        while (requests.ReadLine() is { } line)
        {
            answers.WriteLine(Write(Answer(decoder, Read<DecoderRequest>(line))));
            answers.Flush();
        }
    }

    internal static string Write<T>(T line) => JsonSerializer.Serialize(line, Options);

    /// <exception cref="JsonException">It is none.</exception>
    internal static T Read<T>(string line) where T : class => JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("null");

    private static DecoderAnswer Answer(DecoderHere decoder, DecoderRequest request)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(request.Language);
        try
        {
            return request.Side is { } side ? new(Thumbnail: decoder.Thumbnail(request.Path, side)) : new(Described: decoder.Describe(request.Path, request.Name));
        }
        catch (PictureException e)
        {
            return new(Problem: e.Message);
        }
    }
}
