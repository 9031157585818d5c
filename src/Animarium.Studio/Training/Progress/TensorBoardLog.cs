using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Animarium.Studio.Training.Progress;

/// <summary>
/// Writes scalars and pictures that TensorBoard shows: an <c>events.out.tfevents</c> file of length-prefixed, checksummed records (TFRecord), each an Event
/// message of protocol buffers (tensorflow/core/util/event.proto, framework/summary.proto), of which five fields are needed.
/// </summary>
public sealed class TensorBoardLog : IDisposable
{
    private readonly FileStream stream;
    private readonly TimeProvider time;

    /// <summary>Begins a file; TensorBoard joins all files of a folder, later ones win where steps repeat.</summary>
    /// <param name="folder">Made if it does not exist.</param>
    /// <param name="time">Dates of the events.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public TensorBoardLog(string folder, TimeProvider time)
    {
        this.time = time;
        Directory.CreateDirectory(folder);
        string name = $"events.out.tfevents.{time.GetUtcNow().ToUnixTimeSeconds()}.{Guid.NewGuid():N}";
        stream = new(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Write(message => message.Text(3, "brain.Event:2"), step: 0);
    }

    /// <summary>A number of a step.</summary>
    public void Scalar(string tag, long step, double value) => Write(message => message.Message(5, summary => summary.Message(1, v =>
    {
        v.Text(1, tag);
        v.Single(2, (float)value);
    })), step);

    /// <summary>A picture of a step.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="step">The step.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="png">The file's bytes.</param>
    public void Picture(string tag, long step, int width, int height, byte[] png) => Write(message => message.Message(5, summary => summary.Message(1, v =>
    {
        v.Text(1, tag);
        v.Message(4, image =>
        {
            image.Integer(1, height);
            image.Integer(2, width);
            image.Integer(3, 3);
            image.Bytes(4, png);
        });
    })), step);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void Write(Action<Fields> fill, long step)
    {
        var fields = new Fields();
        fields.Double(1, time.GetUtcNow().ToUnixTimeMilliseconds() / 1e3);
        fields.Integer(2, step);
        fill(fields);
        var data = fields.ToArray();

        // length, its checksum, data, their checksum
        var record = new byte[12 + data.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Masked(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), Masked(data));
        stream.Write(record);
        stream.Flush();
    }

    // TFRecord rotates and offsets its CRC-32C, since the checksum of data that contain checksums is weak.
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte b in data) crc = BitOperations.Crc32C(crc, b);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8;
    }

    /// <summary>The fields of a protocol buffers message, in the wire format.</summary>
    private sealed class Fields
    {
        private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;

        private readonly ArrayBufferWriter<byte> bytes = new();

        public void Integer(int field, long value)
        {
            Key(field, Varint);
            Number((ulong)value);
        }

        public void Double(int field, double value)
        {
            Key(field, Fixed64);
            Span<byte> raw = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(raw, value);
            bytes.Write(raw);
        }

        public void Single(int field, float value)
        {
            Key(field, Fixed32);
            Span<byte> raw = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(raw, value);
            bytes.Write(raw);
        }

        public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public void Bytes(int field, byte[] value)
        {
            Key(field, LengthDelimited);
            Number((ulong)value.Length);
            bytes.Write(value);
        }

        public void Message(int field, Action<Fields> fill)
        {
            var inner = new Fields();
            fill(inner);
            Bytes(field, inner.ToArray());
        }

        public byte[] ToArray() => bytes.WrittenSpan.ToArray();

        private void Key(int field, int wire) => Number((ulong)(field << 3 | wire));

        private void Number(ulong value)
        {
            for (; value >= 0x80; value >>= 7) bytes.Write([(byte)(value | 0x80)]);
            bytes.Write([(byte)value]);
        }
    }
}
