// b_pre and b_enc, and what the next step must know of a row.

// A part of ∂L/∂b_pre = scale · Σ_i e_i − Σ_f (Σ_i δ_if) w_f: an item takes a column of `rows` rows, of the residuals first, then of the weights.
kernel WORK_GROUP
void pull_pre_bias(global const float* residuals, int count, float scale, global const stored* weights, global const float* bias_pulls, int features, int rows, int stride,
    global float* bias_parts, int first_part)
{
    int column = get_global_id(0), part = ROW_OF_GROUP(first_part);
    if (column >= stride)
        return;
    int from = part * rows, to = min(from + rows, count + features);
    float sum = 0;
    for (int row = from; row < to; row++)
    {
        if (row < count)
            sum = fma(scale, residuals[ROW(row, stride) + column], sum);
        else
            sum = fma(bias_pulls[row - count], LOAD(weights, ROW(row - count, stride) + column), sum);
    }
    bias_parts[ROW(part, stride) + column] = sum;
}

kernel WORK_GROUP
void add_pre_bias_parts(global const float* bias_parts, int parts, int stride, global float* bias_gradient)
{
    int column = get_global_id(0);
    if (column >= stride)
        return;
    float sum = 0;
    for (int part = 0; part < parts; part++)
        sum += bias_parts[ROW(part, stride) + column];
    bias_gradient[column] = sum;
}

kernel WORK_GROUP
void update_pre_bias(global const float* bias_gradient, global const float* clips, long step, global const float2* corrections, int last_correction, float rate,
    float average_decay, int has_averages, global const int* flags, int members, int member, int stride, global float* biases, global float* first_moments,
    global float* second_moments, global float* averages)
{
    int column = get_global_id(0);
    if (column >= stride || is_spoiled(flags, members))
        return;
    adam_step scale = step_at_age(corrections, last_correction, step, rate, average_decay);
    adam(biases[column], clips[member] * bias_gradient[column], scale, biases, first_moments, second_moments, averages, has_averages, column);
}

// When each feature was last active, auxiliary activations apart, and b_enc.
kernel WORK_GROUP
void update_features(global const uint* active, int words, int batch, global const float* pulls, int has_bias, global const float* clips, global const long* births, long step,
    global const float2* corrections, int last_correction, float rate, float average_decay, int has_averages, global const int* flags, int members, int member, int features,
    global long* last_active, global float* biases, global float* first_moments, global float* second_moments, global float* averages)
{
    int feature = get_global_id(0);
    if (feature >= features || is_spoiled(flags, members))
        return;
    uint any = 0;
    for (int word = 0; word <= (batch - 1) / 32; word++)
        any |= active[ROW(feature, words) + word] & (batch - word * 32 < 32 ? (1u << (batch - word * 32)) - 1 : ~0u);
    size_t own = ROW(member, features) + feature;
    if (any != 0)
        last_active[own] = step;
    if (!has_bias)
        return;
    adam_step scale = step_at_age(corrections, last_correction, step - births[own], rate, average_decay);
    adam(biases[own], clips[member] * pulls[feature], scale, biases, first_moments, second_moments, averages, has_averages, own);
}

// length_f = 1/‖w_dec,f‖ where rows count as of length 1 (0 for a row of zeros), else 1; offset_f = b_enc,f − ⟨w_f, b_pre⟩, times the length where it is the encoder's.
// A work-group takes a feature.
kernel WORK_GROUP
void measure(global const float* decoder, int is_unit, global const stored* encoder, int is_tied, global const float* encoder_bias, global const float* pre_bias, int member,
    int features, int stride, global float* lengths, global float* offsets, int first)
{
    local float sums[GROUP];
    int feature = ROW_OF_GROUP(first);
    float square = 0, shift = 0;
    for (int column = get_local_id(0); column < stride; column += GROUP)
    {
        float weight = decoder[ROW(feature, stride) + column];
        square = fma(weight, weight, square);
        shift = fma(LOAD(encoder, ROW(feature, stride) + column), pre_bias[column], shift);
    }
    square = sum_of_group(sums, square);
    shift = sum_of_group(sums, shift);
    if (get_local_id(0) == 0)
    {
        size_t own = ROW(member, features) + feature;
        float length = !is_unit ? 1 : square > 0 ? 1 / sqrt(square) : 0;
        lengths[own] = length;
        offsets[own] = encoder_bias[own] - (is_tied ? length : 1) * shift;
    }
}
