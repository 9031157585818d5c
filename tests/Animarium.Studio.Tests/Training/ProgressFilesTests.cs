using System.Buffers.Binary;
using System.Text;
using Animarium.Studio.Training.Progress;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>The files that a run leaves for plots and programs.</summary>
public sealed class ProgressFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Metrics_of_steps_that_are_computed_again_are_taken_away()
    {
        string path = Path.Combine(folder, "metrics.jsonl");
        using (var log = MetricsLog.Open(path, 0))
            for (int step = 1; step <= 5; step++) log.Write("step", step, new() { ["loss"] = step });
        File.AppendAllText(path, """{"event":"step","st"""); // a program that was killed while it wrote
        using (var log = MetricsLog.Open(path, 3)) log.Write("step", 4, new() { ["loss"] = 40 });
        Assert.Equal([1, 2, 3, 40], MetricsLog.Read(path).Select(line => (int)line["loss"]!));
    }

    [Fact]
    public void TensorBoard_records_carry_their_lengths_and_checksums()
    {
        using (var log = new TensorBoardLog(folder, TimeProvider.System)) log.Scalar("loss/step", 7, 0.5);
        var bytes = File.ReadAllBytes(Assert.Single(Directory.EnumerateFiles(folder, "events.out.tfevents.*")));
        var records = new List<byte[]>();
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            records.Add(bytes[(at + 12)..(at + 12 + length)]);
            Assert.Equal(Masked(records[^1]), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += 12 + length + 4;
        }
        Assert.Equal(2, records.Count);
        Assert.Contains("brain.Event:2", Encoding.UTF8.GetString(records[0]), StringComparison.Ordinal);
        // Event { step: 7, summary { value { tag: "loss/step", simple_value: 0.5 } } } after the nine bytes of the time.
        byte[] expected = [0x10, 7, 0x2A, 18, 0x0A, 16, 0x0A, 9, .. "loss/step"u8, 0x15, .. BitConverter.GetBytes(0.5f)];
        Assert.Equal(expected, records[1][9..]);
    }

    [Fact]
    public void The_checksum_is_that_of_TFRecord() => Assert.Equal(0x8A9136AAu, Unmasked(Encoding.ASCII.GetBytes(new string('\0', 32)))); // RFC 3720, B.4

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = Unmasked(data);
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    // CRC-32C bit by bit.
    private static uint Unmasked(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }
}
