using Animarium.Diffusion.Lora;
using Animarium.Studio.Texts;
using TorchSharp;

namespace Animarium.Studio.Loras;

/// <summary>The numbers a LoRA is stored in.</summary>
public enum LoraPrecision
{
    /// <summary>As the source has them.</summary>
    Keep,

    /// <summary>16 bits with the range of fp32: what programs expect.</summary>
    Bf16,

    /// <summary>16 bits, finer, up to 65504.</summary>
    Fp16,

    /// <summary>32 bits.</summary>
    Fp32,
}

/// <summary>Where a LoRA goes and how it is written.</summary>
/// <param name="Path">The file to make or replace; its folder is made.</param>
/// <param name="Naming">Kohya, Comfy or Diffusers.</param>
/// <param name="Precision">Its numbers.</param>
public sealed record LoraOutput(string Path, LoraNaming Naming = LoraNaming.Kohya, LoraPrecision Precision = LoraPrecision.Bf16)
{
    /// <summary>The tensors' type; null: the source's.</summary>
    internal torch.ScalarType? Type => Precision switch
    {
        LoraPrecision.Keep => null,
        LoraPrecision.Bf16 => torch.ScalarType.BFloat16,
        LoraPrecision.Fp16 => torch.ScalarType.Float16,
        _ => torch.ScalarType.Float32,
    };

    /// <summary>The type of results that are computed and have none of their own.</summary>
    internal torch.ScalarType ComputedType => Type ?? torch.ScalarType.BFloat16;

    internal void Write(IReadOnlyList<LoraLayerTensors> layers, IReadOnlyDictionary<string, string> metadata, CancellationToken cancel) =>
        Writing(Path, () => LoraWriter.Write(Path, layers, new() { Naming = Naming, Type = Type, Metadata = metadata }, cancel));

    /// <summary>Turns what goes wrong while a file is written into a sentence that names it.</summary>
    internal static void Writing(string path, Action write)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LoraWriteException(Words.Say("lora.write", path, e.Message), e);
        }
    }
}

/// <summary>A file could not be written: full disk, no permission. What was there before is still there.</summary>
public sealed class LoraWriteException : Exception
{
    internal LoraWriteException(string message, Exception cause) : base(message, cause)
    {
    }
}
