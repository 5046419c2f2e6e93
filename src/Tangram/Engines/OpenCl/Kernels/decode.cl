// e[i, d] = Σ_s z_s w_dec[f_s, d] + b_pre[d] − x[i, d], and the parts of Σ_d e² that each work-group has. A work-group takes GROUP columns of an image.

static inline float combine(global const stored* weights, global const int* chosen, global const float* coefficients, int count, int column, int stride)
{
    float sum = 0;
    for (int slot = 0; slot < count; slot++)
        sum = fma(coefficients[slot], LOAD(weights, ROW(chosen[slot], stride) + column), sum);
    return sum;
}

kernel WORK_GROUP
void decode(global const stored* weights, global const int* counts, global const int* chosen, global const float* coefficients, global const float* pre_bias,
    global const stored* images, global float* residuals, global float* error_parts, long first_code, int slots, int stride, int first_image)
{
    local float sums[GROUP];
    int column = get_global_id(0), image = ROW_OF_GROUP(first_image);
    float error = 0;
    if (column < stride)
    {
        size_t first = ROW(first_code + image, slots);
        error = combine(weights, chosen + first, coefficients + first, counts[first_code + image], column, stride) + pre_bias[column] - LOAD(images, ROW(image, stride) + column);
        residuals[ROW(image, stride) + column] = error;
    }
    error = sum_of_group(sums, error * error);
    if (get_local_id(0) == 0)
        error_parts[ROW(image, get_num_groups(0)) + get_group_id(0)] = error;
}

// The auxiliary reconstruction of what is missing, whose target is x − x̂ = −e: ê = Σ_s z_s w_dec[f_s] + e, in the rows behind the batch's.
kernel WORK_GROUP
void decode_auxiliary(global const stored* weights, global const int* counts, global const int* chosen, global const float* coefficients, global float* residuals,
    global float* error_parts, int batch, long first_code, int slots, int first_slot, int stride, int first_image)
{
    local float sums[GROUP];
    int column = get_global_id(0), image = ROW_OF_GROUP(first_image);
    float error = 0;
    if (column < stride)
    {
        size_t first = ROW(first_code + image, slots) + first_slot;
        error = combine(weights, chosen + first, coefficients + first, counts[first_code + image], column, stride) + residuals[ROW(image, stride) + column];
        residuals[ROW(batch + image, stride) + column] = error;
    }
    error = sum_of_group(sums, error * error);
    if (get_local_id(0) == 0)
        error_parts[ROW(image, get_num_groups(0)) + get_group_id(0)] = error;
}
