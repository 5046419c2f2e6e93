// x[i, d] of a batch as the model sees it, padded with zeros, from the bytes or numbers as they came.

// Pixels: x = units[byte], the host's byte / 255.
kernel WORK_GROUP
void read_pixels(global const uchar* pixels, global const float* units, global stored* images, int columns, int stride, int first)
{
    int column = get_global_id(0), image = ROW_OF_GROUP(first);
    if (column < stride)
        STORE(images, ROW(image, stride) + column, column < columns ? units[pixels[ROW(image, columns) + column]] : 0);
}

kernel WORK_GROUP
void read_values(global const float* values, global stored* images, int columns, int stride, int first)
{
    int column = get_global_id(0), image = ROW_OF_GROUP(first);
    if (column < stride)
        STORE(images, ROW(image, stride) + column, column < columns ? values[ROW(image, columns) + column] : 0);
}
