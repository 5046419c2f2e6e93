using System.Reflection;
using System.Text;

namespace Tangram;

/// <summary>A device in use: its queue, and the kernels built for it.</summary>
internal sealed class OpenClContext : IDisposable
{
    private const string SourcePrefix = "opencl/";

    /// <summary>What the other files use.</summary>
    private const string CommonSource = "common.cl";

    /// <summary>The one kernel with work-groups of its own size.</summary>
    private const string EncodeKernel = "encode";

    private readonly Dictionary<string, OpenClKernel> _kernels = new(StringComparer.Ordinal);
    private nint _program;

    /// <param name="device">A device without a <see cref="OpenClDevice.Problem"/>.</param>
    /// <param name="layout">How work is cut, where the driver's compiler finds room for it; else a smaller one is taken.</param>
    /// <param name="isMixed">Whether kernels keep images and a copy of the weights in half precision.</param>
    /// <param name="isProfiled">Whether kernels are timed.</param>
    /// <exception cref="OpenClException">The device can't be used.</exception>
    /// <exception cref="DeviceException">The driver can't build the kernels; its log is saved in a file that the message names.</exception>
    public OpenClContext(OpenClDevice device, OpenClLayout layout, bool isMixed, bool isProfiled)
    {
        (Device, IsProfiled) = (device, isProfiled);
        try
        {
            Handle = Api.CreateContext(device.Id);
            Queue = Api.CreateQueue(Handle, device.Id, isProfiled);
            Uploads = Api.CreateQueue(Handle, device.Id, isProfiled: false);
            OpenClLayout? cut = layout;
            for (; cut is not null && !Build(cut, isMixed); cut = cut.Smaller())
            {
            }
            Layout = cut ?? throw new DeviceException($"{device.Name} has too few registers for tangram's kernels; use --device cpu.");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public OpenClDevice Device { get; }

    public OpenClApi Api => Device.Api;

    public OpenClLayout Layout { get; }

    public bool IsProfiled { get; }

    public nint Handle { get; }

    /// <summary>What is queued here is done in order.</summary>
    public nint Queue { get; }

    /// <summary>Copies to the device that may go on beside the kernels of <see cref="Queue"/>.</summary>
    public nint Uploads { get; }

    /// <summary>The kernels' names.</summary>
    public IReadOnlyCollection<string> Kernels => _kernels.Keys;

    public OpenClKernel this[string kernel] => _kernels[kernel];

    public void Dispose()
    {
        ReleaseProgram();
        if (Uploads != 0)
            Api.ReleaseQueue(Uploads);
        if (Queue != 0)
            Api.ReleaseQueue(Queue);
        if (Handle != 0)
            Api.ReleaseContext(Handle);
    }

    /// <summary>False where a kernel needs smaller work-groups.</summary>
    private bool Build(OpenClLayout layout, bool isMixed)
    {
        ReleaseProgram();
        var (source, kernels) = ReadSources();
        _program = Api.CreateProgram(Handle, source);
        string precision = !isMixed ? "" : Device.HalfType is { } half ? $" -DMIXED -DHALF_ARITHMETIC={half}" : " -DMIXED";
        string options = $"-cl-std=CL1.2 {layout.Definitions}{precision}{(Device.HasExactDivision ? " -cl-fp32-correctly-rounded-divide-sqrt" : "")}";
        int error = Api.Build(_program, Device.Id, options);
        if (error != 0)
            throw BuildFailed((OpenClError)error, options);
        foreach (string name in kernels)
        {
            var kernel = new OpenClKernel(this, name, Api.CreateKernel(_program, name));
            _kernels.Add(name, kernel);
            if (Api.WorkGroupSize(kernel.Handle, Device.Id) < (name == EncodeKernel ? layout.TileItems * layout.TileItems : layout.Group))
                return false;
        }
        return true;
    }

    private DeviceException BuildFailed(OpenClError error, string options)
    {
        string log;
        try
        {
            log = Api.BuildLog(_program, Device.Id);
        }
        catch (OpenClException exception)
        {
            log = $"The driver gives no log: {exception.Message}";
        }
        string text = $"{Device.Platform}, {Device.Name}, driver {Device.Driver}\n{options}\n{error} ({(int)error})\n\n{log}\n";
        string saved;
        try
        {
            // A folder of our own: in the one that all share, others may have laid something under any name that they can guess.
            string path = Path.Combine(Directory.CreateTempSubdirectory("tangram-opencl-").FullName, "build.log");
            AtomicFile.WriteText(path, text);
            saved = $"its log is in '{path}'";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            saved = $"its log can't be saved ({exception.Message.TrimEnd('.')})";
        }
        return new DeviceException($"The driver of {Device.Name} can't build tangram's kernels ({error}); {saved}. Update the driver, or use --device cpu.");
    }

    /// <summary>All kernels as one program, and their names.</summary>
    private static (byte[] Source, string[] Kernels) ReadSources()
    {
        Assembly assembly = typeof(OpenClContext).Assembly;
        var source = new StringBuilder();
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(SourcePrefix, StringComparison.Ordinal))
            .OrderBy(name => name != SourcePrefix + CommonSource).ThenBy(name => name, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            source.Append(reader.ReadToEnd()).Append('\n');
        }
        string text = source.ToString();
        string[] starts = ["kernel void ", "void "]; // other functions return something
        return (Encoding.UTF8.GetBytes(text), [.. from line in text.Split('\n')
                                                  from start in starts
                                                  where line.StartsWith(start, StringComparison.Ordinal)
                                                  select line[start.Length..line.IndexOf('(', StringComparison.Ordinal)]]);
    }

    private void ReleaseProgram()
    {
        foreach (OpenClKernel kernel in _kernels.Values)
            Api.ReleaseKernel(kernel.Handle);
        _kernels.Clear();
        if (_program != 0)
            Api.ReleaseProgram(_program);
        _program = 0;
    }
}
