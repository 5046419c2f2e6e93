using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>dots[j] = Σ_d e[d] · w[r_j, d]: how the residual pulls on the activations that made it. The plain sum is <see cref="GroupProduct.Reference"/>.</summary>
internal static unsafe class RowDots
{
    /// <summary><paramref name="columns"/> is a padded row length. With <paramref name="add"/>, the sums are added to what dots holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd>(float* e, float* w, int stride, int* rows, int count, int columns, float* dots, bool add) where TSimd : struct, ISimd<TSimd>
    {
        float* sums = stackalloc float[4];
        int term = 0;
        for (; term <= count - 4; term += 4)
        {
            float* w0 = w + ((long)rows[term] * stride), w1 = w + ((long)rows[term + 1] * stride);
            float* w2 = w + ((long)rows[term + 2] * stride), w3 = w + ((long)rows[term + 3] * stride);
            TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
            for (int column = 0; column < columns; column += TSimd.Width)
            {
                TSimd error = TSimd.Load(e + column);
                s0 = TSimd.MultiplyAdd(error, TSimd.Load(w0 + column), s0);
                s1 = TSimd.MultiplyAdd(error, TSimd.Load(w1 + column), s1);
                s2 = TSimd.MultiplyAdd(error, TSimd.Load(w2 + column), s2);
                s3 = TSimd.MultiplyAdd(error, TSimd.Load(w3 + column), s3);
            }
            TSimd.StoreSums(s0, s1, s2, s3, sums);
            for (int inner = 0; inner < 4; inner++)
                dots[term + inner] = add ? dots[term + inner] + sums[inner] : sums[inner];
        }
        for (; term < count; term++)
        {
            float* row = w + ((long)rows[term] * stride);
            TSimd sum = TSimd.Zero;
            for (int column = 0; column < columns; column += TSimd.Width)
                sum = TSimd.MultiplyAdd(TSimd.Load(e + column), TSimd.Load(row + column), sum);
            dots[term] = add ? dots[term] + sum.Sum() : sum.Sum();
        }
    }
}
