// The k largest pre-activations of each image, exactly, features ascending; among equals the lowest feature wins, and -0 equals +0. A work-group takes an image:
// four rounds of counting one byte of the values' ordered bits find the k-th largest (radix select), a pass in the order of the features writes what reaches it.

#define DIGITS 256

// Integers in the order of the numbers; 0 is below all of them.
static inline uint ordered(float value)
{
    uint bits = as_uint(value == 0 ? 0.0f : value);
    return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

// Of the auxiliary selection only dead features are candidates: those last active before `dead_before`.
static inline int is_candidate(global const long* last_active, int feature, long dead_before) { return dead_before < 0 || last_active[feature] < dead_before; }

// Codes of all members lie behind each other, image after image, `slots` activations apart; a member's begin with image `first_code`.
// Writes an image's count, and from its slot `first_slot` on the features, their activations, and the coefficients activation · length that their decoder rows are weighed by.
kernel WORK_GROUP
void select_largest(global const float* pre_activations, global const long* last_active, global const float* lengths, int member, long first_code, int tile_image, int features,
    int k, int is_rectified, long dead_before, int slots, int first_slot, global int* counts, global int* chosen, global float* activations, global float* coefficients,
    global int* flags, int first)
{
    local int histogram[DIGITS], sums[GROUP], found_digit, found_above;
    int item = get_local_id(0), place = ROW_OF_GROUP(first), image = tile_image + place;
    global const float* row = pre_activations + ROW(place, features);
    last_active += ROW(member, features);
    lengths += ROW(member, features);
    counts += first_code;
    size_t slot = ROW(first_code + image, slots) + first_slot;
    int from = (int)((long)features * item / GROUP), to = (int)((long)features * (item + 1) / GROUP);

    int candidates = 0, wrong = 0, total;
    for (int feature = item; feature < features; feature += GROUP)
    {
        wrong |= isnan(row[feature]);
        candidates += is_candidate(last_active, feature, dead_before);
    }
    // Nobody leaves early: compilers are surest of barriers that all items reach. A row with a NaN, or without candidates, goes through with nothing wanted.
    sum_before(sums, wrong, &total);
    int is_wrong = total > 0;
    sum_before(sums, candidates, &total);
    int wanted = is_wrong ? 0 : min(k, total);

    // `limit` has the highest bits of the wanted-th largest value; `rank` is its place among the values that share them.
    uint limit = 0, known = 0;
    int rank = wanted;
    for (int shift = 24; shift >= 0; shift -= 8)
    {
        for (int digit = item; digit < DIGITS; digit += GROUP)
            histogram[digit] = 0;
        if (item == 0)
        {
            found_digit = DIGITS - 1;
            found_above = 0;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int feature = item; feature < features; feature += GROUP)
        {
            uint value = ordered(row[feature]);
            if ((value & known) == limit && is_candidate(last_active, feature, dead_before))
                atomic_inc(&histogram[(value >> shift) & (DIGITS - 1)]);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        // Each item has DIGITS / GROUP digits, the first item the largest ones.
        int own = 0;
        for (int place = item * (DIGITS / GROUP); place < (item + 1) * (DIGITS / GROUP); place++)
            own += histogram[DIGITS - 1 - place];
        int above = sum_before(sums, own, &total);
        if (above < rank && above + own >= rank)
        {
            int place = item * (DIGITS / GROUP);
            while (above + histogram[DIGITS - 1 - place] < rank)
                above += histogram[DIGITS - 1 - place++];
            found_digit = DIGITS - 1 - place;
            found_above = above;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        limit |= (uint)found_digit << shift;
        known |= (uint)(DIGITS - 1) << shift;
        rank -= found_above;
        barrier(CLK_LOCAL_MEM_FENCE);
    }

    // `rank` of the values that equal the limit are chosen.
    int equal = 0;
    for (int feature = from; feature < to; feature++)
        equal += ordered(row[feature]) == limit && is_candidate(last_active, feature, dead_before);
    int ties = rank - sum_before(sums, equal, &total), left = ties, kept = 0;
    for (int feature = from; feature < to; feature++)
    {
        uint value = ordered(row[feature]);
        if (value >= limit && is_candidate(last_active, feature, dead_before) && (value > limit || left-- > 0))
            kept += !is_rectified || row[feature] > 0;
    }
    slot += sum_before(sums, kept, &total);
    for (int feature = from; feature < to; feature++)
    {
        uint value = ordered(row[feature]);
        if (value >= limit && is_candidate(last_active, feature, dead_before) && (value > limit || ties-- > 0) && (!is_rectified || row[feature] > 0))
        {
            chosen[slot] = feature;
            activations[slot] = row[feature];
            coefficients[slot++] = row[feature] * lengths[feature];
        }
    }
    if (item == 0)
    {
        counts[image] = total;
        if (is_wrong)
            flags[member] = 1;
    }
}
