using Animarium.Diffusion.Devices;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Weights;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Studio.Generation;

/// <summary>A model of the library, loaded on a device.</summary>
public sealed class Engine : IDisposable
{
    private readonly List<Checkpoint> checkpoints = [];

    private readonly IReadOnlyList<string?> files;
    private readonly (string, Precision, int, double) machine;

    private Engine(LibraryModel model, GenerationRequest request, EngineOptions options)
    {
        (files, machine, Options, Threads) = (FilesOf(model), MachineOf(request), options, DrawingThreads.Wanted(request));
        set_num_threads(Threads);
        var networks = new AnimaModel(
            Part(model.Transformer, c => c.DiffusionModel, "diffusion model"), Part(model.TextEncoder!, c => c.TextEncoder, "text encoder"), Part(model.Vae!, c => c.Vae, "VAE"));
        Pipeline = new(networks, model.Tokenizers is { } folder ? PromptTokenizers.Open(folder) : PromptTokenizers.Official, options);
        Unexpected = networks.Unexpected;
    }

    /// <summary>Where and how it computes.</summary>
    public EngineOptions Options { get; }

    /// <summary>The most threads that it computes with.</summary>
    public int Threads { get; }

    /// <summary>What draws.</summary>
    public AnimaPipeline Pipeline { get; }

    /// <summary>Tensors of the files that no network uses.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>cpu, cuda:N or mps.</summary>
    public string DeviceName => Options.Device.ToString();

    /// <summary>fp32, bf16 or fp16.</summary>
    public string PrecisionName => Options.Type switch { ScalarType.BFloat16 => "bf16", ScalarType.Float16 => "fp16", _ => "fp32" };

    /// <summary>Whether this is the engine that a plan wants.</summary>
    public bool Serves(LibraryModel wanted, GenerationRequest request) => FilesOf(wanted).SequenceEqual(files) && MachineOf(request) == machine;

    /// <summary>Opens a model's files; nothing of them is copied.</summary>
    /// <param name="model">A complete model.</param>
    /// <param name="request">Device, precision, threads and memory.</param>
    /// <exception cref="ModelException">A part is missing, or the files don't belong together.</exception>
    /// <exception cref="SettingException">There is no such device.</exception>
    public static Engine Open(LibraryModel model, GenerationRequest request)
    {
        if (!model.IsComplete) throw new ModelException(ModelProblem.Incomplete, string.Join(" ", model.Missing));
        var device = DeviceOf(request.Device);
        try
        {
            return new(model, request, new(device, TypeOf(request.Precision, device), request.MemoryLimit > 0 ? (long)(request.MemoryLimit * 1e9) : null));
        }
        catch (InvalidDataException e)
        {
            throw new ModelException(ModelProblem.Mismatch, e.Message, e);
        }
    }

    private static IReadOnlyList<string?> FilesOf(LibraryModel model) => [model.Transformer.Path, model.TextEncoder?.Path, model.Vae?.Path, model.Tokenizers];

    private static (string, Precision, int, double) MachineOf(GenerationRequest request) => (request.Device, request.Precision, request.Threads, request.MemoryLimit);

    private static Device DeviceOf(string name) => name switch
    {
        "auto" => cuda.is_available() ? CUDA : mps_is_available() ? MPS : CPU,
        "cpu" => CPU,
        "mps" when mps_is_available() => MPS,
        _ when name.StartsWith("cuda", StringComparison.Ordinal) && cuda.is_available() => device(name),
        _ => throw new SettingException("device", Words.Say("device.missing", name)),
    };

    private static ScalarType TypeOf(Precision precision, Device device) => precision switch
    {
        Precision.Fp32 => ScalarType.Float32,
        Precision.Bf16 => ScalarType.BFloat16,
        Precision.Fp16 => ScalarType.Float16,
        _ => ComputeType.Choose(device),
    };

    private WeightScope Part(ModelPart part, Func<Checkpoint, WeightScope?> choose, string what)
    {
        var checkpoint = Checkpoint.Open(part.Path);
        checkpoints.Add(checkpoint);
        return choose(checkpoint) ?? throw new InvalidDataException($"{part.Path} holds no {what}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pipeline.Dispose();
        checkpoints.ForEach(checkpoint => checkpoint.Dispose());
    }
}
