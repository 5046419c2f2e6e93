using System.Net;
using System.Net.NetworkInformation;

namespace Tangram.Explorer;

/// <summary>Which address the server has, and by which names it may be called.</summary>
internal static class Listening
{
    /// <exception cref="InputException">Not an address of a machine, or one that others reach without a token.</exception>
    public static IPAddress AddressOf(ExplorerOptions options)
    {
        if (Parse(options.Host) is not { } address)
            throw new InputException($"'{options.Host}' is not an address to listen on; give 127.0.0.1, 0.0.0.0 (whoever reaches this machine), or one of its IP addresses.");
        if (!IPAddress.IsLoopback(address) && string.IsNullOrEmpty(options.Token))
            throw new InputException($"Other machines reach {options.Host}, so the server needs a token there.");
        return address;
    }

    /// <summary>Whether other machines reach an address; what isn't one is refused later.</summary>
    public static bool LetsOthersIn(string host) => Parse(host) is { } address && !IPAddress.IsLoopback(address);

    private static IPAddress? Parse(string host) => host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out IPAddress? parsed) ? parsed : null;

    /// <summary>
    /// Names that the Host header may have. A page of another site can make a browser send requests here under a name of its own that it lets point to this machine (DNS
    /// rebinding); those have the other site's name.
    /// </summary>
    public static HashSet<string> Names(IPAddress listening)
    {
        HashSet<string> names = new(["localhost", "127.0.0.1", "[::1]", Written(listening)], StringComparer.OrdinalIgnoreCase);
        if (listening.Equals(IPAddress.Any) || listening.Equals(IPAddress.IPv6Any))
        {
            names.Add(Environment.MachineName);
            names.UnionWith(NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => Written(one.Address)));
        }
        return names;
    }

    /// <summary>Where a browser goes first: by a name that works on this machine, with the token.</summary>
    public static Uri PageAddress(Uri bound, ExplorerOptions options)
    {
        string host = bound.Host is "0.0.0.0" or "[::]" ? Environment.MachineName : bound.Host;
        return new UriBuilder(bound) { Host = host, Query = options.Token is { Length: > 0 } token ? $"token={Uri.EscapeDataString(token)}" : "" }.Uri;
    }

    private static string Written(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
        ? $"[{new IPAddress(address.GetAddressBytes())}]" // without the scope
        : address.ToString();
}
