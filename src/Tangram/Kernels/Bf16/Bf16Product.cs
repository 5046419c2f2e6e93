using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>Parts of processors that multiply bf16.</summary>
internal enum Bf16Unit
{
    /// <summary>AVX512-BF16: two products a lane, twice the arithmetic of float32.</summary>
    Avx512,

    /// <summary>AMX: matrices of 16 rows in registers, more than ten times the arithmetic.</summary>
    Amx,
}

/// <summary>
/// output[f, i] = Σ_d w[f, d] · x[d, i] as <see cref="GroupProduct"/>, but for w and x in bf16; products are exact, sums float32. Each sum's order depends on
/// the columns alone, whichever way rows are cut, and goes on where a panel of columns left it; the two units' orders differ. Neither knows denormals: those of w, x
/// and sums count as 0. The instructions are machine code (<see cref="Bf16Code"/>), each call of which is a few microseconds of work, since the collector waits for it.
/// Any number of threads may use one product.
/// </summary>
internal sealed unsafe class Bf16Product
{
    /// <summary>Names the unit, or <c>off</c>; where it is not set, <c>auto</c> takes the fastest.</summary>
    public const string Variable = "TANGRAM_BF16";

    private const int Lanes = GroupProduct.Lanes, Tile = GroupProduct.Tile;
    private const int ColumnsPerCall = 1024, FloatsPerCall = 16384, RoundUnit = FloatMatrix.StrideUnit;

    /// <summary>A call's pairs, where all are multiplied.</summary>
    private static readonly NativeBuffer<int> Ascending = CountUp(ColumnsPerCall / 2);

    private static readonly Lazy<(Bf16Product? Product, string? Problem)> Here = new(() => Open(new Bf16Host(), Environment.GetEnvironmentVariable(Variable)));

    private readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<ushort*, long, ushort*, long, float*, int*, int, void> _eightRows;
    private readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<ushort*, long, ushort*, long, float*, byte*, int, void> _tiles;
    private readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<float*, ushort*, long, void> _round, _roundPairs;
    private readonly AmxShapes? _shapes;

    private Bf16Product(Bf16Unit unit, nint avx512, nint amx)
    {
        Unit = unit;
        _eightRows = (delegate* unmanaged[Cdecl, SuppressGCTransition]<ushort*, long, ushort*, long, float*, int*, int, void>)avx512;
        _round = (delegate* unmanaged[Cdecl, SuppressGCTransition]<float*, ushort*, long, void>)(avx512 + Bf16Code.Round);
        _roundPairs = (delegate* unmanaged[Cdecl, SuppressGCTransition]<float*, ushort*, long, void>)(avx512 + Bf16Code.RoundPairs);
        _tiles = (delegate* unmanaged[Cdecl, SuppressGCTransition]<ushort*, long, ushort*, long, float*, byte*, int, void>)amx;
        _shapes = unit == Bf16Unit.Amx ? new AmxShapes() : null;
    }

    /// <summary>This machine's fastest, tested; null where there is none, which <see cref="Problem"/> explains.</summary>
    public static Bf16Product? ThisMachine => Here.Value.Product;

    /// <summary>Why there is none: a clause for a line of a log.</summary>
    public static string? Problem => Here.Value.Problem;

    public Bf16Unit Unit { get; }

    /// <summary>Why a faster unit of this machine isn't used; null: this is the fastest, or the one that was wished for.</summary>
    public string? PassedOver { get; private init; }

    /// <summary>The unit, for people.</summary>
    public string Name => Unit == Bf16Unit.Amx ? "AMX" : "AVX512-BF16";

    /// <summary>Whether a product may leave out pairs of columns; AMX reads 16 pairs of a row as one.</summary>
    public bool ChoosesPairs => Unit == Bf16Unit.Avx512;

    /// <param name="wish">A unit's name in any case, <c>off</c>, or <c>auto</c>, as is null and nothing.</param>
    /// <param name="host">The machine.</param>
    public static (Bf16Product? Product, string? Problem) Open(Bf16Host host, string? wish)
    {
        bool any = string.IsNullOrEmpty(wish) || Is("auto");
        if (Is("off"))
            return (null, $"{Variable} is off");
        if (!any && !Is("amx") && !Is("avx512"))
            return (null, $"{Variable} is '{wish}', which is not auto, amx, avx512 or off");
        if (!host.IsLinuxX64)
            return (null, "its machine code is for Linux on x64");
        if (!host.HasAvx512)
            return (null, "this processor has no AVX-512, or the runtime was told not to use it");
        if (!host.HasAvx512Bf16)
            return (null, host.HasAmx ? "this processor has AMX, but not AVX512-BF16, which rounds for it" : "this processor has neither AMX nor AVX512-BF16");
        if (Is("amx") && !host.HasAmx)
            return (null, "this processor has no AMX");

        var problems = new List<string>();
        if (host.HasAmx && !Is("avx512") && TryOpen(host, Bf16Unit.Amx, problems) is { } amx)
            return (amx, null);
        string? passedOver = problems.Count > 0 ? problems[0] : null;
        if (!Is("amx") && TryOpen(host, Bf16Unit.Avx512, problems, passedOver) is { } avx512)
            return (avx512, null);
        return (null, string.Join(", and ", problems));

        bool Is(string word) => string.Equals(wish, word, StringComparison.OrdinalIgnoreCase);
    }

