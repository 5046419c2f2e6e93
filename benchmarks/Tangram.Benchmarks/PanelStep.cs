namespace Tangram.Benchmarks;

/// <summary>The data of one panel of a step, and its kernels.</summary>
internal abstract class PanelStep : IDisposable
{
    public abstract void Multiply();

    public abstract void Transpose();

    public abstract void Select();

    public abstract void Combine();

    public abstract void Dot();

    public abstract void Update();

    public abstract void Dispose();
}

internal sealed unsafe class PanelStep<TSimd> : PanelStep where TSimd : struct, ISimd<TSimd>
{
    private const int Images = 128, Lanes = GroupProduct.Lanes;
    private readonly FloatMatrix _weights, _firstMoments, _secondMoments, _images, _residuals, _packed, _groups, _preActivations, _activations;
    private readonly NativeBuffer<int> _features, _selected;
    private readonly NativeBuffer<float> _scratch, _values, _pulls;
    private readonly NativeBuffer<GradientEntry> _entries;
    private readonly int[] _entryStart;
    private readonly int _columns, _count, _k;

    public PanelStep(int columns, int features, int k)
    {
        (_columns, _count, _k) = (FloatMatrix.RoundUp(columns, FloatMatrix.StrideUnit), features, k);
        (_weights, _firstMoments, _secondMoments) = (Random(features, _columns, 1), Random(features, _columns, 2), Random(features, _columns, 3));
        for (int feature = 0; feature < features; feature++)
        {
            foreach (ref float moment in _secondMoments.Row(feature))
                moment *= moment;
        }
        (_images, _residuals, _preActivations, _activations) = (Random(Images, _columns, 4), Random(Images, _columns, 5), Random(Images, features, 6), Random(Images, k, 7));
        _packed = new FloatMatrix(Images / Lanes * _columns, Lanes);
        _groups = new FloatMatrix(Images / Lanes * features, Lanes);
        (_features, _selected) = (new NativeBuffer<int>(Images * k), new NativeBuffer<int>(k));
        (_scratch, _values, _pulls) = (new NativeBuffer<float>(Tangram.TopKSelection.ScratchLength(features)), new NativeBuffer<float>(k), new NativeBuffer<float>(k));
        for (int image = 0; image < Images; image++)
        {
            TopKSelection.Run<TSimd>(_preActivations.RowPointer(image), features, k, _features.Pointer + (image * k), _values.Pointer, _scratch.Pointer);
        }
        int[] order = [.. Enumerable.Range(0, Images * k).OrderBy(slot => _features.Pointer[slot])];
        _entries = new NativeBuffer<GradientEntry>(order.Length);
        for (int place = 0; place < order.Length; place++)
            _entries.Pointer[place] = new GradientEntry(order[place] / k, order[place] / k, 0.5f, 0.01f);
        _entryStart = [.. Enumerable.Range(0, features + 1).Select(feature => order.Count(slot => _features.Pointer[slot] < feature))];
    }

    public override void Multiply()
    {
        for (int feature = 0; feature < _count; feature += GroupProduct.Tile)
        {
            for (int group = 0; group < Images / Lanes; group++)
            {
                GroupProduct.Run<TSimd>(_weights.RowPointer(feature), _columns, GroupProduct.Tile, _packed.RowPointer(group * _columns), _columns,
                    _groups.RowPointer((group * _count) + feature), add: false);
            }
        }
    }

    public override void Transpose()
    {
        for (int group = 0; group < Images / Lanes; group++)
            GroupTranspose.FromRows(_images.RowPointer(group * Lanes), _columns, Lanes, _columns, _packed.RowPointer(group * _columns));
    }

    public override void Select()
    {
        for (int image = 0; image < Images; image++)
            TopKSelection.Run<TSimd>(_preActivations.RowPointer(image), _count, _k, _selected.Pointer, _values.Pointer, _scratch.Pointer);
    }

    public override void Combine()
    {
        for (int image = 0; image < Images; image++)
            RowCombination.Run<TSimd>(_weights.Pointer, _columns, _features.Pointer + (image * _k), _activations.RowPointer(image), _k, _columns, _residuals.RowPointer(image));
    }

    public override void Dot()
    {
        for (int image = 0; image < Images; image++)
            RowDots.Run<TSimd>(_residuals.RowPointer(image), _weights.Pointer, _columns, _features.Pointer + (image * _k), _k, _columns, _pulls.Pointer, add: false);
    }

    public override void Update()
    {
        for (int feature = 0; feature < _count; feature++)
        {
            var source = new GradientSource(_entries.Pointer + _entryStart[feature], _entryStart[feature + 1] - _entryStart[feature], _residuals.Pointer, _images.Pointer, _columns,
                null, 0);
            SparseGradient.Run<TSimd, TiedStreams>(source, _columns, _weights.RowPointer(feature), _firstMoments.RowPointer(feature), _secondMoments.RowPointer(feature), null,
                new RowStep(new AdamScale(1e-3f, 1)));
        }
    }

    public override void Dispose()
    {
        foreach (IDisposable buffer in new IDisposable[]
        {
            _weights, _firstMoments, _secondMoments, _images, _residuals, _packed, _groups, _preActivations, _activations, _features, _selected,
            _scratch, _values, _pulls, _entries,
        })
        {
            buffer.Dispose();
        }
    }

    private static FloatMatrix Random(int rows, int columns, ulong seed)
    {
        var random = new CounterRandom(seed, RandomPurpose.Initialisation);
        var matrix = new FloatMatrix(rows, columns);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                matrix.Row(row)[column] = (float)random.Normal(((ulong)row << 32) + (ulong)column);
        }
        return matrix;
    }
}
