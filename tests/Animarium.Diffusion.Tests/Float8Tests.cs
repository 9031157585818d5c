using Animarium.Diffusion.Kernels;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests;

public class Float8Tests
{
    public static TheoryData<string, ScalarType, int> Cases
    {
        get
        {
            var data = new TheoryData<string, ScalarType, int>();
            foreach (var type in new[] { "F8_E4M3", "F8_E5M2" })
                foreach (var to in new[] { ScalarType.Float32, ScalarType.BFloat16 })
                    foreach (int scales in new[] { 0, 1, 300 }) data.Add(type, to, scales);
            return data;
        }
    }

    /// <summary>Every bit pattern, in more rows than one thread takes.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Widens_every_value_as_libtorch_does(string from, ScalarType to, int scales)
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated, "the processor has no 512-bit vectors");
        const int Rows = 300;
        var stored = empty([Rows, 256], StoredTypes.TypeOf(from)!.Value);
        stored.bytes = Enumerable.Range(0, Rows * 256).Select(i => (byte)i).ToArray();
        var scale = scales == 0 ? null : rand(scales, 1).Plus(0.1f);
        Assert.True(Float8.Suits(stored, scale, to));

        var widened = Float8.Widen(stored, scale, to);

        Assert.Equal(to, widened.dtype);
        var expected = (stored.to(float32) * (scale ?? ones(1))).to(to);
        // NaN where it is NaN, else the same to the bit.
        Assert.True((widened.eq(expected) | (widened.isnan() & expected.isnan())).all().item<bool>());
    }

    [Fact]
    public void Leaves_what_it_cannot_take_to_libtorch()
    {
        var weight = new Weight("a.weight", rand(3, 5).to(StoredTypes.Float8E4M3), tensor(2f));
        Assert.False(Float8.Suits(weight.Stored, weight.Scale, ScalarType.Float32));
        Assert.True(weight.As(ScalarType.Float32, CPU).eq(weight.Stored.to(float32).Times(2)).all().item<bool>());
    }
}
