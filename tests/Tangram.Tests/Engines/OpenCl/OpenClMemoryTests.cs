using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Tangram.Tests;

/// <summary>A session that can't be opened gives back all of the device's memory that it had taken.</summary>
[Trait("Needs", "opencl")]
public sealed unsafe class OpenClMemoryTests
{
    private readonly Func<string, nint> _system = OpenClApi.FindSystemLoader()!;
    private readonly ConcurrentDictionary<nint, bool> _held = new();
    private int _left, _made;

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate nint CreateBuffer(nint context, ulong flags, nuint bytes, void* host, int* error);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int ReleaseBuffer(nint buffer);

    [Fact]
    public void Whichever_buffer_cannot_be_made_the_others_are_released()
    {
        var options = new ModelOptions { Shape = new ImageShape(4, 4, 1), Features = 8, Rule = new SparsityRule.TopK(2), Members = 2, Untied = true, PreBias = true, EncoderBias = true };
        var counted = new FaultyOpenCl(_system);
        counted.Replace("clCreateBuffer", new CreateBuffer(Make));
        counted.Replace("clReleaseMemObject", new ReleaseBuffer(Release));
        OpenClDevice device = OpenClDevice.All(new OpenClApi(counted.Find), out _).First(device => device.Name == PoCl.Device.Name);
        (_left, _made) = (int.MaxValue, 0);
        new OpenClSession(device, options, 8, MemoryPlan.DefaultBudget, default, isMixed: true).Dispose();
        Assert.Empty(_held);
        int all = _made;
        Assert.True(all > 30);
        for (int buffers = 0; buffers < all; buffers++)
        {
            _left = buffers;
            Assert.Throws<DeviceException>(() => new OpenClSession(device, options, 8, MemoryPlan.DefaultBudget, default, isMixed: true));
            Assert.True(_held.IsEmpty, $"{_held.Count} of {buffers} buffers are left");
        }
    }

    private nint Make(nint context, ulong flags, nuint bytes, void* host, int* error)
    {
        if (_left-- <= 0)
        {
            *error = (int)OpenClError.MemoryAllocationFailure;
            return 0;
        }
        _made++;
        nint buffer = ((delegate* unmanaged<nint, ulong, nuint, void*, int*, nint>)_system("clCreateBuffer"))(context, flags, bytes, host, error);
        _held[buffer] = true;
        return buffer;
    }

    private int Release(nint buffer)
    {
        Assert.True(_held.TryRemove(buffer, out _));
        return ((delegate* unmanaged<nint, int>)_system("clReleaseMemObject"))(buffer);
    }
}
