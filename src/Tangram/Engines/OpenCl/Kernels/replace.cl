// A feature begins anew: its row takes other weights, and what is kept beside it is forgotten. An item takes a column.
kernel WORK_GROUP
void replace_row(global const float* row, int feature, int columns, int stride, global float* weights, global float* first_moments, global float* second_moments,
    global float* averages, int has_averages, global stored* copy)
{
    int column = get_global_id(0);
    if (column >= columns)
        return;
    size_t place = ROW(feature, stride) + column;
    weights[place] = row[column];
    first_moments[place] = 0;
    second_moments[place] = 0;
    if (has_averages)
        averages[place] = row[column];
#ifdef MIXED
    STORE(copy, place, row[column]);
#endif
}

// The half-precision copy of some of a matrix's numbers.
kernel WORK_GROUP
void copy_weights(global const float* weights, global stored* copy, long first, long count)
{
    long place = get_global_id(0);
    if (place < count)
        STORE(copy, first + place, weights[first + place]);
}

// The lengths of rows as they are kept.
kernel WORK_GROUP
void measure_norms(global const float* weights, int stride, global float* norms, int first)
{
    local float sums[GROUP];
    int feature = ROW_OF_GROUP(first);
    float square = 0;
    for (int column = get_local_id(0); column < stride; column += GROUP)
    {
        float weight = weights[ROW(feature, stride) + column];
        square = fma(weight, weight, square);
    }
    square = sum_of_group(sums, square);
    if (get_local_id(0) == 0)
        norms[feature] = sqrt(square);
}
