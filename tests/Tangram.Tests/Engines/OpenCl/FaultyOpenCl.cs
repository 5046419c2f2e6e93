using System.Runtime.InteropServices;

namespace Tangram.Tests;

/// <summary>
/// The system's OpenCL, of which some functions fail when a test says so: a device that is lost, that has no memory left, whose driver can't build.
/// </summary>
internal sealed unsafe class FaultyOpenCl
{
    private readonly Func<string, nint> _system;
    private readonly Dictionary<string, Delegate> _replaced = new(StringComparer.Ordinal);
    private int _kernels = int.MaxValue, _buffers = int.MaxValue;

    /// <param name="system">Where the system's loader has a function.</param>
    public FaultyOpenCl(Func<string, nint> system)
    {
        _system = system;
        Replace("clEnqueueNDRangeKernel", new EnqueueKernel(RunKernel));
        Replace("clCreateBuffer", new CreateBuffer(MakeBuffer));
        Replace("clBuildProgram", new BuildProgram(Build));
    }

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int EnqueueKernel(nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waits, nint* events, nint* done);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate nint CreateBuffer(nint context, ulong flags, nuint bytes, void* host, int* error);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int BuildProgram(nint program, uint count, nint* devices, byte* options, void* notify, void* data);

    /// <summary>Kernels that still run; from then on <see cref="KernelError"/>.</summary>
    public int KernelsLeft { get => _kernels; set => _kernels = value; }

    /// <summary>What a lost device says.</summary>
    public int KernelError { get; set; } = (int)OpenClError.OutOfResources;

    /// <summary>Buffers that can still be made; from then on <see cref="BufferError"/>.</summary>
    public int BuffersLeft { get => _buffers; set => _buffers = value; }

    public int BufferError { get; set; } = (int)OpenClError.MemoryAllocationFailure;

    /// <summary>What builds end with; 0: what the driver says.</summary>
    public int BuildError { get; set; }

    /// <summary>Where a function is; 0: it is missing.</summary>
    public nint Find(string name) => _replaced.TryGetValue(name, out Delegate? replacement) ? NativeFunctions.AddressOf(replacement) : _system(name);

    /// <summary>Puts a function of the test's in the place of the system's; the delegate has the attribute <see cref="UnmanagedFunctionPointerAttribute"/>.</summary>
    public void Replace(string name, Delegate replacement) => _replaced[name] = replacement;

    private static bool IsUsedUp(ref int left) => left != int.MaxValue && Interlocked.Decrement(ref left) < 0;

    private int RunKernel(nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waits, nint* events, nint* done) => IsUsedUp(ref _kernels)
        ? KernelError
        : ((delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint*, nint*, int>)_system("clEnqueueNDRangeKernel"))(
            queue, kernel, dimensions, offset, global, local, waits, events, done);

    private nint MakeBuffer(nint context, ulong flags, nuint bytes, void* host, int* error)
    {
        if (!IsUsedUp(ref _buffers))
            return ((delegate* unmanaged<nint, ulong, nuint, void*, int*, nint>)_system("clCreateBuffer"))(context, flags, bytes, host, error);
        *error = BufferError;
        return 0;
    }

    private int Build(nint program, uint count, nint* devices, byte* options, void* notify, void* data) => BuildError != 0
        ? BuildError
        : ((delegate* unmanaged<nint, uint, nint*, byte*, void*, void*, int>)_system("clBuildProgram"))(program, count, devices, options, notify, data);
}
