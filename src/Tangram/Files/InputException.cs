namespace Tangram;

/// <summary>
/// Something the caller gave can't be used: a broken file, a wrong shape, an option out of range.
/// The message is one sentence that names the thing and the remedy; it is meant to be shown as it is.
/// </summary>
public class InputException : Exception
{
    /// <summary>Creates the exception without a message; prefer the other constructors.</summary>
    public InputException() { }

    /// <summary>Creates the exception with the sentence to show.</summary>
    public InputException(string message) : base(message) { }

    /// <summary>Creates the exception with the sentence to show and what was caught.</summary>
    public InputException(string message, Exception innerException) : base(message, innerException) { }
}
