using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>
/// The functions of OpenCL 1.2 that tangram calls, found in the system's loader, which knows the drivers that are installed. Each returns or throws: an error code
/// becomes an <see cref="OpenClException"/> that names the function.
/// </summary>
internal sealed unsafe class OpenClApi
{
    private const int Blocking = 1, NotBlocking = 0, MapRead = 1, MapWrite = 2;

    private const ulong QueueProfiling = 2;

    private readonly delegate* unmanaged<uint, nint*, uint*, int> _getPlatformIds;
    private readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> _getPlatformInfo, _getDeviceInfo;
    private readonly delegate* unmanaged<nint, ulong, uint, nint*, uint*, int> _getDeviceIds;
    private readonly delegate* unmanaged<nint*, uint, nint*, void*, void*, int*, nint> _createContext;
    private readonly delegate* unmanaged<nint, nint, ulong, int*, nint> _createCommandQueue;
    private readonly delegate* unmanaged<nint, ulong, nuint, void*, int*, nint> _createBuffer;
    private readonly delegate* unmanaged<nint, uint, byte**, nuint*, int*, nint> _createProgramWithSource;
    private readonly delegate* unmanaged<nint, uint, nint*, byte*, void*, void*, int> _buildProgram;
    private readonly delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, int> _getProgramBuildInfo, _getKernelWorkGroupInfo;
    private readonly delegate* unmanaged<nint, byte*, int*, nint> _createKernel;
    private readonly delegate* unmanaged<nint, uint, nuint, void*, int> _setKernelArg;
    private readonly delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint*, nint*, int> _enqueueKernel;
    private readonly delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int> _enqueueRead, _enqueueWrite;
    private readonly delegate* unmanaged<nint, nint, void*, nuint, nuint, nuint, uint, nint*, nint*, int> _enqueueFill;
    private readonly delegate* unmanaged<nint, nint, uint, ulong, nuint, nuint, uint, nint*, nint*, int*, void*> _enqueueMap;
    private readonly delegate* unmanaged<nint, nint, void*, uint, nint*, nint*, int> _enqueueUnmap;
    private readonly delegate* unmanaged<uint, nint*, int> _waitForEvents;
    private readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> _getEventProfilingInfo;
    private readonly delegate* unmanaged<nint, int> _releaseContext, _releaseCommandQueue, _releaseMemory, _releaseProgram, _releaseKernel, _releaseEvent, _flush, _finish;

