namespace Tangram.Tests;

/// <summary>Models, codes and matrices of numbers that a test spells out.</summary>
internal static class Given
{
    /// <summary>A tied autoencoder of one member, without biases, whose features are the rows.</summary>
    public static SparseAutoencoder Autoencoder(ImageShape shape, int k, params float[][] rows) =>
        new(new ModelOptions { Shape = shape, Features = rows.Length, Rule = new SparsityRule.TopK(k), Members = 1 }, new MemberWeights(Matrix(rows)));

    /// <summary>Rows of equal length.</summary>
    public static FloatMatrix Matrix(params IReadOnlyList<float[]> rows)
    {
        var matrix = new FloatMatrix(rows.Count, rows[0].Length);
        for (int row = 0; row < rows.Count; row++)
            rows[row].CopyTo(matrix.Row(row));
        return matrix;
    }

    /// <summary>The codes of dense rows [N, F]: what isn't 0 is active.</summary>
    public static SparseCodes Codes(params IReadOnlyList<float[]> rows)
    {
        var starts = new long[rows.Count + 1];
        var (features, values) = (new List<int>(), new List<float>());
        for (int row = 0; row < rows.Count; row++)
        {
            for (int feature = 0; feature < rows[row].Length; feature++)
            {
                if (rows[row][feature] == 0)
                    continue;
                features.Add(feature);
                values.Add(rows[row][feature]);
            }
            starts[row + 1] = features.Count;
        }
        return new SparseCodes(rows[0].Length, starts, [.. features], [.. values]);
    }

    /// <summary>Colour images of one pixel repeated: each image [3] fills width × height.</summary>
    public static ImageSet Plain(int width, int height, params IReadOnlyList<(byte Red, byte Green, byte Blue)> colours)
    {
        int area = width * height;
        byte[] pixels = [.. colours.SelectMany(one => Enumerable.Repeat(one.Red, area).Concat(Enumerable.Repeat(one.Green, area)).Concat(Enumerable.Repeat(one.Blue, area)))];
        return ImageSet.FromBytes("plain", new ImageShape(width, height, 3), pixels);
    }
}
