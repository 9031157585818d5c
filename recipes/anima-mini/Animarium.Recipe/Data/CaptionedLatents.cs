using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Weights;
using Animarium.Studio;
using static TorchSharp.torch;

namespace Animarium.Recipe.Data;

/// <summary>The latents of all pictures with captions that are new each time. Every fiftieth picture is kept from training, to measure with.</summary>
internal sealed class CaptionedLatents : IDisposable
{
    /// <summary>The one tensor of the file: (n, 16, h, w), fp16, normalised units.</summary>
    public const string Name = "latents";

    const int HeldOut = 50, MostMeasured = 256;

    readonly DrawnPictures pictures;
    readonly PromptTokenizers tokenizers;
    readonly Tensor latents;
    readonly int[] trained;
    readonly Deck deck;
    readonly ulong seed;

    /// <param name="file">Written by the step <c>encode</c>.</param>
    /// <param name="pictures">Those that were encoded.</param>
    /// <param name="tokenizers">Those of the model.</param>
    /// <param name="seed">Of order and captions.</param>
    public CaptionedLatents(string file, DrawnPictures pictures, PromptTokenizers tokenizers, ulong seed)
    {
        (this.pictures, this.tokenizers, this.seed) = (pictures, tokenizers, seed);
        using var opened = SafeTensorsFile.Open(file);
        latents = opened.Read(Name).DetachFromDisposeScope();
        if (latents.shape[0] != pictures.All.Count)
            throw new InvalidDataException($"{file} holds {latents.shape[0]} latents, but there are {pictures.All.Count} pictures: run the step encode again.");
        trained = [.. Enumerable.Range(0, pictures.All.Count).Where(n => n % HeldOut != 0)];
        Kept = DrawnPictures.Spread([.. Enumerable.Range(0, pictures.All.Count).Where(n => n % HeldOut == 0)], MostMeasured);
        deck = new(trained.Length, seed);
    }

    /// <summary>Pictures that are not trained on, of all styles.</summary>
    public IReadOnlyList<int> Kept { get; }

    /// <summary>The pictures of a step.</summary>
    public int[] Numbers(long step, int batch) => [.. Enumerable.Range(0, batch).Select(i => trained[deck.At(step * batch + i)])];

    /// <summary>Latents of pictures, (b, 16, h, w), fp32.</summary>
    public Tensor Latents(IReadOnlyList<int> numbers) => latents.index_select(0, tensor(numbers.Select(n => (long)n).ToArray())).to(float32);

    /// <summary>A batch of training with varied captions.</summary>
    public LatentBatch Batch(long step, int size)
    {
        var numbers = Numbers(step, size);
        return Captioned(numbers, [.. numbers.Select((number, i) =>
        {
            var random = new SplitMix64(SplitMix64.StateOf(seed, (ulong)step, (ulong)i));
            return CaptionRules.Own.Vary(pictures.All[number], ref random);
        })]);
    }

    /// <summary>The pictures kept, with complete captions.</summary>
    public LatentBatch KeptBatch() => Captioned(Kept, [.. Kept.Select(number => pictures.All[number].Caption)]);

    LatentBatch Captioned(IReadOnlyList<int> numbers, IReadOnlyList<string> captions) =>
        new(Latents(numbers), TextInputs.OfIds([.. captions.Select(caption => (tokenizers.Qwen.Encode(caption), tokenizers.T5.Encode(caption)))], tokenizers.Qwen.PadId));

    public void Dispose() => latents.Dispose();
}
