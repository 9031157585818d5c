using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Animarium.Diffusion.Kernels;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>
/// A file's bytes in the address space, read-only and shared with every process that maps it: they count as the system's cache, not as
/// memory of this process. The mapping ends when it is disposed and the last tensor on it is gone.
/// </summary>
internal sealed unsafe partial class FileMapping : IDisposable
{
    readonly SafeMemoryMappedViewHandle view;
    readonly byte* start;
    readonly Deleter release;
    readonly Lock counting = new();
    long tensors;
    GCHandle whileTensorsLive;

    /// <summary>Maps a file that isn't empty.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public FileMapping(SafeFileHandle file)
    {
        using var mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        view = mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
        start = (byte*)view.DangerousGetHandle();
        release = Release;
    }

    delegate void Deleter(IntPtr data);

    /// <summary>A tensor on the mapped bytes from <paramref name="offset"/> on. Writing to it ends the program: the pages are read-only.</summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor View(long offset, long[] shape, ScalarType type)
    {
        bool added = false;
        view.DangerousAddRef(ref added);
        lock (counting)
            if (tensors++ == 0) whileTensorsLive = GCHandle.Alloc(this);
        fixed (long* sizes = shape)
            return Tensor.UnsafeCreateTensor(Native.THSTensor_new((IntPtr)(start + offset), Marshal.GetFunctionPointerForDelegate(release), (IntPtr)sizes, shape.Length,
                (sbyte)type, (sbyte)type, (int)DeviceType.CPU, deviceIndex: -1, requiresGrad: 0));
    }

    /// <summary>A tensor on a copy of the bytes from <paramref name="offset"/> on, for those that begin where an element can't.</summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor CopyOf(long offset, long bytes, long[] shape, ScalarType type)
    {
        using var bytesThere = View(offset, [bytes], ScalarType.Byte);
        var copy = empty(shape, type);
        Buffer.MemoryCopy(bytesThere.Address(), copy.Address(), bytes, bytes);
        return copy;
    }

    /// <summary>A copy of the bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public byte[] Bytes(long offset, int count)
    {
        bool added = false;
        view.DangerousAddRef(ref added);
        try
        {
            return new ReadOnlySpan<byte>(start + offset, count).ToArray();
        }
        finally
        {
            view.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => view.Dispose();

    // Called by libtorch, on whichever thread lets go of a tensor.
    void Release(IntPtr data)
    {
        lock (counting)
            if (--tensors == 0) whileTensorsLive.Free();
        view.DangerousRelease();
    }

    static partial class Native
    {
        // The native library is loaded by TorchSharp, in its own way, before it is called from here; and only where a tensor is wanted: who looks at headers
        // alone, such as a server that lists its models, does without it.
        static Native() => InitializeDeviceType(DeviceType.CPU);

        [LibraryImport("LibTorchSharp")]
        public static partial IntPtr THSTensor_new(IntPtr data, IntPtr deleter, IntPtr sizes, int dimensions, sbyte type, sbyte dtype, int deviceType, int deviceIndex, byte requiresGrad);
    }
}
