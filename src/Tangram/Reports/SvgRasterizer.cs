using System.Globalization;
using System.Text.RegularExpressions;

namespace Tangram;

/// <summary>Turns SVG files into PNG files with a program that is installed: librsvg's rsvg-convert, else chromium.</summary>
public static partial class SvgRasterizer
{
    private const int Zoom = 2;

    /// <summary>Writes each picture beside its SVG, at twice its size; returns the new files.</summary>
    /// <param name="files">SVG files that tangram wrote.</param>
    /// <param name="report">Told which program is used.</param>
    /// <param name="cancellation">Stops between pictures.</param>
    /// <exception cref="InputException">No program is installed; says what to install.</exception>
    public static IReadOnlyList<string> ToPng(IReadOnlyList<string> files, Action<string> report, CancellationToken cancellation)
    {
        (string Program, Func<string, string, string[]> Arguments)[] programs =
        [
            ("rsvg-convert", (svg, png) => ["--zoom", $"{Zoom}", "--output", png, svg]),
            ("chromium", Chromium),
            ("google-chrome", Chromium),
        ];
        foreach (var (program, arguments) in programs)
        {
            if (ChildProcess.Run(program, ".", cancellation, "--version") is not { ExitCode: 0 })
                continue;
            report($"Drawing PNGs with {program}");
            return [.. files.Select(file => Draw(program, arguments, file, cancellation))];
        }
        throw new InputException("PNG figures need a program that draws SVG; install librsvg2-bin (rsvg-convert) or chromium. The SVG figures and the report are written.");
    }

    private static string Draw(string program, Func<string, string, string[]> arguments, string file, CancellationToken cancellation)
    {
        string png = Path.ChangeExtension(file, ".png");
        string temporary = AtomicFile.TemporaryName(png);
        if (ChildProcess.Run(program, ".", cancellation, arguments(Path.GetFullPath(file), Path.GetFullPath(temporary))) is not { ExitCode: 0 } || !File.Exists(temporary))
        {
            File.Delete(temporary);
            throw new IOException($"{program} could not draw '{file}'.");
        }
        File.Move(temporary, png, overwrite: true);
        return png;
    }

    private static string[] Chromium(string svg, string png)
    {
        Match size = Size().Match(File.ReadAllText(svg));
        return
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--no-first-run", $"--force-device-scale-factor={Zoom}",
            $"--window-size={Extent("width")},{Extent("height")}", $"--screenshot={png}", new Uri(svg).AbsoluteUri,
        ];
        int Extent(string name) => (int)Math.Ceiling(double.Parse(size.Groups[name].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("viewBox=\"0 0 (?<width>[0-9.]+) (?<height>[0-9.]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Size();
}