    private static Bf16Product? TryOpen(Bf16Host host, Bf16Unit unit, List<string> problems, string? passedOver = null)
    {
        if (unit == Bf16Unit.Amx && !host.RequestTiles())
        {
            problems.Add("the system refuses AMX's registers");
            return null;
        }
        nint avx512 = host.Load(Bf16Code.Avx512), amx = unit == Bf16Unit.Amx ? host.Load(Bf16Code.Amx) : 0;
        if (avx512 == 0 || (unit == Bf16Unit.Amx && amx == 0))
        {
            problems.Add("the system refuses memory for machine code");
            return null;
        }
        var product = new Bf16Product(unit, avx512, amx) { PassedOver = passedOver };
        if (Bf16SelfTest.Passes(product))
            return product;
        problems.Add(unit == Bf16Unit.Amx ? "AMX failed its test" : "AVX512-BF16 failed its test");
        return null;
    }

    /// <summary>
    /// <paramref name="count"/> floats, a multiple of 16, as <see cref="Bf16.Round"/> rounds them. Zeros fill target to a multiple of <see cref="Bf16.ColumnUnit"/>.
    /// </summary>
    public void Round(float* source, ushort* target, long count)
    {
        for (long start = 0; start < count; start += FloatsPerCall)
            _round(source + start, target + start, Math.Min(count - start, FloatsPerCall) / RoundUnit);
        new Span<ushort>(target + count, (int)(-count & (Bf16.ColumnUnit - 1))).Clear();
    }

    /// <summary>
    /// Images side by side, x [<paramref name="columns"/>, Lanes], into pairs of columns, target [columns / 2, Lanes, 2]. Zeros fill its columns to a multiple of
    /// <see cref="Bf16.ColumnUnit"/>.
    /// </summary>
    public void RoundPairs(float* x, int columns, ushort* target)
    {
        int paired = columns & ~1;
        for (int column = 0; column < paired; column += FloatsPerCall / Lanes)
            _roundPairs(x + ((long)column * Lanes), target + ((long)column * Lanes), Math.Min(paired - column, FloatsPerCall / Lanes) / 2);
        new Span<ushort>(target + ((long)paired * Lanes), (FloatMatrix.RoundUp(columns, Bf16.ColumnUnit) - paired) * Lanes).Clear();
        for (int lane = 0; lane < Lanes && paired < columns; lane++)
            target[((long)paired * Lanes) + (2 * lane)] = Bf16.Round(x[((long)paired * Lanes) + lane]);
    }

    /// <summary>
    /// w has <paramref name="rows"/> rows, <paramref name="wStride"/> apart, and must be allocated to whole tiles of <see cref="GroupProduct.Tile"/> rows, as must
    /// output [rows, Lanes]; x is [columns / 2, Lanes, 2]: pairs of w's first columns, a multiple of <see cref="Bf16.ColumnUnit"/> and not 0; or, of a unit that chooses
    /// (<see cref="ChoosesPairs"/>), any number of pairs that <paramref name="pairs"/> names, ascending. With <paramref name="add"/>, the sums go on from what output holds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(ushort* w, long wStride, int rows, ushort* x, int columns, float* output, bool add, int* pairs = null)
    {
        int step = _shapes is null ? Tile : AmxShapes.MostRows;
        for (int row = 0; row < rows; row += step)
        {
            byte* shape = _shapes is null ? null : _shapes.For(Math.Min(rows - row, step));
            int column = 0;
            do // without columns, sums are 0
            {
                ushort* weights = w + (row * wStride) + (pairs is null ? column : 0), images = x + ((long)column * Lanes);
                float* sums = output + ((long)row * Lanes);
                int width = Math.Min(columns - column, ColumnsPerCall), goOn = add || column > 0 ? 1 : 0;
                if (shape is null)
                    _eightRows(weights, wStride * sizeof(ushort), images, width / 2, sums, pairs is null ? Ascending.Pointer : pairs + (column / 2), goOn);
                else
                    _tiles(weights, wStride * sizeof(ushort), images, width / Bf16.ColumnUnit, sums, shape, goOn);
                column += ColumnsPerCall;
            }
            while (column < columns);
        }
    }

    private static NativeBuffer<int> CountUp(int count)
    {
        var numbers = new NativeBuffer<int>(count);
        for (int number = 0; number < count; number++)
            numbers.Pointer[number] = number;
        return numbers;
    }
}
