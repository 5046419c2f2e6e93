namespace Tangram;

/// <summary>A device failed: it was lost, ran out of memory, or its driver can't build what it shall run. The message says what to do.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>Without a message.</summary>
    public DeviceException() { }

    /// <param name="message">What happened, and the remedy.</param>
    public DeviceException(string message) : base(message) { }

    /// <param name="message">What happened, and the remedy.</param>
    /// <param name="innerException">What the driver said.</param>
    public DeviceException(string message, Exception? innerException) : base(message, innerException) { }
}
