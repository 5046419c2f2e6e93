using System.Globalization;
using System.Runtime.InteropServices;

namespace Tangram.Tests;

/// <summary>
/// Runs a listing as the processor runs its bytes, which reassembly shows to be the same: for processors that this machine is not. It knows the instructions that
/// the listings use, and fails the test where one touches memory that it wasn't given or a register that belongs to the caller.
/// </summary>
internal sealed class ListingMachine(Listing listing, ListingMemory memory)
{
    private const int VectorBytes = 64;
    private const int MostInstructions = 10_000_000;
    private static readonly string[] Callers = ["rbx", "rbp", "rsp", "r12", "r13", "r14", "r15"];

    private readonly Dictionary<string, long> _registers = new(StringComparer.Ordinal);
    private readonly byte[][] _vectors = [.. Enumerable.Range(0, 32).Select(_ => new byte[VectorBytes])];
    private readonly ListingTiles _tiles = new(memory);
    private bool _isZero, _hasUpperHalves;

    /// <summary>Calls a function as System V has it: six arguments in registers, a seventh on the stack.</summary>
    public void Call(string function, params long[] arguments)
    {
        _registers.Clear();
        string[] places = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"];
        for (int index = 0; index < Math.Min(arguments.Length, places.Length); index++)
            _registers[places[index]] = arguments[index];
        long[] stack = [-1, .. arguments.Skip(places.Length)]; // where to return to, and the rest
        _registers["rsp"] = memory.Add<long>("stack", stack);
        foreach (byte[] vector in _vectors)
            Array.Fill(vector, (byte)0xFF); // not a number, unless somebody sets it
        Run(listing.IndexOf(function));
        Assert.False(_tiles.AreInUse);
        Assert.False(_hasUpperHalves);
    }

    private void Run(int next)
    {
        for (int count = 0; count < MostInstructions; count++)
        {
            Instruction instruction = listing.Instructions[next++];
            switch (instruction.Name)
            {
                case "ret":
                    return;
                case "jmp":
                case "jnz" or "jne" when !_isZero:
                case "jz" or "je" when _isZero:
                    next = listing.IndexOf(instruction.Label!);
                    break;
                case "jnz" or "jne" or "jz" or "je":
                    break;
                default:
                    Do(instruction);
                    break;
            }
        }
        Assert.Fail("The listing does not end.");
    }

    private void Do(Instruction instruction)
    {
        if (instruction.Name.StartsWith("tile", StringComparison.Ordinal) || instruction.Name is "ldtilecfg" or "tdpbf16ps")
            DoTiles(instruction);
        else if (instruction.Name[0] == 'v')
            DoVectors(instruction);
        else
            DoWholeNumbers(instruction);
    }

    private void DoWholeNumbers(Instruction instruction)
    {
        Operand[] operands = instruction.Operands;
        switch (instruction.Name)
        {
            case "mov":
                Set(operands[0], Value(operands[1], instruction.Line));
                break;
            case "lea":
                Set(operands[0], Locate((Address)operands[1]));
                break;
            case "shl":
                Set(operands[0], Value(operands[0], instruction.Line) << (int)Value(operands[1], instruction.Line));
                break;
            case "add":
                Set(operands[0], Value(operands[0], instruction.Line) + Value(operands[1], instruction.Line));
                break;
            case "sub":
                long difference = Value(operands[0], instruction.Line) - Value(operands[1], instruction.Line);
                Set(operands[0], difference);
                _isZero = difference == 0;
                break;
            case "cmp":
                _isZero = Value(operands[0], instruction.Line) == Value(operands[1], instruction.Line);
                break;
            case "test":
                _isZero = (Value(operands[0], instruction.Line) & Value(operands[1], instruction.Line)) == 0;
                break;
            default:
                Unknown(instruction);
                break;
        }
    }

