using System.Text.Json;
using System.Text.Unicode;

namespace Animarium.Diffusion.Weights;

/// <summary>Reads a header as a stranger's: every number is checked before it is used, and nothing is allocated by what it says.</summary>
internal sealed class SafeTensorsHeader
{
    const int MostDimensions = 64;

    readonly string path;
    readonly long dataStart, fileLength;
    readonly Dictionary<string, TensorEntry> entries = [];
    readonly Dictionary<string, string> metadata = [];

    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header's bytes, which stand at byte 8 of the file.</param>
    /// <param name="fileLength">Length of the whole file.</param>
    /// <exception cref="SafeTensorsException">Anything in it is wrong.</exception>
    public SafeTensorsHeader(string path, ReadOnlySpan<byte> json, long fileLength)
    {
        (this.path, this.fileLength, dataStart) = (path, fileLength, 8 + json.Length);
        if (!Utf8.IsValid(json)) throw Damaged("the header isn't UTF-8", "ヘッダーが UTF-8 ではありません");
        var reader = new Utf8JsonReader(json);
        try
        {
            ReadHeader(ref reader);
        }
        // InvalidOperationException: half of a surrogate pair in an escape, which no string can hold.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Damaged($"the header isn't valid JSON near byte {8 + reader.BytesConsumed}", $"ヘッダーの {8 + reader.BytesConsumed} バイト目付近が正しい JSON ではありません", e);
        }
        CheckLayout();
    }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries => entries;

    /// <summary>The free texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    void ReadHeader(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject, "the header", "an object");
        bool metadataSeen = false;
        while (Property(ref reader) is { } name)
        {
            if (name == "__metadata__" && !metadataSeen) (metadataSeen, _) = (true, ReadMetadata(ref reader));
            else if (name == "__metadata__" || !entries.TryAdd(name, ReadTensor(ref reader, name))) throw Twice(ref reader, name);
        }
        // Anything after the object but white space is refused by the reader itself.
        reader.Read();
    }

    bool ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "__metadata__", "an object");
        while (Property(ref reader) is { } key)
        {
            Expect(ref reader, JsonTokenType.String, $"__metadata__.{key}", "a text");
            if (!metadata.TryAdd(key, reader.GetString()!)) throw Twice(ref reader, $"__metadata__.{key}");
        }
        return true;
    }

    TensorEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartObject, Tensor(name), "an object");
        string? type = null;
        long[]? shape = null, offsets = null;
        while (Property(ref reader) is { } field)
        {
            string place = $"{field} of {Tensor(name)}";
            if (field == "dtype" && type is null)
            {
                Expect(ref reader, JsonTokenType.String, place, "a text");
                type = reader.GetString();
            }
            else if (field == "shape" && shape is null) shape = ReadNumbers(ref reader, place);
            else if (field == "data_offsets" && offsets is null) offsets = ReadNumbers(ref reader, place);
            else if (field is "dtype" or "shape" or "data_offsets") throw Twice(ref reader, place);
            else reader.Skip();
        }
        if (type is null || shape is null || offsets is not [var begin, var end])
            throw Damaged($"{Tensor(name)} lacks its dtype, its shape or its two data_offsets", $"{Tensor(name)} の dtype、shape、data_offsets のどれかがありません");
        return Checked(name, type, shape, begin, end);
    }

    TensorEntry Checked(string name, string type, long[] shape, long begin, long end)
    {
        if (StoredTypes.Bits(type) is not { } bits)
            throw new SafeTensorsException(path, SafeTensorsProblem.UnsupportedType, new(
                $"{Tensor(name)} has the unknown type {Shown(type)}. Get the model in one of {string.Join(", ", StoredTypes.Readable)}.", $"{Tensor(name)} の型 {Shown(type)} には対応していません。"));
        if (begin > end || end > long.MaxValue - dataStart)
            throw Damaged($"{Tensor(name)} goes from byte {begin} to byte {end} of the data", $"{Tensor(name)} の位置が {begin} から {end} です");
        if (ByteLength(shape, bits) is not { } needed || needed != end - begin)
            throw Damaged($"{Tensor(name)} of type {type} and shape [{string.Join(", ", shape)}] can't have {end - begin} bytes", $"{Tensor(name)}（{type}、[{string.Join(", ", shape)}]）の形とバイト数 {end - begin} が一致しません");
        return new(name, type, shape, dataStart + begin, dataStart + end);
    }

    /// <summary>Bytes of a tensor, or null where they can't be counted or end within a byte.</summary>
    static long? ByteLength(long[] shape, int bits)
    {
        // An empty tensor must have countable strides too, hence at least 1.
        Int128 span = bits;
        foreach (long size in shape)
            if ((span *= Math.Max(size, 1)) > long.MaxValue) return null;
        if (shape.Contains(0)) return 0;
        return span % 8 == 0 ? (long)(span / 8) : null;
    }

    // The format: tensors lie one after another, from the first byte after the header to the last of the file.
    void CheckLayout()
    {
        long position = dataStart;
        foreach (var entry in entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.End > fileLength)
                throw new SafeTensorsException(path, SafeTensorsProblem.Truncated, new(
                    $"the file ends at byte {fileLength}, but {Tensor(entry.Name)} needs the bytes up to {entry.End}: the download is incomplete. Download it again.",
                    $"ファイルは {fileLength} バイトで終わっていますが、{Tensor(entry.Name)} には {entry.End} バイトまで必要です。ダウンロードが不完全です。ダウンロードし直してください。"));
            if (entry.Begin < position) throw Damaged($"{Tensor(entry.Name)} at byte {entry.Begin} overlaps the one before it", $"{Tensor(entry.Name)}（{entry.Begin} バイト目）が前のテンソルと重なっています");
            if (entry.Begin > position) throw Damaged($"nothing is said about the {entry.Begin - position} bytes from {position} on, before {Tensor(entry.Name)}", $"{Tensor(entry.Name)} の前、{position} バイト目からの {entry.Begin - position} バイトに説明がありません");
            position = entry.End;
        }
        if (position < fileLength) throw Damaged($"the last tensor ends at byte {position}, the file at {fileLength}", $"最後のテンソルは {position} バイト目で終わりますが、ファイルは {fileLength} バイトあります");
    }

    long[] ReadNumbers(ref Utf8JsonReader reader, string place)
    {
        Expect(ref reader, JsonTokenType.StartArray, place, "a list");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0 || numbers.Count == MostDimensions)
                throw Unexpected(ref reader, place, $"at most {MostDimensions} whole numbers that aren't negative");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    /// <summary>The name of the next property, with the reader on its value; null at the end of the object.</summary>
    static string? Property(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject) return null;
        string name = reader.GetString()!;
        reader.Read();
        return name;
    }

    void Expect(ref Utf8JsonReader reader, JsonTokenType type, string place, string what)
    {
        if (reader.TokenType != type) throw Unexpected(ref reader, place, what);
    }

    SafeTensorsException Unexpected(ref Utf8JsonReader reader, string place, string what) =>
        Damaged($"{place} isn't {what} (byte {8 + reader.TokenStartIndex})", $"{place} の内容が正しくありません（{8 + reader.TokenStartIndex} バイト目）");

    SafeTensorsException Twice(ref Utf8JsonReader reader, string place) =>
        Damaged($"{Shown(place)} stands in the header twice (the second before byte {8 + reader.BytesConsumed})", $"{Shown(place)} がヘッダーに二重にあります（{8 + reader.BytesConsumed} バイト目の前）");

    SafeTensorsException Damaged(string english, string japanese, Exception? inner = null) => new(path, SafeTensorsProblem.NotSafeTensors,
        new($"{english}. The file is damaged or was written by a faulty program: download it again or save it anew.", $"{japanese}。ファイルが壊れているか、正しく書き込まれていません。ダウンロードし直すか、保存し直してください。"), inner);

    static string Tensor(string name) => $"tensor '{Shown(name)}'";

    // A hostile name may have megabytes.
    static string Shown(string text) => text.Length > 200 ? text[..200] + "…" : text;
}
