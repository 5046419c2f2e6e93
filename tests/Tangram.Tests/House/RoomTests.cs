namespace Tangram.Tests;

/// <summary>Data flows one way: a room of the library uses only rooms to its left (DESIGN.md, "The house").</summary>
public sealed class RoomTests
{
    private static readonly string[] Rooms =
        ["Files", "Data", "Models", "Kernels", "Engines", "Evaluation", "Training", "Analysis", "Reports", "Interop"];

    [Fact]
    public void A_room_uses_only_rooms_to_its_left()
    {
        var files = SourceTree.Read();
        Dictionary<string, int> leftmost = files
            .SelectMany(file => SourceTree.Declared(file.Tokens).Select(type => (Type: type, Room: RoomOf(file.Path))))
            .GroupBy(entry => entry.Type, entry => entry.Room, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Min(), StringComparer.Ordinal);
        Assert.Equal((Array.IndexOf(Rooms, "Training"), Array.IndexOf(Rooms, "Data")), (leftmost["Run"], leftmost["ImageSet"]));

        string[] wrong = [.. files.SelectMany(file => SourceTree.UsedTypes(file.Tokens)
            .Where(name => leftmost.TryGetValue(name, out int room) && room > RoomOf(file.Path))
            .Select(name => $"{file.Path} uses {name} of {Rooms[leftmost[name]]}"))];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_file_of_the_library_lies_in_a_room()
    {
        string[] outside = [.. SourceTree.Read().Select(file => file.Path).Where(path => RoomOf(path) < 0)];
        Assert.Empty(outside);
    }

    [Fact]
    public void Every_type_of_the_library_has_the_one_namespace()
    {
        Type[] types = [.. typeof(Run).Assembly.GetTypes().Where(type => !type.Name.Contains('<', StringComparison.Ordinal) && !type.IsNested)];
        Assert.NotEmpty(types);
        Assert.DoesNotContain(types, type => type.Namespace != "Tangram" && !IsCompilers(type));
    }

    [Theory]
    [InlineData("return Run.Open(folder);")]
    [InlineData("using Run run = other;")]
    [InlineData("public static Task<Run> Begin() => null;")]
    [InlineData("var run = new Run(folder);")]
    [InlineData("void Show(Run run) { }")]
    [InlineData("if (thing is Run { Folder: null }) return;")]
    [InlineData("class Longer : Run { }")]
    [InlineData("Tangram.Run.Open(folder);")]
    [InlineData("string text = $\"{Run.Exists(folder)}\";")]
    [InlineData("private Run? _run;")]
    public void A_use_of_a_type_is_seen(string source) => Assert.Contains("Run", SourceTree.UsedTypes(SourceTree.Tokens(source)));

    [Theory]
    [InlineData("// Run.Open")]
    [InlineData("/* Run */ /// <see cref=\"Run\"/>")]
    [InlineData("string text = \"Run.Open\";")]
    [InlineData("string text = $\"Run {count}\";")]
    [InlineData("workers.Run(items, body);")]
    [InlineData("public void Run(int count) { Run(count - 1); }")]
    [InlineData("public string Run { get; init; } = \"\";")]
    public void What_only_looks_like_a_type_is_not(string source) => Assert.DoesNotContain("Run", SourceTree.UsedTypes(SourceTree.Tokens(source)));

    private static int RoomOf(string path) => Array.IndexOf(Rooms, path.Split('/')[0]) is var room && path.Contains('/', StringComparison.Ordinal) ? room : -1;

    /// <summary>Attributes that the compiler embeds.</summary>
    private static bool IsCompilers(Type type) => type.Namespace is "Microsoft.CodeAnalysis" or "System.Runtime.CompilerServices";
}