    private void DoVectors(Instruction instruction)
    {
        Operand[] operands = instruction.Operands;
        switch (instruction.Name)
        {
            case "vzeroupper":
                _hasUpperHalves = false;
                break;
            case "vmovups" when operands[0] is Address target:
                Span<byte> stored = Vector(operands[1]);
                stored.CopyTo(memory.At(Locate(target), stored.Length, write: true, instruction.Line));
                break;
            case "vmovups":
                Set<byte>(operands[0], memory.At(Locate((Address)operands[1]), Vector(operands[0]).Length, write: false, instruction.Line));
                break;
            case "vpbroadcastd":
                uint repeated = MemoryMarshal.Read<uint>(memory.At(Locate((Address)operands[1]), sizeof(uint), write: false, instruction.Line));
                Set<uint>(operands[0], [.. Enumerable.Repeat(repeated, VectorBytes / sizeof(uint))]);
                break;
            case "vpxord":
                Set<uint>(operands[0], [.. Lanes<uint>(operands[1]).Zip(Lanes<uint>(operands[2]), (a, b) => a ^ b)]);
                break;
            case "vpord":
                Set<uint>(operands[0], [.. Lanes<uint>(operands[1]).Zip(Lanes<uint>(operands[2]), (a, b) => a | b)]);
                break;
            case "vpslld":
                Set<uint>(operands[0], [.. Lanes<uint>(operands[1]).Select(value => value << (int)Value(operands[2], instruction.Line))]);
                break;
            case "vpmovzxwd":
                Set<uint>(operands[0], [.. Lanes<ushort>(operands[1]).Select(value => (uint)value)]);
                break;
            case "vcvtneps2bf16":
                Span<byte> floats = memory.At(Locate((Address)operands[1]), VectorBytes, write: false, instruction.Line);
                Set<ushort>(operands[0], [.. MemoryMarshal.Cast<byte, float>(floats).ToArray().Select(Bf16.Round)]);
                break;
            case "vdpbf16ps":
                Span<float> sums = MemoryMarshal.Cast<byte, float>(Vector(operands[0]));
                Span<ushort> a = MemoryMarshal.Cast<byte, ushort>(Vector(operands[1])), b = MemoryMarshal.Cast<byte, ushort>(Vector(operands[2]));
                for (int lane = 0; lane < sums.Length; lane++)
                    sums[lane] = Bf16Arithmetic.AddPair(sums[lane], a[2 * lane], a[(2 * lane) + 1], b[2 * lane], b[(2 * lane) + 1]);
                _hasUpperHalves = true;
                break;
            default:
                Unknown(instruction);
                break;
        }
    }

    private void DoTiles(Instruction instruction)
    {
        Operand[] operands = instruction.Operands;
        switch (instruction.Name)
        {
            case "ldtilecfg":
                _tiles.Configure(Locate((Address)operands[0]), instruction.Line);
                break;
            case "tilerelease":
                _tiles.Release();
                break;
            case "tilezero":
                _tiles.Clear(Number(operands[0]), instruction.Line);
                break;
            case "tileloadd":
                var (source, stride) = Rows((Address)operands[1]);
                _tiles.Load(Number(operands[0]), source, stride, instruction.Line);
                break;
            case "tilestored":
                var (target, apart) = Rows((Address)operands[0]);
                _tiles.Store(Number(operands[1]), target, apart, instruction.Line);
                break;
            case "tdpbf16ps":
                _tiles.Multiply(Number(operands[0]), Number(operands[1]), Number(operands[2]), instruction.Line);
                break;
            default:
                Unknown(instruction);
                break;
        }
    }

    /// <summary>Where a tile's first row is, and how far apart its rows are: the index register says that, and is no part of the address.</summary>
    private (long First, long Stride) Rows(Address address) =>
        (_registers[address.Base] + address.Offset, _registers[address.Index ?? throw new ArgumentException("No stride.", nameof(address))] * address.Scale);

    private long Locate(Address address) => _registers[address.Base] + address.Offset + (address.Index is null ? 0 : _registers[address.Index] * address.Scale);

    private long Value(Operand operand, int line) => operand switch
    {
        Constant constant => constant.Value,
        Register register when IsHalf(register.Name) => (int)_registers[Whole(register.Name)],
        Register register => _registers[register.Name],
        Address { Bytes: 1 } address => memory.At(Locate(address), 1, write: false, line)[0],
        Address { Bytes: 4 } address => MemoryMarshal.Read<int>(memory.At(Locate(address), sizeof(int), write: false, line)),
        _ => throw new ArgumentOutOfRangeException(nameof(operand)),
    };

    private void Set(Operand target, long value)
    {
        string name = ((Register)target).Name;
        Assert.DoesNotContain(Whole(name), Callers, StringComparer.Ordinal);
        _registers[Whole(name)] = IsHalf(name) ? (uint)value : value;
    }

    private void Set<T>(Operand target, ReadOnlySpan<T> lanes) where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(lanes);
        Assert.Equal(bytes.Length, Vector(target).Length);
        byte[] vector = _vectors[Number(target)];
        Array.Clear(vector); // what is set in part is 0 elsewhere
        bytes.CopyTo(vector);
        _hasUpperHalves = true;
    }

    private T[] Lanes<T>(Operand operand) where T : unmanaged => MemoryMarshal.Cast<byte, T>(Vector(operand)).ToArray();

    private Span<byte> Vector(Operand operand) => ((Register)operand).Name[0] switch
    {
        'z' => _vectors[Number(operand)],
        'y' => _vectors[Number(operand)].AsSpan(0, VectorBytes / 2),
        _ => throw new ArgumentOutOfRangeException(nameof(operand)),
    };

    private static int Number(Operand operand) => int.Parse(((Register)operand).Name.AsSpan(3), CultureInfo.InvariantCulture);

    private static bool IsHalf(string register) => register[0] == 'e' || register[^1] == 'd';

    private static string Whole(string register) => register[0] == 'e' ? "r" + register[1..] : register.TrimEnd('d');

    private static void Unknown(Instruction instruction) => Assert.Fail($"line {instruction.Line}: the machine doesn't know '{instruction.Name}'.");
}