    /// <param name="find">Where a function of a name is; 0: there is none.</param>
    /// <exception cref="OpenClException">A function is missing.</exception>
    public OpenClApi(Func<string, nint> find)
    {
        nint Function(string name) => find(name) is not 0 and var address ? address : throw new OpenClException(name, OpenClError.MissingFunction);
        _getPlatformIds = (delegate* unmanaged<uint, nint*, uint*, int>)Function("clGetPlatformIDs");
        _getPlatformInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)Function("clGetPlatformInfo");
        _getDeviceInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)Function("clGetDeviceInfo");
        _getDeviceIds = (delegate* unmanaged<nint, ulong, uint, nint*, uint*, int>)Function("clGetDeviceIDs");
        _createContext = (delegate* unmanaged<nint*, uint, nint*, void*, void*, int*, nint>)Function("clCreateContext");
        _createCommandQueue = (delegate* unmanaged<nint, nint, ulong, int*, nint>)Function("clCreateCommandQueue");
        _createBuffer = (delegate* unmanaged<nint, ulong, nuint, void*, int*, nint>)Function("clCreateBuffer");
        _createProgramWithSource = (delegate* unmanaged<nint, uint, byte**, nuint*, int*, nint>)Function("clCreateProgramWithSource");
        _buildProgram = (delegate* unmanaged<nint, uint, nint*, byte*, void*, void*, int>)Function("clBuildProgram");
        _getProgramBuildInfo = (delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, int>)Function("clGetProgramBuildInfo");
        _getKernelWorkGroupInfo = (delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, int>)Function("clGetKernelWorkGroupInfo");
        _createKernel = (delegate* unmanaged<nint, byte*, int*, nint>)Function("clCreateKernel");
        _setKernelArg = (delegate* unmanaged<nint, uint, nuint, void*, int>)Function("clSetKernelArg");
        _enqueueKernel = (delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint*, nint*, int>)Function("clEnqueueNDRangeKernel");
        _enqueueRead = (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int>)Function("clEnqueueReadBuffer");
        _enqueueWrite = (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int>)Function("clEnqueueWriteBuffer");
        _enqueueFill = (delegate* unmanaged<nint, nint, void*, nuint, nuint, nuint, uint, nint*, nint*, int>)Function("clEnqueueFillBuffer");
        _enqueueMap = (delegate* unmanaged<nint, nint, uint, ulong, nuint, nuint, uint, nint*, nint*, int*, void*>)Function("clEnqueueMapBuffer");
        _enqueueUnmap = (delegate* unmanaged<nint, nint, void*, uint, nint*, nint*, int>)Function("clEnqueueUnmapMemObject");
        _waitForEvents = (delegate* unmanaged<uint, nint*, int>)Function("clWaitForEvents");
        _getEventProfilingInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)Function("clGetEventProfilingInfo");
        _releaseContext = (delegate* unmanaged<nint, int>)Function("clReleaseContext");
        _releaseCommandQueue = (delegate* unmanaged<nint, int>)Function("clReleaseCommandQueue");
        _releaseMemory = (delegate* unmanaged<nint, int>)Function("clReleaseMemObject");
        _releaseProgram = (delegate* unmanaged<nint, int>)Function("clReleaseProgram");
        _releaseKernel = (delegate* unmanaged<nint, int>)Function("clReleaseKernel");
        _releaseEvent = (delegate* unmanaged<nint, int>)Function("clReleaseEvent");
        _flush = (delegate* unmanaged<nint, int>)Function("clFlush");
        _finish = (delegate* unmanaged<nint, int>)Function("clFinish");
    }

    /// <summary>What of a program's build, a device's and so on is asked for; a length that the driver gives is believed only up to here.</summary>
    private const int LongestAnswer = 1 << 24, MostHandles = 1024;

    private static string[] LoaderNames =>
        OperatingSystem.IsWindows() ? ["OpenCL.dll"]
        : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
        : ["libOpenCL.so.1", "libOpenCL.so"];

    /// <summary>Where the system's loader has a function; null where there is no loader.</summary>
    public static Func<string, nint>? FindSystemLoader()
    {
        foreach (string name in LoaderNames)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
                return function => NativeLibrary.TryGetExport(library, function, out nint address) ? address : 0;
        }
        return null;
    }

    public nint[] PlatformIds()
    {
        uint count;
        int error = _getPlatformIds(0, null, &count);
        if (error == (int)OpenClError.PlatformNotFound) // what the loader says where no driver is installed
            return [];
        Check(error, "clGetPlatformIDs");
        var ids = new nint[Math.Min(count, MostHandles)];
        fixed (nint* pointer = ids)
            Check(ids.Length == 0 ? 0 : _getPlatformIds((uint)ids.Length, pointer, null), "clGetPlatformIDs");
        return Given(ids);
    }

    public nint[] DeviceIds(nint platform)
    {
        const ulong All = 0xFFFFFFFF;
        uint count;
        int error = _getDeviceIds(platform, All, 0, null, &count);
        if (error == (int)OpenClError.DeviceNotFound)
            return [];
        Check(error, "clGetDeviceIDs");
        var ids = new nint[Math.Min(count, MostHandles)];
        fixed (nint* pointer = ids)
            Check(ids.Length == 0 ? 0 : _getDeviceIds(platform, All, (uint)ids.Length, pointer, null), "clGetDeviceIDs");
        return Given(ids);
    }

    public string PlatformText(nint platform, uint what) => Text((size, value, length) => _getPlatformInfo(platform, what, size, (void*)value, (nuint*)length), "clGetPlatformInfo");

    public string DeviceText(nint device, uint what) => Text((size, value, length) => _getDeviceInfo(device, what, size, (void*)value, (nuint*)length), "clGetDeviceInfo");

    /// <summary>A number of 1, 4 or 8 bytes.</summary>
    public ulong DeviceNumber(nint device, uint what)
    {
        ulong value = 0;
        nuint length;
        Check(_getDeviceInfo(device, what, sizeof(ulong), &value, &length), "clGetDeviceInfo");
        return length >= sizeof(ulong) ? value : (uint)value;
    }

    /// <summary>Numbers of 8 bytes; none where the driver gives no whole one.</summary>
    public ulong[] DeviceNumbers(nint device, uint what)
    {
        const int MostNumbers = 64;
        ulong* values = stackalloc ulong[MostNumbers];
        nuint length;
        Check(_getDeviceInfo(device, what, MostNumbers * sizeof(ulong), values, &length), "clGetDeviceInfo");
        return new Span<ulong>(values, (int)Math.Min(length / sizeof(ulong), MostNumbers)).ToArray();
    }

    public nint CreateContext(nint device)
    {
        int error;
        nint context = _createContext(null, 1, &device, null, null, &error);
        Check(error, "clCreateContext");
        return context;
    }

    public nint CreateQueue(nint context, nint device, bool isProfiled)
    {
        int error;
        nint queue = _createCommandQueue(context, device, isProfiled ? QueueProfiling : 0UL, &error);
        Check(error, "clCreateCommandQueue");
        return queue;
    }

    /// <param name="context">Of which the buffer is.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="isPinned">Whether it lies where the host and the device's copying reach it alike.</param>
    public nint CreateBuffer(nint context, long bytes, bool isPinned)
    {
        const ulong ReadWrite = 1, AllocateForHost = 16;
        int error;
        nint buffer = _createBuffer(context, ReadWrite | (isPinned ? AllocateForHost : 0), (nuint)bytes, null, &error);
        Check(error, "clCreateBuffer");
        return buffer;
    }

    public nint CreateProgram(nint context, byte[] source)
    {
        int error;
        nuint length = (nuint)source.Length;
        fixed (byte* start = source)
        {
            byte* text = start;
            nint program = _createProgramWithSource(context, 1, &text, &length, &error);
            Check(error, "clCreateProgramWithSource");
            return program;
        }
    }

    /// <summary>Error code of the build; 0: done.</summary>
    public int Build(nint program, nint device, string options)
    {
        fixed (byte* text = Utf8(options))
            return _buildProgram(program, 1, &device, text, null, null);
    }

    public string BuildLog(nint program, nint device)
    {
        const uint Log = 0x1183;
        return Text((size, value, length) => _getProgramBuildInfo(program, device, Log, size, (void*)value, (nuint*)length), "clGetProgramBuildInfo");
    }

    public nint CreateKernel(nint program, string name)
    {
        int error;
        fixed (byte* text = Utf8(name))
        {
            nint kernel = _createKernel(program, text, &error);
            Check(error, "clCreateKernel");
            return kernel;
        }
    }

    /// <summary>The largest work-group that a kernel can run in.</summary>
    public long WorkGroupSize(nint kernel, nint device)
    {
        const uint Size = 0x11B0;
        nuint size;
        Check(_getKernelWorkGroupInfo(kernel, device, Size, (nuint)sizeof(nuint), &size, null), "clGetKernelWorkGroupInfo");
        return (long)size;
    }

    public void SetArgument<T>(nint kernel, int index, T value) where T : unmanaged =>
        Check(_setKernelArg(kernel, (uint)index, (nuint)sizeof(T), &value), "clSetKernelArg");

    /// <param name="queue">Where it is queued.</param>
    /// <param name="kernel">What runs.</param>
    /// <param name="global">Work-items, in one to three dimensions.</param>
    /// <param name="local">Work-items of a group.</param>
    /// <param name="after">What it waits for; 0: nothing.</param>
    /// <param name="isWatched">Whether an event is returned, to be released; else 0.</param>
    public nint EnqueueKernel(nint queue, nint kernel, ReadOnlySpan<nuint> global, ReadOnlySpan<nuint> local, nint after, bool isWatched)
    {
        nint done = 0;
        fixed (nuint* globalSizes = global, localSizes = local)
        {
            Check(_enqueueKernel(queue, kernel, (uint)global.Length, null, globalSizes, localSizes, after == 0 ? 0u : 1, after == 0 ? null : &after,
                isWatched ? &done : null), "clEnqueueNDRangeKernel");
        }
        return done;
    }

    /// <summary>Waits for everything queued before, and for the bytes.</summary>
    public void Read(nint queue, nint buffer, long offset, long bytes, void* destination) =>
        Check(_enqueueRead(queue, buffer, Blocking, (nuint)offset, (nuint)bytes, destination, 0, null, null), "clEnqueueReadBuffer");

    public void Write(nint queue, nint buffer, long offset, long bytes, void* source) =>
        Check(_enqueueWrite(queue, buffer, Blocking, (nuint)offset, (nuint)bytes, source, 0, null, null), "clEnqueueWriteBuffer");

    /// <summary>Returns at once with an event; the source must stay until that.</summary>
    public nint BeginWrite(nint queue, nint buffer, long offset, long bytes, void* source)
    {
        nint done;
        Check(_enqueueWrite(queue, buffer, NotBlocking, (nuint)offset, (nuint)bytes, source, 0, null, &done), "clEnqueueWriteBuffer");
        return done;
    }

    public void FillWithZeros(nint queue, nint buffer, long bytes)
    {
        uint zero = 0;
        Check(_enqueueFill(queue, buffer, &zero, sizeof(uint), 0, (nuint)bytes, 0, null, null), "clEnqueueFillBuffer");
    }

    public void* Map(nint queue, nint buffer, long bytes)
    {
        int error;
        void* memory = _enqueueMap(queue, buffer, Blocking, MapRead | MapWrite, 0, (nuint)bytes, 0, null, null, &error);
        Check(error, "clEnqueueMapBuffer");
        return memory;
    }

    public void Unmap(nint queue, nint buffer, void* memory) => Check(_enqueueUnmap(queue, buffer, memory, 0, null, null), "clEnqueueUnmapMemObject");

    public void Wait(nint done) => Check(_waitForEvents(1, &done), "clWaitForEvents");

    public void Flush(nint queue) => Check(_flush(queue), "clFlush");

    public void Finish(nint queue) => Check(_finish(queue), "clFinish");

    /// <summary>Nanoseconds from the beginning to the end of what an event of a profiled queue stands for.</summary>
    public long Nanoseconds(nint done)
    {
        const uint Start = 0x1282, End = 0x1283;
        ulong start, end;
        Check(_getEventProfilingInfo(done, Start, sizeof(ulong), &start, null), "clGetEventProfilingInfo");
        Check(_getEventProfilingInfo(done, End, sizeof(ulong), &end, null), "clGetEventProfilingInfo");
        return (long)(end - start);
    }

    // What can't be released belongs to a device that is lost already, and to a process that says so.
    public void ReleaseContext(nint context) => _ = _releaseContext(context);

    public void ReleaseQueue(nint queue) => _ = _releaseCommandQueue(queue);

    public void ReleaseBuffer(nint buffer) => _ = _releaseMemory(buffer);

    public void ReleaseProgram(nint program) => _ = _releaseProgram(program);

    public void ReleaseKernel(nint kernel) => _ = _releaseKernel(kernel);

    public void ReleaseEvent(nint done) => _ = _releaseEvent(done);

    /// <summary>A driver may count more than it gives.</summary>
    private static nint[] Given(nint[] handles) => [.. handles.Where(handle => handle != 0).Distinct()];

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text + '\0');

    private static string Text(Func<nuint, nint, nint, int> ask, string function)
    {
        nuint length;
        Check(ask(0, 0, (nint)(&length)), function);
        if (length is 0 or > LongestAnswer)
            return "";
        var bytes = new byte[length];
        fixed (byte* start = bytes)
            Check(ask(length, (nint)start, 0), function);
        return System.Text.Encoding.UTF8.GetString(bytes.AsSpan()).TrimEnd('\0', '\n', '\r', ' ').Trim();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(int error, string function)
    {
        if (error != 0)
            throw new OpenClException(function, (OpenClError)error);
    }
}
