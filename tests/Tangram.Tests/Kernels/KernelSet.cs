namespace Tangram.Tests;

/// <summary>The kernels of one width behind signatures that check what the kernels take on trust.</summary>
internal abstract unsafe class KernelSet
{
    public static KernelSet Of(int width) => (SimdTier)width switch
    {
        SimdTier.Bits512 => new At<Simd512>(),
        SimdTier.Bits256 => new At<Simd256>(),
        SimdTier.Bits128 => new At<Simd128>(),
        SimdTier.Scalar => new At<SimdScalar>(),
        _ => throw new ArgumentOutOfRangeException(nameof(width)),
    };

    /// <summary>output [rows, 32] (+)= rows firstRow … of w times x [depth, 32].</summary>
    public abstract void GroupProduct(FloatMatrix w, int firstRow, int rows, FloatMatrix x, FloatMatrix output, bool add);

    /// <summary>False when a value is NaN.</summary>
    public abstract bool TopK(ReadOnlySpan<float> values, int k, Span<int> indices, Span<float> selected);

    public abstract void RowCombination(FloatMatrix w, int[] rows, float[] coefficients, FloatMatrix output);

    /// <summary>The first rows of the two matrices.</summary>
    public abstract float Residual(FloatMatrix reconstruction, FloatMatrix x);

    public abstract void RowDots(FloatMatrix e, FloatMatrix w, int[] rows, float[] dots, bool add = false);

    /// <summary>Adam with the gradient of the entries, on the first rows of w, m and v.</summary>
    public abstract void SparseGradient(GradientEntry[] entries, FloatMatrix e, FloatMatrix x, FloatMatrix w, FloatMatrix m, FloatMatrix v, AdamScale scale);

    /// <summary>Adam with a gradient as it is: that of one activation of 1.</summary>
    public void Adam(FloatMatrix w, FloatMatrix m, FloatMatrix v, FloatMatrix gradient, AdamScale scale)
    {
        using var x = new FloatMatrix(1, w.Columns);
        SparseGradient([new GradientEntry(0, 0, 1, 0)], gradient, x, w, m, v, scale);
    }

    private sealed class At<TSimd> : KernelSet where TSimd : struct, ISimd<TSimd>
    {
        public override void GroupProduct(FloatMatrix w, int firstRow, int rows, FloatMatrix x, FloatMatrix output, bool add)
        {
            Assert.True(x.Columns == Tangram.GroupProduct.Lanes && output.Columns == Tangram.GroupProduct.Lanes);
            Assert.True(x.Rows == w.Columns && firstRow % Tangram.GroupProduct.Tile == 0 && firstRow + rows <= w.Rows && rows <= output.Rows);
            Tangram.GroupProduct.Run<TSimd>(w.RowPointer(firstRow), w.Stride, rows, x.Pointer, w.Columns, output.Pointer, add);
        }

        public override bool TopK(ReadOnlySpan<float> values, int k, Span<int> indices, Span<float> selected)
        {
            Assert.True(indices.Length == k && selected.Length == k && k <= values.Length);
            using var row = new FloatMatrix(1, values.Length);
            using var scratch = new NativeBuffer<float>(TopKSelection.ScratchLength(values.Length));
            // What an earlier selection may have left must not matter.
            scratch.Span(0, (int)scratch.Length).Fill(float.NaN);
            new Span<float>(row.Pointer, row.Stride).Fill(float.NaN);
            values.CopyTo(row.Row(0));
            fixed (int* indexPointer = indices)
            fixed (float* selectedPointer = selected)
            {
                return TopKSelection.Run<TSimd>(row.Pointer, values.Length, k, indexPointer, selectedPointer, scratch.Pointer);
            }
        }

        public override void RowCombination(FloatMatrix w, int[] rows, float[] coefficients, FloatMatrix output)
        {
            Assert.Equal(w.Columns, output.Columns);
            Assert.Equal(rows.Length, coefficients.Length);
            fixed (int* rowPointer = rows)
            fixed (float* coefficientPointer = coefficients)
            {
                Tangram.RowCombination.Run<TSimd>(w.Pointer, w.Stride, rowPointer, coefficientPointer, rows.Length, w.Stride, output.Pointer);
            }
        }

        public override float Residual(FloatMatrix reconstruction, FloatMatrix x)
        {
            Assert.Equal(x.Columns, reconstruction.Columns);
            return Tangram.Residual.Run<TSimd>(reconstruction.Pointer, null, x.Pointer, x.Stride);
        }

        public override void RowDots(FloatMatrix e, FloatMatrix w, int[] rows, float[] dots, bool add = false)
        {
            Assert.Equal(e.Columns, w.Columns);
            Assert.Equal(rows.Length, dots.Length);
            fixed (int* rowPointer = rows)
            fixed (float* dotPointer = dots)
            {
                Tangram.RowDots.Run<TSimd>(e.Pointer, w.Pointer, w.Stride, rowPointer, rows.Length, w.Stride, dotPointer, add);
            }
        }

        public override void SparseGradient(GradientEntry[] entries, FloatMatrix e, FloatMatrix x, FloatMatrix w, FloatMatrix m, FloatMatrix v, AdamScale scale)
        {
            Assert.All([x, w, m, v], matrix => Assert.Equal(e.Columns, matrix.Columns));
            fixed (GradientEntry* entryPointer = entries)
            {
                var source = new GradientSource(entryPointer, entries.Length, e.Pointer, x.Pointer, x.Stride, null, 0);
                Tangram.SparseGradient.Run<TSimd, TiedStreams>(source, x.Stride, w.Pointer, m.Pointer, v.Pointer, null, new RowStep(scale));
            }
        }
    }
}
