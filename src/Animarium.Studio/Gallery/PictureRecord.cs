using Animarium.Diffusion.Conduct;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Animarium.Studio.Images.Decoding;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Gallery;

/// <summary>What a picture's file says: everything that a row can be made of again.</summary>
internal sealed record PictureRecord
{
    /// <summary>Full path.</summary>
    public required string Path { get; init; }

    public required string Hash { get; init; }

    public required FileStamp Stamp { get; init; }

    public required PictureHeader Header { get; init; }

    public MetadataSource Source { get; init; }

    public Settings Settings { get; init; } = Settings.Empty;

    public IReadOnlyList<string> Unmapped { get; init; } = [];

    public required DescribedOrigin Origin { get; init; }

    public GenerationRequest Request => Settings.Complete();

    public string? Sampler => Settings.Has("sampler") ? Request.Sampler : null;

    public ulong? Seed => Settings.Has("seed") ? Request.Seed : null;

    public string? Model => Request.Model is { Length: > 0 } model ? ImportedSettings.ModelName(model) : Origin.Model?.Name;

    public Rating Safety => RatingFilter.Check(Request.Prompt, Rating.Explicit).Asked;

    /// <summary>The LoRAs of the request, each once, with the hashes that the description says for them.</summary>
    public IEnumerable<PictureLora> Loras => Request.Loras.Select(lora => lora.Name).Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(name => new PictureLora(name, Origin.Loras.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Hash));

    public PictureParent? Parent => Origin.Init is not { } init ? null : new(init.Hash,
        Settings.Has("mask") || Unmapped.Any(left => left.StartsWith("mask:", StringComparison.Ordinal)) ? ParentKind.Repainted
        : (long)Header.Width * Header.Height > (long)init.Width * init.Height ? ParentKind.Upscaled : ParentKind.Refined);

    /// <summary>Reads a file: hash, size, description. Pixels are not decoded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="decoder">Looks into it.</param>
    /// <exception cref="PictureException">It cannot be read, is no picture, or is cut off.</exception>
    /// <exception cref="ConductException">Its description is one that Animarium does not take in.</exception>
    public static PictureRecord Read(string path, IDecoder decoder)
    {
        var stamp = FileStamp.Of(path);
        byte[] file = PictureFile.Bytes(path);
        var (header, metadata) = decoder.Describe(path);
        if (CutFile.Is(file)) throw new PictureException(Words.Say("picture.cut", path));
        var origin = DescribedOrigin.Of(metadata);
        var request = ImportedRequest.From(metadata, System.IO.Path.GetDirectoryName(path));
        request?.RequireConduct(origin.Template);
        return new()
        {
            Path = path,
            Hash = ContentHash.Of(file),
            Stamp = stamp,
            Header = header,
            Source = metadata.Source,
            Settings = request?.Settings ?? Settings.Empty,
            Unmapped = request?.Unmapped ?? [],
            Origin = origin,
        };
    }
}

/// <summary>What changes when a file is written: if both are the same, it need not be read again.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Modified">When it was written, in milliseconds since 1970.</param>
internal readonly record struct FileStamp(long Bytes, long Modified)
{
    /// <exception cref="PictureException">There is no such file, or it cannot be asked.</exception>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return new(file.Length, new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(Words.Say("picture.read", path, e.Message), e);
        }
    }
}
