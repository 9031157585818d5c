using System.Text.Json;
using Animarium.Studio.Datasets;
using Xunit;

namespace Animarium.Parity.Datasets;

/// <summary>buckets.jsonl: the predefined sizes, and where each picture goes.</summary>
public sealed class BucketTests
{
    public static TheoryData<int, string> Settings => Cases.Of("buckets.jsonl", line =>
        string.Join(' ', line.EnumerateObject().Where(value => value.Name is not ("rows" or "columns" or "buckets")).Select(value => value.Value.GetRawText())));

    [Theory, MemberData(nameof(Settings))]
    public void Sizes_are_those_of_the_reference(int index, string name)
    {
        Assert.NotNull(name);
        var line = Cases.At("buckets.jsonl", index);
        if (!line.TryGetProperty("buckets", out var sizes) || sizes.ValueKind == JsonValueKind.Null) return; // each picture makes its own
        Assert.Equal(sizes.EnumerateArray().Select(size => new PixelSize(size[0].GetInt32(), size[1].GetInt32())), new Buckets(Cases.Settings(line)).Sizes);
    }

    [Theory, MemberData(nameof(Settings))]
    public void Pictures_go_where_the_reference_puts_them(int index, string name)
    {
        Assert.NotNull(name);
        var line = Cases.At("buckets.jsonl", index);
        var buckets = new Buckets(Cases.Settings(line));
        Assert.All(line.GetProperty("rows").EnumerateArray().Select(row => row.EnumerateArray().ToArray()), row =>
        {
            int At(int column) => row[column].GetInt32();
            // Where the reference makes a bucket of size 0 and fails later, there is none.
            Placement? expected = row[6].ValueKind == JsonValueKind.Null ? null : new(new(At(2), At(3)), new(At(4), At(5)), At(6), At(7));
            Assert.Equal(expected, buckets.Place(new(At(0), At(1))));
        });
    }
}
