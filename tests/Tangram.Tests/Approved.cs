using System.Runtime.CompilerServices;

namespace Tangram.Tests;

/// <summary>
/// Snapshots: text is compared with a file beside the test. On a difference the new text is written as .received.txt for a person to compare and rename;
/// a test never rewrites its own expectation.
/// </summary>
internal static class Approved
{
    public static void Equal(string name, string actual, [CallerFilePath] string caller = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(caller)!, name + ".approved.txt");
        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        actual = actual.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (actual == expected)
            return;
        File.WriteAllText(path.Replace(".approved.", ".received.", StringComparison.Ordinal), actual);
        Assert.Equal(expected, actual);
    }
}
