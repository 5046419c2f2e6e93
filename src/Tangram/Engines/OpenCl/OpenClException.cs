namespace Tangram;

/// <summary>The error codes of OpenCL that mean something to a user; others are told by their number.</summary>
internal enum OpenClError
{
    /// <summary>None of OpenCL's: the loader lacks a function.</summary>
    MissingFunction = 1,
    DeviceNotFound = -1,
    DeviceNotAvailable = -2,
    CompilerNotAvailable = -3,
    MemoryAllocationFailure = -4,
    OutOfResources = -5,
    OutOfHostMemory = -6,
    BuildProgramFailure = -11,
    InvalidBufferSize = -61,
    InvalidWorkGroupSize = -54,
    PlatformNotFound = -1001,
}

/// <summary>A function of OpenCL failed.</summary>
internal sealed class OpenClException(string function, OpenClError error) : Exception($"{function}: {Describe(error)}")
{
    public OpenClError Error { get; } = error;

    /// <summary>Whether the device has no memory left, rather than being lost.</summary>
    public bool IsOutOfMemory => Error is OpenClError.MemoryAllocationFailure or OpenClError.OutOfHostMemory or OpenClError.InvalidBufferSize;

    private static string Describe(OpenClError error) => Enum.IsDefined(error) ? $"{error} ({(int)error})" : $"error {(int)error}";
}
