using System.Security.Cryptography;

namespace Tangram.Explorer;

/// <summary>Where the server listens, and whom it answers.</summary>
internal sealed record ExplorerOptions
{
    public const int UsualPort = 7370;

    /// <summary>The address to listen on; other machines reach only what isn't a loopback address.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port; null: <see cref="UsualPort"/>, or a free one where that is taken. 0: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>What a request has to know; null: nothing, which only a loopback address allows.</summary>
    public string? Token { get; init; }

    /// <summary>Where the server tells of failures that aren't the user's.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;

    /// <summary>A token that can't be guessed: 192 bits.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
