using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tangram.Cli;

/// <summary>The way to a terminal for text that may hold foreign names: see <see cref="Printable"/>. A call of <c>WriteLine</c> writes one line, whatever is in it.</summary>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write($"{value}");

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value) => inner.Write(Printable.Lines(value ?? ""));

    public override void WriteLine(string? value) => inner.WriteLine(Printable.Line(value ?? ""));

    public override void Flush() => inner.Flush();
}

/// <summary>The same for what Spectre.Console lays out, whose own control sequences must pass.</summary>
internal sealed class PrintableHook : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) => renderables.Select(renderable => new Printed(renderable));

    private sealed class Printed(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => inner.Render(options, maxWidth)
            .Select(segment => segment.IsControlCode || segment.IsLineBreak ? segment : new Segment(Printable.Line(segment.Text), segment.Style));
    }
}
