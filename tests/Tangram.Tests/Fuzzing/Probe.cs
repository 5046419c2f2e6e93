namespace Tangram.Tests;

public sealed class Probe
{
    [Fact]
    public void Look()
    {
        foreach (string path in (Environment.GetEnvironmentVariable("PROBE") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            string result;
            try
            {
                Picture p = PictureFile.Read(path, int.Parse(Environment.GetEnvironmentVariable("PROBE_SIDE") ?? "0"));
                int at = 0;
                result = $"{p.Width}x{p.Height} pages {p.Pages} first {string.Join(",", p.Rgba.AsSpan(at, Math.Min(16, p.Rgba.Length)).ToArray())} hash {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(p.Rgba))[..8]}";
            }
            catch (Exception exception)
            {
                result = exception is InputException ? exception.Message : exception.ToString();
            }
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            Console.WriteLine($"{path}: {result} ({watch.Elapsed.TotalSeconds:F2} s, peak {process.PeakWorkingSet64 >> 20} MB)");
        }
    }
}
