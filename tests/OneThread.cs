using System.Runtime.CompilerServices;

namespace Animarium.Tests;

/// <summary>Test classes run side by side, as many as there are cores: libtorch's own threads on top of that would only wait for each other.</summary>
static class OneThread
{
    [ModuleInitializer]
    internal static void Set() => TorchSharp.torch.set_num_threads(1);
}
