// δ_s = scale · length_f · ⟨e_i, w_dec,f⟩ + pull_s, what an activation's pre-activation is pulled by, in place of the consistency's pull. A work-group takes an activation.
// radial_s is its part of ⟨g, w⟩, w the row of length 1 and g its gradient: z · scale · length · ⟨e, w_dec⟩, and with tied weights δ · (z − b_enc), for
// ⟨x − b_pre, w⟩ is the activation without b_enc.

kernel WORK_GROUP
void delta(global const stored* weights, global const int* counts, global const int* chosen, global const float* activations, global const float* residuals,
    global const float* lengths, global const float* encoder_bias, int member, int features, float scale, int has_pulls, int is_tied, global float* pulls,
    global float* radials, long first_code, int first_row, int slots, int first_slot, int stride, int first_image)
{
    local float sums[GROUP];
    int slot = get_group_id(0), image = ROW_OF_GROUP(first_image);
    int is_active = slot < counts[first_code + image]; // the others go along: compilers are surest of barriers that all items reach
    size_t place = ROW(first_code + image, slots) + first_slot + slot;
    residuals += ROW(first_row + image, stride);
    int feature = is_active ? chosen[place] : 0;
    float sum = 0;
    for (int column = get_local_id(0); is_active && column < stride; column += GROUP)
        sum = fma(residuals[column], LOAD(weights, ROW(feature, stride) + column), sum);
    sum = sum_of_group(sums, sum) * scale * lengths[ROW(member, features) + feature];
    if (is_active && get_local_id(0) == 0)
    {
        float pull = sum + (has_pulls ? pulls[place] : 0);
        pulls[place] = pull;
        radials[ROW(image, slots) + first_slot + slot] = activations[place] * sum + (is_tied ? pull * (activations[place] - encoder_bias[ROW(member, features) + feature]) : 0);
    }
}
