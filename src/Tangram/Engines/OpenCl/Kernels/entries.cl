// Each feature's list of entries, in the order of the rows of residuals. No two items write one place: a bit for every feature and row says who is active where,
// and an entry's place is the number of its feature's bits before it.

kernel WORK_GROUP
void mark_active(global const int* counts, global const int* chosen, long first_code, int slots, int first_slot, int first_row, global uint* active, int words,
    int first_image)
{
    int image = ROW_OF_GROUP(first_image), row = first_row + image;
    for (int slot = get_local_id(0); slot < counts[first_code + image]; slot += GROUP)
        atomic_or(&active[ROW(chosen[ROW(first_code + image, slots) + first_slot + slot], words) + row / 32], 1u << (row % 32));
}

kernel WORK_GROUP
void count_entries(global const uint* active, int words, int features, global int* lengths)
{
    int feature = get_global_id(0);
    if (feature >= features)
        return;
    int sum = 0;
    for (int word = 0; word < words; word++)
        sum += popcount(active[ROW(feature, words) + word]);
    lengths[feature] = sum;
}

// starts[f] = Σ_{g<f} lengths[g], for f = 0 … F. One work-group.
kernel WORK_GROUP
void find_starts(global const int* lengths, global int* starts, int features)
{
    local int sums[GROUP];
    int item = get_local_id(0), own = 0, total;
    int from = (int)((long)features * item / GROUP), to = (int)((long)features * (item + 1) / GROUP);
    for (int feature = from; feature < to; feature++)
        own += lengths[feature];
    int start = sum_before(sums, own, &total);
    for (int feature = from; feature < to; feature++)
    {
        starts[feature] = start;
        start += lengths[feature];
    }
    if (item == 0)
        starts[features] = total;
}

// Activations are scaled by what the loss scales errors by.
kernel WORK_GROUP
void add_entries(global const uint* active, int words, global const int* starts, global const int* counts, global const int* chosen, global const float* activations,
    global const float* pulls, global const float* radials, long first_code, int slots, int first_slot, int first_row, float scale, global entry* entries, global float* entry_radials,
    int first_image)
{
    int image = ROW_OF_GROUP(first_image), row = first_row + image;
    for (int slot = get_local_id(0); slot < counts[first_code + image]; slot += GROUP)
    {
        size_t source = ROW(first_code + image, slots) + first_slot + slot;
        int place = starts[chosen[source]];
        global const uint* bits = active + ROW(chosen[source], words);
        for (int word = 0; word < row / 32; word++)
            place += popcount(bits[word]);
        place += popcount(bits[row / 32] & ((1u << (row % 32)) - 1));
        entries[place].image = image;
        entries[place].residual = row;
        entries[place].activation = activations[source] * scale;
        entries[place].pull = pulls[source];
        entry_radials[place] = radials[ROW(image, slots) + first_slot + slot];
    }
}

// Each feature's Σ δ and Σ radial; and −Σ δ times its length where the encoder's rows count as of length 1, which is what b_pre's gradient weighs its row by.
kernel WORK_GROUP
void sum_entries(global const entry* entries, global const float* entry_radials, global const int* starts, global const float* lengths, int member, int is_scaled,
    int features, global float* pulls, global float* alongs, global float* bias_pulls)
{
    int feature = get_global_id(0);
    if (feature >= features)
        return;
    float pull = 0, along = 0;
    for (int place = starts[feature]; place < starts[feature + 1]; place++)
    {
        pull += entries[place].pull;
        along += entry_radials[place];
    }
    pulls[feature] = pull;
    alongs[feature] = along;
    bias_pulls[feature] = is_scaled ? -pull * lengths[ROW(member, features) + feature] : -pull;
}
