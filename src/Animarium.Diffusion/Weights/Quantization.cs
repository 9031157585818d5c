using System.Text.Json;
using Animarium.Diffusion.Kernels;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>
/// Weights stored in fewer bits beside their scale: value = stored · scale. The scale is one number, one for each row, or one for each block of a
/// grid, under the names that ComfyUI writes (QUANTIZATION.md there): <c>weight_scale</c>, and before 2025-11 <c>scale_weight</c>.
/// </summary>
internal static class Quantization
{
    const string Weight = ".weight", Description = ".comfy_quant", FileMark = "scaled_fp8";
    const long LongestDescription = 4096;

    static readonly string[] Scales = [".weight_scale", ".scale_weight"];

    /// <summary>What else such files hold: scales of activations, which a computation in full types doesn't need, and marks.</summary>
    static readonly string[] Unused = [".input_scale", ".scale_input", Description];

    /// <summary>Stored value · one scale for all, for each row or for each block of a grid.</summary>
    static readonly string[] Formats = ["float8_e4m3fn", "float8_e5m2", "int8_tensorwise", "int8_blockwise"];

    /// <summary>Names beside a weight that may hold its scale.</summary>
    public static IEnumerable<string> ScalesOf(string weight) => weight.EndsWith(Weight, StringComparison.Ordinal) ? Scales.Select(s => weight[..^Weight.Length] + s) : [];

    /// <summary>Names that only say how a weight is quantised.</summary>
    public static IEnumerable<string> Beside(string weight) => weight.EndsWith(Weight, StringComparison.Ordinal)
        ? Scales.Concat(Unused).Select(s => weight[..^Weight.Length] + s).Append(FileMark) : [];

    /// <summary>Refuses quantisations that would be computed wrongly.</summary>
    /// <exception cref="SafeTensorsException">Blocks of 4 bits, rotated integers, …</exception>
    public static void Check(IEnumerable<(SafeTensorsFile File, string Name)> tensors)
    {
        foreach (var (file, name) in tensors)
        {
            var entry = file.Entries[name];
            if (name.EndsWith(Description, StringComparison.Ordinal)) CheckFormat(file, entry);
            else if (name.EndsWith(Weight, StringComparison.Ordinal)) CheckWeight(file, entry);
        }
    }

    /// <summary>Multiplies by the scale.</summary>
    /// <param name="stored">(n, …)</param>
    /// <param name="scale">(), (n), (n, 1) or (n / a, m / b) for blocks of a × b</param>
    /// <param name="type">Type of the result.</param>
    public static Tensor Dequantize(Tensor stored, Tensor scale, ScalarType type)
    {
        if (Float8.Suits(stored, scale, type)) return Float8.Widen(stored, scale, type);
        if (scale.numel() == 1) return stored.to(type, copy: true).Scale(scale.to(ScalarType.Float32).item<float>());
        using var scope = NewDisposeScope();
        // One for each row may be stored with a size of 1 for every other axis of the weight.
        if (scale.numel() == scale.shape[0]) scale = scale.flatten();
        var grid = scale.to(ScalarType.Float32).reshape([.. scale.shape, .. Enumerable.Repeat(1L, (int)(stored.dim() - scale.dim()))]);
        for (int axis = 0; axis < scale.dim(); axis++)
            if (grid.shape[axis] > 1) grid = grid.repeat_interleave(stored.shape[axis] / grid.shape[axis], axis);
        return stored.to(ScalarType.Float32, copy: true).mul_(grid).to(type).MoveToOuterDisposeScope();
    }

    static void CheckFormat(SafeTensorsFile file, TensorEntry mark)
    {
        if (mark.End - mark.Begin > LongestDescription) throw Unknown(file, mark.Name, "a description that can't be read", "読み取れない形式");
        string? format;
        bool rotated;
        try
        {
            using var json = JsonDocument.Parse(file.BytesOf(mark));
            format = json.RootElement.GetProperty("format").GetString();
            rotated = json.RootElement.TryGetProperty("convrot", out var convrot) && convrot.ValueKind != JsonValueKind.False;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Unknown(file, mark.Name, "a description that can't be read", "読み取れない形式", e);
        }
        if (rotated || !Formats.Contains(format)) throw Unknown(file, mark.Name, $"the quantisation {format}{(rotated ? " with rotation" : "")}", $"量子化 {format}");
    }

    static void CheckWeight(SafeTensorsFile file, TensorEntry weight)
    {
        if (file.Entries.ContainsKey(weight.Name + "_scale_2")) throw Unknown(file, weight.Name, "a scale of two levels (NVFP4)", "二段階スケール（NVFP4）");
        var scale = ScalesOf(weight.Name).Select(name => file.Entries.GetValueOrDefault(name)).FirstOrDefault(s => s is not null);
        if (weight.DType is "U8" or "F4" || weight.DType == "I8" && scale is null)
        {
            if (weight.Shape.Length > 1) throw Unknown(file, weight.Name, $"type {weight.DType}{(scale is null ? " and no scale" : "")}", $"型 {weight.DType}");
        }
        else if (scale is null) return;
        else if (scale.DType is not ("F32" or "F16" or "BF16") || !Divides(scale.Shape, weight.Shape))
            throw Unknown(file, weight.Name, $"shape [{string.Join(", ", weight.Shape)}] and a scale of type {scale.DType} and shape [{string.Join(", ", scale.Shape)}]", $"スケール（{scale.DType}、[{string.Join(", ", scale.Shape)}]）");
    }

    static bool Divides(long[] scale, long[] weight) =>
        scale.All(s => s == 1) || scale.Length <= weight.Length && scale.Zip(weight).All(p => p.First > 0 && p.Second % p.First == 0);

    static SafeTensorsException Unknown(SafeTensorsFile file, string tensor, string english, string japanese, Exception? inner = null) => new(file.Path, SafeTensorsProblem.UnsupportedType, new(
        $"tensor '{tensor}' has {english}, which Animarium can't compute with. Get the model in bf16, fp16 or fp8.", $"テンソル '{tensor}' の{japanese}には対応していません。bf16、fp16、fp8 のモデルを使ってください。"), inner);
}
