// Rows of a matrix, GROUP columns at a time: its gradient in a register, projected and clipped, and Adam.
// With tied weights the gradient is Σ activation · e + δ · (x − b_pre) over the feature's entries; an encoder of its own takes the second part, a decoder the first.

#define DECODER_PART 1
#define ENCODER_PART 2

static inline float gradient_of(int parts, global const entry* entries, int from, int to, global const float* residuals, global const stored* images, float bias, int column, int stride)
{
    float sum = 0;
    for (int place = from; place < to; place++)
    {
        entry own = entries[place];
        if (parts & DECODER_PART)
            sum = fma(own.activation, residuals[ROW(own.residual, stride) + column], sum);
        if (parts & ENCODER_PART)
            sum = fma(own.pull, LOAD(images, ROW(own.image, stride) + column) - bias, sum);
    }
    return sum;
}

// Rows that count as of length 1 can only turn: g loses its part along the row as images met it. `is_unit`: these are such rows.
// `copy` is what images meet: the half-precision copy, or the weights themselves.
kernel WORK_GROUP
void update(int parts, int is_unit, global const entry* entries, global const int* starts, global const float* residuals, global const stored* images, global const float* pre_bias,
    global const float* lengths, global const float* alongs, global const float* clips, global const long* births, long step, global const float2* corrections, int last_correction,
    float rate, float average_decay, int has_averages, global const int* flags, int members, int member, int features, int stride, global float* weights,
    global float* first_moments, global float* second_moments, global float* averages, global stored* copy, int first)
{
    int column = get_global_id(0), feature = ROW_OF_GROUP(first);
    if (column >= stride || is_spoiled(flags, members))
        return;
    size_t own = ROW(member, features) + feature, place = ROW(feature, stride) + column;
    float gradient = gradient_of(parts, entries, starts[feature], starts[feature + 1], residuals, images, pre_bias[column], column, stride);
    float weight = weights[place];
    if (is_unit)
    {
        gradient = fma(-alongs[feature] * lengths[own], LOAD(copy, place), gradient);
        weight *= lengths[own];
    }
    adam_step scale = step_at_age(corrections, last_correction, step - births[own], rate, average_decay);
    weight = adam(weight, clips[member] * gradient, scale, weights, first_moments, second_moments, averages, has_averages, place);
#ifdef MIXED
    STORE(copy, place, weight);
#endif
}

// Σ g² of a feature's part of GROUP columns, before clipping.
kernel WORK_GROUP
void square_gradient(int parts, int is_unit, global const entry* entries, global const int* starts, global const float* residuals, global const stored* images, global const float* pre_bias,
    global const float* lengths, global const float* alongs, int member, int features, int stride, global const stored* weights, int is_added, global float* squares, int first)
{
    local float sums[GROUP];
    int feature = ROW_OF_GROUP(first);
    float sum = 0;
    for (int column = get_local_id(0); column < stride && starts[feature] < starts[feature + 1]; column += GROUP)
    {
        float gradient = gradient_of(parts, entries, starts[feature], starts[feature + 1], residuals, images, pre_bias[column], column, stride);
        if (is_unit)
            gradient = fma(-alongs[feature] * lengths[ROW(member, features) + feature], LOAD(weights, ROW(feature, stride) + column), gradient);
        sum = fma(gradient, gradient, sum);
    }
    sum = sum_of_group(sums, sum);
    if (get_local_id(0) == 0)
        squares[feature] = is_added ? squares[feature] + sum : sum;
}

// What brings a member's gradient down to the norm allowed. One work-group.
kernel WORK_GROUP
void clip(global const float* squares, global const float* pulls, int has_encoder_bias, int features, global const float* bias_gradient, int has_pre_bias, int stride,
    float maximum_norm, global float* clips, int member)
{
    local float sums[GROUP];
    float sum = 0;
    for (int feature = get_local_id(0); feature < features; feature += GROUP)
        sum += squares[feature] + (has_encoder_bias ? pulls[feature] * pulls[feature] : 0);
    for (int column = get_local_id(0); has_pre_bias && column < stride; column += GROUP)
        sum = fma(bias_gradient[column], bias_gradient[column], sum);
    float norm = sqrt(sum_of_group(sums, sum));
    if (get_local_id(0) == 0)
        clips[member] = norm > maximum_norm ? maximum_norm / norm : 1;
}
