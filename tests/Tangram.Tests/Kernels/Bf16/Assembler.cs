using System.Diagnostics;

namespace Tangram.Tests;

/// <summary>GNU binutils, as assemble.py uses them.</summary>
internal static class Assembler
{
    /// <summary>Skips the test where there are none.</summary>
    public static void Need()
    {
        string[] folders = OperatingSystem.IsLinux() ? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator) : [];
        foreach (string tool in new[] { "as", "objcopy", "nm" })
            Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, tool))), $"there is no '{tool}' (GNU binutils) here");
    }

    /// <summary>A listing's bytes, and lines of where its functions begin.</summary>
    public static (byte[] Code, string[] Functions) Assemble(string listing)
    {
        using var folder = new TemporaryFolder();
        string linkable = folder.File("listing.o"), binary = folder.File("listing.bin");
        Run("as", "--64", listing, "-o", linkable);
        Run("objcopy", "-O", "binary", "-j", ".text", linkable, binary);
        return (File.ReadAllBytes(binary), Run("nm", "--defined-only", "--extern-only", linkable).TrimEnd().Split('\n'));
    }

    private static string Run(string tool, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
