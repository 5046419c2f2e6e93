namespace Tangram;

/// <summary>A picture, encoded and decoded tile by tile.</summary>
/// <param name="Picture">The picture's path.</param>
/// <param name="Reconstruction">The path of the reconstruction, clamped to what a picture can show.</param>
/// <param name="Width">Pixels in a line.</param>
/// <param name="Height">Lines of pixels.</param>
/// <param name="Tiles">Tiles of the model's size; 1 for a picture of that size, or smaller.</param>
/// <param name="Mse">Mean squared error over the picture, unclamped, of pixels in [0, 1].</param>
/// <param name="Psnr">−10 log₁₀ MSE, in dB.</param>
/// <param name="Pearson">Correlation of the picture's pixels, unclamped; NaN for a picture of one colour.</param>
/// <param name="ActiveFeatures">Non-zeros of a tile's code, mean over the tiles.</param>
public sealed record PictureReconstruction(string Picture, string Reconstruction, int Width, int Height, long Tiles, double Mse, double Psnr, double Pearson,
    double ActiveFeatures);

/// <summary>Where the reconstruction of pictures stands.</summary>
/// <param name="Picture">The path of the picture in progress.</param>
/// <param name="Tiles">Tiles done, of all pictures.</param>
/// <param name="TotalTiles">Tiles of all pictures.</param>
/// <param name="TilesPerSecond">Since the beginning.</param>
/// <param name="Remaining">Estimated time left.</param>
public sealed record ReconstructionProgress(string Picture, long Tiles, long TotalTiles, double TilesPerSecond, TimeSpan Remaining);
