using System.Numerics.Tensors;

namespace Tangram;

/// <summary>
/// Features of which the first are the leading principal components, each twice: as it is, and negated, since the k largest pre-activations are kept, not the k
/// largest by magnitude. The others are those of a random orthogonal matrix without what the components span. So a code begins with what is common to all images, in as few
/// activations as that takes, and the others learn what is left. There are half as many components again as a code has activations, and they make up half of the features at most.
/// </summary>
internal static class ComponentInitialisation
{
    /// <summary>How many components there are.</summary>
    public static int CountFor(ModelOptions options, int images) =>
        Math.Min(Math.Min(options.MaximumNonZeros * 3 / 2, options.Features / 4), Math.Min(options.Shape.Length, images) - 1);

    /// <summary>Makes the matrix [rows, D] and gives <paramref name="setRow"/> its rows in order.</summary>
    public static void Fill(int rows, FloatMatrix components, ulong seed, int member, Workers workers, Action<int, ReadOnlySpan<float>> setRow)
    {
        var row = new float[components.Columns];
        OrthogonalInitialisation.Fill(rows, components.Columns, seed, member, workers, (index, values) =>
        {
            if (index < 2 * components.Rows)
            {
                TensorPrimitives.Multiply(components.Row(index / 2), index % 2 == 0 ? 1f : -1f, row);
                setRow(index, row);
                return;
            }
            values.CopyTo(row);
            float length = TensorPrimitives.Norm(values);
            for (int component = 0; component < components.Rows; component++)
            {
                ReadOnlySpan<float> direction = components.Row(component);
                TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<float>(row, direction), row, row);
            }
            TensorPrimitives.Multiply(row, length / Math.Max(TensorPrimitives.Norm<float>(row), float.Epsilon), row);
            setRow(index, row);
        });
    }
}
