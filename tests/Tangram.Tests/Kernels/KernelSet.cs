namespace Tangram.Tests;

/// <summary>Whose gradient it is.</summary>
public enum Streams
{
    /// <summary>That of a tied row.</summary>
    Tied,

    /// <summary>That of a row of the encoder.</summary>
    Encoder,

    /// <summary>That of a row of the decoder.</summary>
    Decoder,
}

/// <summary>What a gradient is summed up from; images are counted from the first row of <paramref name="Origin"/>, or null.</summary>
internal sealed record GradientInputs(GradientEntry[] Entries, FloatMatrix E, FloatMatrix X, FloatMatrix? Origin = null, float OriginPull = 0);

/// <summary>First rows that Adam steps.</summary>
internal sealed record AdamRow(FloatMatrix W, FloatMatrix M, FloatMatrix V, FloatMatrix? Average = null)
{
    public FloatMatrix[] Matrices => Average is null ? [W, M, V] : [W, M, V, Average];
}

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

    /// <summary>output [rows, 32] (+)= rows firstRow … of w times x [depth, 32], whose rows are those of all columns of w, or of the ones named.</summary>
    public abstract void GroupProduct(FloatMatrix w, int firstRow, int rows, FloatMatrix x, FloatMatrix output, bool add, int[]? columns = null);

    /// <summary>Which units of x's rows [columns, 32] aren't 0; they move to the front.</summary>
    public abstract int[] NonZero(FloatMatrix x, int unit);

    /// <summary>Sums of parts of 32 images, for 16 of them.</summary>
    public abstract void SumToRows(FloatMatrix parts, int partCount, int firstLane, FloatMatrix rows);

    /// <summary>False when a value is NaN.</summary>
    public abstract bool TopK(ReadOnlySpan<float> values, int k, Span<int> indices, Span<float> selected);

    public abstract void RowCombination(FloatMatrix w, int[] rows, float[] coefficients, FloatMatrix output);

    /// <summary>The product of the first rows.</summary>
    public abstract float Dot(FloatMatrix a, FloatMatrix b);

    /// <summary>The first rows of the matrices.</summary>
    public abstract float Residual(FloatMatrix reconstruction, FloatMatrix x, FloatMatrix? bias = null);

    /// <summary>The first rows of the two matrices.</summary>
    public abstract float AddResidual(FloatMatrix reconstruction, FloatMatrix residual);

    /// <summary>Some of the first row's values, in place.</summary>
    public abstract void PreActivations(FloatMatrix products, FloatMatrix? lengths, FloatMatrix offsets, int count);

    public abstract void RowDots(FloatMatrix e, FloatMatrix w, int[] rows, float[] dots, bool add = false);

    /// <summary>Adam with the gradient of the entries.</summary>
    public abstract void SparseGradient(Streams streams, GradientInputs inputs, AdamRow row, RowStep step);

    /// <summary>Σ g² of the gradient of the entries.</summary>
    public abstract float SquaredNorm(Streams streams, GradientInputs inputs, FloatMatrix w, RowStep step);

    /// <summary>Adam with a gradient that lies in memory, a first row as well.</summary>
    public abstract void Adam(AdamRow row, FloatMatrix gradient, RowStep step);

    /// <summary>Adam with a gradient as it is: that of one activation of 1.</summary>
    public void Adam(FloatMatrix w, FloatMatrix m, FloatMatrix v, FloatMatrix gradient, AdamScale scale)
    {
        using var x = new FloatMatrix(1, w.Columns);
        SparseGradient(Streams.Tied, new GradientInputs([new GradientEntry(0, 0, 1, 0)], gradient, x), new AdamRow(w, m, v), new RowStep(scale));
    }

    private sealed class At<TSimd> : KernelSet where TSimd : struct, ISimd<TSimd>
    {
        public override void GroupProduct(FloatMatrix w, int firstRow, int rows, FloatMatrix x, FloatMatrix output, bool add, int[]? columns = null)
        {
            Assert.True(x.Columns == Tangram.GroupProduct.Lanes && output.Columns == Tangram.GroupProduct.Lanes);
            Assert.True(x.Rows == (columns?.Length ?? w.Columns) && firstRow % Tangram.GroupProduct.Tile == 0 && firstRow + rows <= w.Rows && rows <= output.Rows);
            fixed (int* columnPointer = columns)
            {
                Tangram.GroupProduct.Run<TSimd>(w.RowPointer(firstRow), w.Stride, rows, x.Pointer, x.Rows, output.Pointer, add, columnPointer);
            }
        }

        public override int[] NonZero(FloatMatrix x, int unit)
        {
            Assert.True(x.Columns == Tangram.GroupProduct.Lanes && x.Rows % unit == 0);
            var kept = new int[x.Rows / unit];
            fixed (int* keptPointer = kept)
            {
                return kept[..NonZeroColumns.Keep<TSimd>(x.Pointer, x.Rows, unit, keptPointer)];
            }
        }

        public override void SumToRows(FloatMatrix parts, int partCount, int firstLane, FloatMatrix rows)
        {
            Assert.True(parts.Rows == partCount * rows.Columns && parts.Columns == Tangram.GroupProduct.Lanes && rows.Rows == GroupTranspose.RowBlock);
            GroupTranspose.SumToRows<TSimd>(parts.Pointer + firstLane, (long)rows.Columns * parts.Stride, partCount, rows.Columns, rows.Pointer, rows.Stride);
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

        public override float Dot(FloatMatrix a, FloatMatrix b)
        {
            Assert.Equal(a.Columns, b.Columns);
            return Tangram.Dot.Run<TSimd>(a.Pointer, b.Pointer, a.Stride);
        }

        public override float Residual(FloatMatrix reconstruction, FloatMatrix x, FloatMatrix? bias = null)
        {
            Assert.True(x.Columns == reconstruction.Columns && (bias is null || bias.Columns == x.Columns));
            return Tangram.Residual.Run<TSimd>(reconstruction.Pointer, PointerOf(bias), x.Pointer, x.Stride);
        }

        public override float AddResidual(FloatMatrix reconstruction, FloatMatrix residual)
        {
            Assert.Equal(residual.Columns, reconstruction.Columns);
            return Tangram.Residual.Add<TSimd>(reconstruction.Pointer, residual.Pointer, residual.Stride);
        }

        public override void PreActivations(FloatMatrix products, FloatMatrix? lengths, FloatMatrix offsets, int count)
        {
            Assert.All([products, lengths ?? offsets, offsets], matrix => Assert.True(FloatMatrix.RoundUp(count, TSimd.Width) <= matrix.Stride));
            Tangram.PreActivations.Run<TSimd>(products.Pointer, PointerOf(lengths), offsets.Pointer, count);
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

        public override void SparseGradient(Streams streams, GradientInputs inputs, AdamRow row, RowStep step)
        {
            Check(inputs, row);
            fixed (GradientEntry* entries = inputs.Entries)
            {
                GradientSource source = Source(inputs, entries);
                float* w = row.W.Pointer, m = row.M.Pointer, v = row.V.Pointer, average = PointerOf(row.Average);
                switch (streams)
                {
                    case Streams.Tied:
                        Tangram.SparseGradient.Run<TSimd, TiedStreams>(source, row.W.Stride, w, m, v, average, step);
                        break;
                    case Streams.Encoder:
                        Tangram.SparseGradient.Run<TSimd, EncoderStream>(source, row.W.Stride, w, m, v, average, step);
                        break;
                    default:
                        Tangram.SparseGradient.Run<TSimd, DecoderStream>(source, row.W.Stride, w, m, v, average, step);
                        break;
                }
            }
        }

        public override float SquaredNorm(Streams streams, GradientInputs inputs, FloatMatrix w, RowStep step)
        {
            Check(inputs, new AdamRow(w, w, w));
            fixed (GradientEntry* entries = inputs.Entries)
            {
                GradientSource source = Source(inputs, entries);
                return streams switch
                {
                    Streams.Tied => Tangram.SparseGradient.SquaredNorm<TSimd, TiedStreams>(source, w.Stride, w.Pointer, step),
                    Streams.Encoder => Tangram.SparseGradient.SquaredNorm<TSimd, EncoderStream>(source, w.Stride, w.Pointer, step),
                    _ => Tangram.SparseGradient.SquaredNorm<TSimd, DecoderStream>(source, w.Stride, w.Pointer, step),
                };
            }
        }

        public override void Adam(AdamRow row, FloatMatrix gradient, RowStep step)
        {
            Assert.All(row.Matrices, matrix => Assert.Equal(gradient.Columns, matrix.Columns));
            AdamUpdate.Run<TSimd>(row.W.Pointer, row.M.Pointer, row.V.Pointer, PointerOf(row.Average), gradient.Pointer, gradient.Stride, step);
        }

        private static void Check(GradientInputs inputs, AdamRow row)
        {
            // A row may have fewer columns than those of images and residuals, which are alike.
            Assert.All(row.Matrices, matrix => Assert.Equal(row.W.Columns, matrix.Columns));
            Assert.All([inputs.X, inputs.Origin ?? inputs.X], matrix => Assert.Equal(inputs.E.Columns, matrix.Columns));
            Assert.True(row.W.Stride <= inputs.E.Stride);
            Assert.All(inputs.Entries, entry => Assert.True(entry.Residual < inputs.E.Rows && entry.Input < inputs.X.Rows));
        }

        private static GradientSource Source(GradientInputs inputs, GradientEntry* entries) =>
            new(entries, inputs.Entries.Length, inputs.E.Pointer, inputs.X.Pointer, inputs.X.Stride, PointerOf(inputs.Origin), inputs.OriginPull);

        private static float* PointerOf(FloatMatrix? matrix) => matrix is null ? null : matrix.Pointer;
    }
}
